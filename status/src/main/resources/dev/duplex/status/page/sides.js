// Where relay and applier are, in figures.

import { el, reconcile, setAttribute, setText } from "./dom.js";
import { UNKNOWN, bytes, clock, count, counted, duration, millis } from "./format.js";
import { reasonWords, sideWords } from "./words.js";

function spoolRows(spool, now) {
  if (!spool || !(spool.bytes > 0 || spool.transactions > 0)) {
    return [];
  }
  return [
    ["Diff file", `${bytes(spool.bytes)}, ${counted(spool.transactions, "transaction")}, ${counted(spool.changes, "change")}`],
    ["Its positions", `${spool.firstPosition ?? UNKNOWN} to ${spool.lastPosition ?? UNKNOWN}`, true],
    ["Oldest commit in it", clock(millis(spool.oldestCommit), now)],
  ];
}

function rows(side, role, model) {
  const self = side.self;
  const state = sideWords(side.state === "HALTED" ? "HALTED" : (self?.state ?? side.state));
  const silence = typeof side.silentSeconds === "number" ? side.silentSeconds + model.age() : null;
  const done = role === "producer" ? "Published up to" : "Applied up to";
  const heard = silence === null ? UNKNOWN : silence < 3 ? "now" : `${duration(silence)} ago`;
  return [
    ["State", self && typeof self.stateSeconds === "number" ? `${state} for ${duration(self.stateSeconds + model.age())}` : state],
    self?.reason ? ["Says", `${reasonWords(self.reason, false)} (${self.reason})`] : null,
    self?.detail || side.detail ? ["Detail", self?.detail || side.detail] : null,
    [done, side.position ?? UNKNOWN, true],
    ["Transactions", count(side.transactions)],
    ["Changes", count(side.changes)],
    role === "consumer" ? ["Rows healed", count(side.mismatches)] : null,
    ...spoolRows(self?.spool, model.now()),
    ["Heard of through Kafka", heard],
    ["Host", side.host ?? UNKNOWN],
    ["Instance", side.instance ?? UNKNOWN, true],
    ["Epoch", count(side.epoch)],
  ].filter(Boolean);
}

export class Sides {
  #tables = {};

  constructor() {
    const side = (role, name) => {
      this.#tables[role] = el("dl", { class: "facts" });
      return el("div", { class: "side-facts", "data-side": role }, el("h3", {}, name), this.#tables[role]);
    };
    this.node = el("div", { class: "sides" }, side("producer", "Producer"), side("consumer", "Consumer"));
  }

  show(link, model) {
    for (const role of ["producer", "consumer"]) {
      const facts = link[role] ? rows(link[role], role, model) : [["State", "none has reported yet"]];
      reconcile(
        this.#tables[role],
        facts,
        ([name]) => name,
        ([name]) => {
          const value = el("dd");
          return { node: el("div", {}, el("dt", {}, name), value), value };
        },
        (row, [, value, code]) => {
          setText(row.value, value);
          setAttribute(row.value, "class", code ? "code" : null);
        },
      );
    }
  }
}
