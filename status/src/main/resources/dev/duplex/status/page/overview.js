// All links: how many are as they should be, and each one in a row, the worst first.

import { el, reconcile, setAttribute, setHidden, setText } from "./dom.js";
import { UNKNOWN, bytes, clock, count, duration, lag, millis, rate } from "./format.js";
import { copying, lacking } from "./path.js";
import { reasonWords, setSign, severity, stateName } from "./words.js";

const ORDER = ["HALTED", "UNKNOWN", "DIVERGED", "RECOVERING", "IN_SYNC"];

class Row {
  #sign = el("span", { class: "row-sign" });
  #state = el("span", { class: "row-state" });
  #reason = el("span", { class: "row-reason" });
  #since = el("span", { class: "row-since" });
  #cells = {};

  constructor(name) {
    const cell = (key, label) => {
      this.#cells[key] = el("span", { class: "row-figure" });
      return el("td", { class: "row-number" }, el("span", { class: "row-label", "aria-hidden": "true" }, label), this.#cells[key]);
    };
    this.node = el(
      "tr",
      { class: "row", "data-link": name },
      el("th", { scope: "row", class: "row-name" }, el("a", { href: `#/link/${encodeURIComponent(name)}` }, name)),
      el("td", { class: "row-condition" }, this.#sign, el("span", {}, this.#state, this.#since, this.#reason)),
      cell("lag", "Lag"),
      cell("missing", "Missing"),
      cell("spool", "Diff file"),
      cell("published", "Published /s"),
      cell("applied", "Applied /s"),
    );
  }

  show(link, { state }, model) {
    setAttribute(this.node, "data-state", state);
    setSign(this.#sign, state, 26);
    setText(this.#state, stateName(state));
    setText(this.#reason, state === "UNKNOWN" ? "last known: in sync" : reasonWords(link.reason, state === "RECOVERING" && link.reason !== "COPYING"));
    const since = millis(link.since);
    const length = typeof link.stateSeconds === "number" ? `for ${duration(link.stateSeconds + model.age())}` : "";
    setText(this.#since, state === "UNKNOWN" || since === null ? "" : length);
    setAttribute(this.#since, "title", since === null ? null : `since ${clock(since, model.now())}`);
    setText(this.#cells.lag, link.consumer && !copying(link) ? lag(link.lagSeconds) : UNKNOWN);
    const missing = lacking(link);
    setText(this.#cells.missing, missing === null ? UNKNOWN : count(missing));
    setText(this.#cells.spool, link.bytesSpooled === 0 ? "empty" : bytes(link.bytesSpooled));
    setText(this.#cells.published, rate(link.publishedPerSecond));
    setText(this.#cells.applied, rate(link.appliedPerSecond));
  }
}

export class Overview {
  name = null;
  #model;
  #tally = el("ul", { class: "tally" });
  #rows = el("tbody");
  #table;
  #none = el("p", { class: "empty" }, "The monitor has heard of no link yet. A link shows here as soon as its producer runs.");

  constructor(model) {
    this.#model = model;
    const head = ["Link", "State", "Lag", "Missing", "Diff file", "Published /s", "Applied /s"];
    this.#table = el(
      "table",
      { class: "links" },
      el("thead", {}, el("tr", {}, ...head.map((text, index) => el("th", { scope: "col", class: index > 1 ? "row-number" : null }, text)))),
      this.#rows,
    );
    this.node = el("div", { class: "overview" }, el("h1", { class: "unseen" }, "All links"), this.#tally, el("div", { class: "panel links-panel" }, this.#table), this.#none);
  }

  close() {}

  show(believe) {
    const links = this.#model.document.links.map((link) => ({ link, believed: believe(link) }));
    setHidden(this.#none, links.length > 0);
    setHidden(this.#table.parentNode, links.length === 0);
    links.sort((one, other) => severity(other.believed.state) - severity(one.believed.state) || (one.link.link < other.link.link ? -1 : 1));
    reconcile(
      this.#rows,
      links,
      ({ link }) => link.link,
      ({ link }) => {
        const row = new Row(link.link);
        return { node: row.node, row };
      },
      ({ row }, { link, believed }) => row.show(link, believed, this.#model),
    );
    const tally = ORDER.map((state) => ({ state, many: links.filter(({ believed }) => believed.state === state).length })).filter(({ many }) => many > 0);
    reconcile(
      this.#tally,
      tally,
      ({ state }) => state,
      ({ state }) => {
        const holder = el("span");
        const many = el("strong");
        setSign(holder, state, 34);
        return { node: el("li", { "data-state": state }, holder, many, el("span", {}, stateName(state).toLowerCase())), many };
      },
      ({ many }, item) => setText(many, count(item.many)),
    );
  }
}
