// Where relay and applier are, in figures, side by side.

import { el, reconcile, setAttribute, setText } from "./dom.js";
import { UNKNOWN, bytes, clock, count, counted, duration, millis } from "./format.js";
import { reasonWords, sideWords } from "./words.js";

const ROLES = ["producer", "consumer"];

/** The name of each fact, how a side tells it, and whether it is a code. What tells nothing on both sides is left out. */
const FACTS = [
  ["State", state],
  ["Reason", (side) => (side.self?.reason ? `${reasonWords(side.self.reason, false)} (${side.self.reason})` : "")],
  ["Detail", (side) => side.self?.detail || side.detail || ""],
  ["Position", (side) => side.position ?? UNKNOWN, "code"],
  ["Transactions", (side) => count(side.transactions)],
  ["Changes", (side) => count(side.changes)],
  ["Rows healed", (side, role) => (role === "consumer" ? count(side.mismatches) : "")],
  ["Diff file", (side) => held(side, (spool) => `${bytes(spool.bytes)}, ${counted(spool.transactions, "transaction")}, ${counted(spool.changes, "change")}`)],
  ["Positions in it", (side) => held(side, (spool) => `${spool.firstPosition ?? UNKNOWN} to ${spool.lastPosition ?? UNKNOWN}`), "code"],
  ["Oldest commit in it", (side, role, model) => held(side, (spool) => clock(millis(spool.oldestCommit), model.now()))],
  ["Last record in Kafka", heard],
  ["Host", (side) => side.host ?? UNKNOWN],
  ["Instance", (side) => side.instance ?? UNKNOWN, "code"],
  ["Epoch", (side) => count(side.epoch)],
];

function state(side, role, model) {
  const self = side.self;
  const words = sideWords(side.state === "HALTED" ? "HALTED" : (self?.state ?? side.state));
  return typeof self?.stateSeconds === "number" ? `${words} for ${duration(self.stateSeconds + model.age())}` : words;
}

function held(side, words) {
  const spool = side.self?.spool;
  return spool && (spool.bytes > 0 || spool.transactions > 0) ? words(spool) : "";
}

function heard(side, role, model) {
  if (typeof side.silentSeconds !== "number") {
    return UNKNOWN;
  }
  const seconds = side.silentSeconds + model.age();
  return seconds < 3 ? "just now" : `${duration(seconds)} ago`;
}

export class Sides {
  #rows = el("tbody");

  constructor() {
    const head = el("tr", {}, el("td"), el("th", { scope: "col" }, "Producer"), el("th", { scope: "col" }, "Consumer"));
    this.node = el("table", { class: "sides" }, el("thead", {}, head), this.#rows);
  }

  show(link, model) {
    const facts = FACTS.map(([name, tell, code]) => ({
      name,
      code,
      told: ROLES.map((role) => (link[role] ? tell(link[role], role, model) : name === "State" ? "none has reported yet" : "")),
    })).filter(({ told }) => told.some((text) => text !== ""));
    reconcile(
      this.#rows,
      facts,
      ({ name }) => name,
      ({ name, code }) => {
        const cells = ROLES.map((role) => el("td", { class: code, "data-side": role }));
        return { node: el("tr", {}, el("th", { scope: "row" }, name), ...cells), cells };
      },
      ({ cells }, { told }) =>
        told.forEach((text, index) => {
          setText(cells[index], text);
          setAttribute(cells[index], "data-empty", text === "");
        }),
    );
  }
}
