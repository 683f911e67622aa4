// The newest events of the status topic.

import { el, reconcile, setHidden, setText } from "./dom.js";
import { clock, iso, millis } from "./format.js";
import { observerName, reasonWords, sign, stateName } from "./words.js";

const SHOWN = 20;

/** What an event tells of positions and diff files; also for the events within an incident. */
export function eventLine(event, now) {
  const over = event.state === "IN_SYNC" || (event.state === "RECOVERING" && event.reason !== "COPYING");
  const time = millis(event.time);
  return el(
    "li",
    { class: "event" },
    el("time", { datetime: iso(time), title: event.time ?? "" }, clock(time, now)),
    sign(event.state, 18),
    el(
      "div",
      { class: "event-text" },
      el("p", {}, el("strong", {}, stateName(event.state)), ` ${reasonWords(event.reason, over)}`, event.drained ? ", diff file drained" : ""),
      event.detail ? el("p", { class: "event-detail" }, event.detail) : null,
      el("p", { class: "event-more" }, [`told by the ${observerName(event.observer)}`, event.lastPosition ? `up to ${event.lastPosition}` : ""].filter(Boolean).join(", ")),
    ),
  );
}

export class Events {
  #list = el("ol", { class: "events" });
  #none = el("p", { class: "none" }, "The status topic tells of none.");

  constructor() {
    this.node = el("div", {}, this.#none, this.#list);
  }

  show(events, now) {
    setHidden(this.#none, events.length > 0);
    reconcile(
      this.#list,
      events.slice(0, SHOWN),
      (event) => JSON.stringify([event.incident, event.observer, event.sequence]),
      (event) => ({ node: eventLine(event, now) }),
      () => {},
    );
  
  }
}
