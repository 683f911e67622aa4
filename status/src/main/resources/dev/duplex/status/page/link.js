// One link: its state in one look, the way between the databases, its recent past.

import { Chart, Charts, binaryCeiling, timeCeiling } from "./chart.js";
import { Diagram } from "./diagram.js";
import { el, setAttribute, setHidden, setText } from "./dom.js";
import { UNKNOWN, bytes, clock, count, counted, duration, iso, lag, millis, rate, scaleTime } from "./format.js";
import { Events } from "./events.js";
import { Incidents } from "./incidents.js";
import { RecoveryBar } from "./recovery.js";
import { Sides } from "./sides.js";
import { copying, lacking } from "./path.js";
import { advice, reasonWords, setSign, severity, stateName, stateSays } from "./words.js";

const LEVELS = [
  { value: 0, name: "In sync", state: "IN_SYNC" },
  { value: 1, name: "Recovering", state: "RECOVERING" },
  { value: 2, name: "Diverged", state: "DIVERGED" },
  { value: 3, name: "Halted", state: "HALTED" },
];

function panel(title, ...content) {
  return el("section", { class: "panel", "aria-label": title }, el("h2", {}, title), ...content);
}

/** A number with its name, as on an instrument. */
class Readout {
  constructor(id, name) {
    this.value = el("dd", { class: "readout-value" });
    this.more = el("dd", { class: "readout-more" });
    this.node = el("div", { class: "readout", "data-readout": id }, el("dt", {}, name), this.value, this.more);
  }

  show(value, more = "") {
    setText(this.value, value);
    setText(this.more, more);
  }
}

export class LinkView {
  #model;
  #history;
  #sign = el("span", { class: "verdict-sign" });
  #state = el("span", { class: "verdict-state" });
  #known = el("span", { class: "verdict-known" });
  #says = el("p", { class: "verdict-says" });
  #since = el("p", { class: "verdict-since" });
  #cause = el("div", { class: "cause" });
  #causeWords = el("strong");
  #causeCode = el("code");
  #causeAdvice = el("p", { class: "cause-advice" });
  #causeDetail = el("p", { class: "cause-detail" });
  #missing = new Readout("missing", "Not on the secondary");
  #lag = new Readout("lag", "Lag");
  #spool = new Readout("spool", "Diff file");
  #rates = new Readout("rate", "Applied");
  #verdict;
  #body;
  #notFound;
  #recovery = new RecoveryBar();
  #diagram = new Diagram();
  #charts;
  #sides = new Sides();
  #incidents = new Incidents();
  #events = new Events();

