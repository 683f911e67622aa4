// Incidents: when, how long, why; on a common line of time, and one by one.

import { el, reconcile, setAttribute, setHidden, setText, svg } from "./dom.js";
import { clock, counted, dayAndMinute, clockWithoutSeconds, duration, iso, millis } from "./format.js";
import { eventLine } from "./events.js";
import { observerName, reasonWords, setSign, stateName } from "./words.js";

const SPANS = [15 * 60, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400].map((seconds) => seconds * 1_000);
const STRIP_HEIGHT = 54;
const SHOWN = 12;

/** All incidents on one line of time; the bars differ in height by state, so they are told apart without colour. */
class Strip {
  #incidents = [];
  #now = 0;

  constructor() {
    this.node = svg("svg", { class: "strip", role: "img", height: STRIP_HEIGHT });
    new ResizeObserver(() => this.#draw()).observe(this.node);
  }

  show(incidents, now) {
    this.#incidents = incidents;
    this.#now = now;
    this.#draw();
  }

  #draw() {
    const width = Math.round(this.node.getBoundingClientRect().width);
    if (width < 100 || this.#now === 0) {
      return;
    }
    const began = this.#incidents.map((incident) => millis(incident.began)).filter((time) => time !== null);
    const oldest = Math.min(this.#now, ...began);
    const span = SPANS.find((candidate) => this.#now - oldest <= candidate * 0.97) ?? SPANS[SPANS.length - 1];
    const from = this.#now - span;
    const x = (time) => Math.max(0, ((time - from) / span) * width);
    const base = STRIP_HEIGHT - 20;
    const heights = { RECOVERING: 12, DIVERGED: 20, HALTED: 28 };
    const bars = this.#incidents
      .filter((incident) => millis(incident.began) !== null && (millis(incident.ended) ?? this.#now) >= from)
      .map((incident) => {
        const left = x(millis(incident.began));
        const right = Math.min(width, Math.max(left + 3, x(millis(incident.ended) ?? this.#now)));
        const height = heights[incident.worst] ?? 12;
        return svg("rect", { class: "strip-bar", "data-state": incident.worst, "data-open": incident.ended === null, x: Math.min(left, width - 3), y: base - height, width: right - left, height, rx: 1.5 });
      });
    const text = span > 86400_000 ? dayAndMinute : clockWithoutSeconds;
    const marks = [0, 0.25, 0.5, 0.75, 1].filter((part) => width > 560 || part !== 0.25 && part !== 0.75).flatMap((part) => [
      svg("path", { class: "grid", d: `M${Math.min(width - 0.5, Math.max(0.5, part * width))} ${base}v5` }),
      svg("text", { class: "tick", x: part * width, y: STRIP_HEIGHT - 3, "text-anchor": part === 0 ? "start" : part === 1 ? "end" : "middle" }, part === 1 ? "now" : text(from + part * span)),
    ]);
    setAttribute(this.node, "viewBox", `0 0 ${width} ${STRIP_HEIGHT}`);
    setAttribute(this.node, "aria-label", `${counted(bars.length, "incident")} in the last ${duration(span / 1_000)}`);
    this.node.replaceChildren(svg("path", { class: "strip-base", d: `M0 ${base + 0.5}H${width}` }), ...bars, ...marks);
  }
}

class Row {
  #sign = el("span", { class: "incident-sign" });
  #cause = el("span", { class: "incident-cause" });
  #began = el("time");
  #length = el("span", { class: "incident-length" });
  #facts = el("p", { class: "incident-facts" });
  #events = el("ol", { class: "events" });

  constructor(incident) {
    this.node = el(
      "li",
      { class: "incident", "data-incident": incident.incident },
      el(
        "details",
        {},
        el("summary", {}, this.#sign, this.#cause, this.#length, this.#began),
        this.#facts,
        this.#events,
      ),
    );
  }

  show(incident, now) {
    const began = millis(incident.began);
    const open = incident.ended === null || incident.ended === undefined;
    const seconds = open && began !== null ? Math.max(0, (now - began) / 1_000) : incident.seconds;
    setAttribute(this.node, "data-state", incident.worst);
    setAttribute(this.node, "data-open", open);
    setSign(this.#sign, incident.worst, 22);
    const events = incident.events ?? [];
    const last = events[events.length - 1];
    const recovering = open && last?.state === "RECOVERING" && last.reason !== "COPYING";
    setText(this.#cause, reasonWords(incident.reason, !open || recovering));
    setText(this.#length, open ? `${duration(seconds)}, ${recovering ? "recovering" : "goes on"}` : seconds < 1 ? "under 1 s" : duration(seconds));
    setAttribute(this.#began, "datetime", iso(began));
    setText(this.#began, clock(began, now));
    const end = open ? "not over" : `over at ${clock(millis(incident.ended), now)}`;
    setText(this.#facts, `${stateName(incident.worst)} at worst, ${incident.reason ?? ""}, seen by the ${observerName(incident.observer)}, ${end}. Incident ${incident.incident}`);
    reconcile(
      this.#events,
      events,
      (event) => JSON.stringify([event.observer, event.sequence]),
      (event) => ({ node: eventLine(event, now) }),
      () => {},
    );
  }
}

export class Incidents {
  #none = el("p", { class: "none" });
  #strip = new Strip();
  #list = el("ol", { class: "incidents" });
  #more = el("button", { type: "button", class: "more" });
  #all = false;

  constructor() {
    this.node = el("div", {}, this.#none, this.#strip.node, this.#list, this.#more);
    this.#more.addEventListener("click", () => {
      this.#all = true;
      this.show(...this.#last);
    });
  }

  #last = [[], 0];

  show(incidents, now) {
    this.#last = [incidents, now];
    const none = incidents.length === 0;
    setHidden(this.#none, !none);
    setText(this.#none, "The status topic tells of none.");
    setAttribute(this.#strip.node, "hidden", none);
    this.#strip.show(incidents, now);
    reconcile(
      this.#list,
      this.#all ? incidents : incidents.slice(0, SHOWN),
      (incident) => incident.incident,
      (incident) => {
        const row = new Row(incident);
        return { node: row.node, row };
      },
      ({ row }, incident) => row.show(incident, now),
    );
    const rest = incidents.length - SHOWN;
    setHidden(this.#more, this.#all || rest <= 0);
    setText(this.#more, `Show ${counted(Math.max(0, rest), "older one", "older ones")}`);
  }
}