  constructor(model, history) {
    this.name = history.link;
    this.#model = model;
    this.#history = history;
    this.#cause.append(
      el("p", { class: "cause-head" }, this.#causeWords, " ", this.#causeCode),
      this.#causeDetail,
      this.#causeAdvice,
    );
    this.#charts = new Charts([
      new Chart({
        id: "lag",
        title: "Lag",
        left: 52,
        least: 1,
        ceiling: timeCeiling,
        format: lag,
        tick: scaleTime,
        series: [{ name: "", key: "lagSeconds", mark: "line-main" }],
        limit: { of: (document) => document?.divergedAfterSeconds, name: (value) => `diverged beyond ${scaleTime(value)}` },
      }),
      new Chart({
        id: "throughput",
        title: "Transactions a second",
        left: 52,
        least: 10,
        format: rate,
        series: [
          { name: "published", key: "publishedPerSecond", mark: "line-main" },
          { name: "applied", key: "appliedPerSecond", mark: "line-other" },
        ],
      }),
      new Chart({
        id: "spool",
        title: "Diff file",
        left: 64,
        least: 1024 * 1024,
        ceiling: binaryCeiling,
        format: bytes,
        series: [{ name: "", key: "bytesSpooled", mark: "line-main" }],
      }),
      new Chart({
        id: "state",
        title: "State",
        left: 84,
        levels: LEVELS,
        format: (state) => (state ? stateName(state) : UNKNOWN),
        series: [{ name: "", key: "state", mark: "line-main" }],
      }),
    ]);
    this.#verdict = el(
      "section",
      { class: "verdict", "aria-label": "State" },
      el(
        "div",
        { class: "verdict-head" },
        this.#sign,
        el("div", {}, el("p", { class: "verdict-link" }, this.name), el("h1", {}, this.#state, this.#known), this.#says, this.#since),
      ),
      el("dl", { class: "readouts" }, this.#missing.node, this.#lag.node, this.#spool.node, this.#rates.node),
      this.#cause,
      this.#recovery.node,
    );
    this.#body = el(
      "div",
      { class: "link-body" },
      this.#verdict,
      panel("The way between", this.#diagram.node),
      panel("Over time", this.#charts.node),
      el("div", { class: "pair" }, panel("Incidents", this.#incidents.node), panel("Newest events", this.#events.node)),
      panel("Both sides", this.#sides.node),
    );
    this.#notFound = el("p", { class: "empty", hidden: true });
    this.node = el("div", { class: "link" }, this.#notFound, this.#body);
  }

  close() {
    this.#diagram.close();
    this.#charts.close();
  }

  show(believe) {
    const link = this.#model.link(this.name);
    setHidden(this.#notFound, link !== null);
    setHidden(this.#body, link === null);
    if (link === null) {
      setText(this.#notFound, `The monitor knows no link of the name ${this.name}.`);
      return;
    }
    const believed = believe(link);
    const now = this.#model.now();
    this.#showVerdict(link, believed, now);
    this.#showReadouts(link);
    this.#showCause(link, believed);
    this.#showRecovery(link, believed);
    this.#diagram.show(link, believed);
    this.#charts.show(this.#history.samples, this.#model.document, now, { ...link, state: believed.state });
    this.#sides.show(link, this.#model);
    this.#incidents.show(this.#history.incidents, now);
    this.#events.show(this.#history.events, now);
  }

  #showVerdict(link, { state, stale, doubtful }, now) {
    setAttribute(this.#verdict, "data-state", state);
    setAttribute(this.#verdict, "data-doubtful", stale || (doubtful && !link.producer?.self));
    setSign(this.#sign, state, 84);
    setText(this.#state, stateName(state));
    const known = state === "UNKNOWN" && link.state === "IN_SYNC" ? "last known: in sync" : stale ? "last known" : "";
    setText(this.#known, known);
    setText(this.#says, this.#sentence(link, state));
    const seconds = typeof link.stateSeconds === "number" ? link.stateSeconds + this.#model.age() : null;
    const since = millis(link.since);
    setHidden(this.#since, state === "UNKNOWN" || (since === null && seconds === null));
    if (since !== null) {
      if (this.#since.firstChild === null) {
        this.#since.append(el("span"), el("time"));
      }
      setText(this.#since.firstChild, seconds === null ? "since " : `for ${duration(seconds)}, since `);
      setAttribute(this.#since.lastChild, "datetime", iso(since));
      setText(this.#since.lastChild, clock(since, now));
    }
  }

  #sentence(link, state) {
    if (state === "DIVERGED" && !link.consumer) {
      return "Nothing is applied to a secondary yet.";
    }
    if (state === "RECOVERING" && link.reason === "COPYING") {
      return "Existing rows are on their way to the secondary.";
    }
    return stateSays(state);
  }

  #showReadouts(link) {
    const spool = link.producer?.self?.spool;
    const growth = this.#history.spoolGrowth();
    const trend = growth !== null && Math.abs(growth) >= 1024 ? `${growth > 0 ? "growing" : "shrinking"} ${bytes(Math.abs(growth))}/s` : "";
    const held = link.bytesSpooled > 0;
    const missing = lacking(link);
    this.#missing.show(missing === null ? UNKNOWN : count(missing), missing === null ? "not known" : missing === 1 ? "transaction" : "transactions");
    const comparable = link.consumer && !copying(link);
    this.#lag.show(comparable ? lag(link.lagSeconds) : UNKNOWN, !comparable ? "not known" : held && !spool ? "without the diff file" : "by the primary's clock");
    const more = [spool && held ? counted(spool.transactions, "transaction") : "", trend].filter(Boolean).join(", ");
    this.#spool.show(held ? bytes(link.bytesSpooled) : link.bytesSpooled === 0 ? "empty" : UNKNOWN, held ? more : "nothing waits on disk");
    this.#rates.show(`${rate(link.appliedPerSecond)} /s`, `published ${rate(link.publishedPerSecond)} /s`);
  }

  #showCause(link, { state }) {
    const told = link.detail ?? "";
    const hidden = (!link.reason && told === "") || severity(link.state) === 0 || state === "UNKNOWN";
    setHidden(this.#cause, hidden);
    if (hidden) {
      return;
    }
    const over = link.state === "RECOVERING" && link.reason !== "COPYING";
    setText(this.#causeWords, link.reason ? reasonWords(link.reason, over) : "No reason is told");
    setText(this.#causeCode, link.reason ?? "");
    setHidden(this.#causeCode, !link.reason);
    setText(this.#causeDetail, told);
    setHidden(this.#causeDetail, told === "");
    const todo = over ? "" : advice(link.reason);
    setText(this.#causeAdvice, todo);
    setHidden(this.#causeAdvice, todo === "");
  }

  #showRecovery(link, { state }) {
    const catchingUp = state === "RECOVERING" || (state === "DIVERGED" && link.reason === "SECONDARY_BEHIND");
    if (!catchingUp) {
      this.#history.forgetRecovery();
      this.#recovery.show(null);
      return;
    }
    this.#recovery.show(this.#history.recovery(link), link);
  }
}
