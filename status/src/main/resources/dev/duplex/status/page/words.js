// States and reasons in words, and as signs that differ in shape: nothing is said by colour alone.

import { svg } from "./dom.js";

const STATES = {
  IN_SYNC: { name: "In sync", icon: "in-sync", severity: 0, says: "The secondary has what the primary has." },
  RECOVERING: { name: "Recovering", icon: "recovering", severity: 1, says: "What was missing is on its way to the secondary." },
  DIVERGED: { name: "Diverged", icon: "diverged", severity: 2, says: "The secondary lacks what the primary has." },
  HALTED: { name: "Halted", icon: "halted", severity: 3, says: "The link stands still: somebody must act." },
  UNKNOWN: { name: "Unknown", icon: "unknown", severity: 4, says: "Nobody tells how the databases are now." },
};

const AFTER_OUTAGE = "Changes wait in the diff file and are published when it answers again. Nobody needs to act unless it stays away.";
const RECOPY = "If it cannot be brought back: duplex init --recopy.";

// What is so now, what was so when it is over, and what to do.
const REASONS = {
  BROKER_UNREACHABLE: ["Kafka cannot be reached", "Kafka was away", AFTER_OUTAGE],
  REGISTRY_UNREACHABLE: ["The schema registry cannot be reached", "The schema registry was away", AFTER_OUTAGE],
  SCHEMA_REJECTED: ["A schema was refused", "A schema was refused", "Restore the registry's data or correct registry.url, and start again."],
  SECONDARY_BEHIND: ["The secondary is behind", "The secondary was behind", "It catches up by itself. Look at the secondary's load if it stays so."],
  SECONDARY_DOWN: ["The secondary does not answer", "The secondary was away", "Bring it back; the consumer tries again for ever."],
  APPLY_FAILED: ["The secondary refuses a change", "The secondary refused a change", "Remove the cause on the secondary; it goes on by itself."],
  ROW_MISMATCH: ["Rows were not as expected", "Rows were not as expected", "Find out who else writes to the secondary."],
  GAP: ["Transactions are missing", "Transactions were missing", `Bring back what is missing. ${RECOPY}`],
  DIFF_FILE_DAMAGED: ["The diff file is damaged", "The diff file was damaged", "Stop the producer, run duplex diff verify, and bring the named file back from a copy."],
  SPOOL_FULL: ["The diff file has no room left", "The diff file had no room left", "Make room or raise spool.max-size. Meanwhile the primary keeps its log: watch its disk."],
  CAPTURE_LOST: ["The producer lost its place on the primary", "The producer lost its place on the primary", "Check that primary.jdbc-url is the right server, then run duplex init --recopy."],
  DIFF_FILE_ELSEWHERE: ["Changes lie in another producer's diff file", "Changes lay in another producer's diff file", "Start that producer again, or use duplex diff adopt. Meanwhile the primary keeps its log: watch its disk."],
  CHANGE_REJECTED: ["A change cannot be carried", "A change could not be carried", "The detail names it. Remove the cause, then run duplex init --recopy."],
  TABLE_NOT_REPLICATED: ["A table is not replicated", "A table was not replicated", "Run duplex init again to add it, or exclude it."],
  COPYING: ["Existing rows are being copied", "Existing rows were copied", "Until the end of the copy the secondary does not show a state that the primary had."],
  PRODUCER_SILENT: ["The producer is silent", "The producer was silent", "Is one running? Meanwhile the primary keeps its log: watch its disk."],
  CONSUMER_SILENT: ["The consumer is silent", "The consumer was silent", "Is one running? Changes wait in Kafka for topics.retention."],
  FENCED: ["Another instance has the role", "Another instance had the role", "This one stands by."],
};

const SIDE_STATES = {
  LIVE: "live",
  SPOOLING: "writing the diff file",
  DRAINING: "draining the diff file",
  COPYING: "copying",
  APPLYING: "applying",
  WAITING: "waiting",
  FAILED: "change refused",
  HALTED: "halted",
  STANDBY: "standing by",
  STOPPED: "stopped",
};

/** The state, or UNKNOWN if it is none that this page knows. */
export function stateOf(state) {
  return Object.hasOwn(STATES, state) ? state : "UNKNOWN";
}

export function stateName(state) {
  return STATES[stateOf(state)].name;
}

export function stateSays(state) {
  return STATES[stateOf(state)].says;
}

export function severity(state) {
  return STATES[stateOf(state)].severity;
}

export function iconFile(state) {
  return `icon-${STATES[stateOf(state)].icon}.svg`;
}

/** The reason in words; in the past where it is over. A reason that is not known is shown as it is. */
export function reasonWords(reason, over) {
  if (!reason) {
    return "";
  }
  return Object.hasOwn(REASONS, reason) ? REASONS[reason][over ? 1 : 0] : reason;
}

export function advice(reason) {
  return reason && Object.hasOwn(REASONS, reason) ? REASONS[reason][2] : "";
}

export function sideWords(state) {
  return Object.hasOwn(SIDE_STATES, state) ? SIDE_STATES[state] : String(state ?? "").toLowerCase();
}

export function observerName(observer) {
  return String(observer ?? "").toLowerCase();
}

const SHAPES = {
  IN_SYNC: () => svg("circle", { cx: 16, cy: 16, r: 14 }),
  DIVERGED: () => svg("path", { d: "M16 1.5 30.5 16 16 30.5 1.5 16Z" }),
  RECOVERING: () => svg("rect", { x: 2.5, y: 2.5, width: 27, height: 27, rx: 6.5 }),
  HALTED: () => svg("path", { d: "M10.2 2h11.6L30 10.2v11.6L21.8 30H10.2L2 21.8V10.2Z" }),
  UNKNOWN: () => svg("circle", { cx: 16, cy: 16, r: 13.5, class: "sign-open" }),
};

const MARKS = {
  IN_SYNC: "M10.5 13h11M10.5 19h11",
  DIVERGED: "M11 13.5h10M11 18.5h10M18.3 9.7l-4.6 12.6",
  RECOVERING: "M8 16h10.5M14 11.3l4.7 4.7-4.7 4.7M23.5 10v12",
  HALTED: "M16 9v9M16 23v.1",
  UNKNOWN: "M12.5 13a3.6 3.6 0 1 1 5 3.3q-1.5.8-1.5 2.5M16 22.7v.1",
};

/** The sign of a state: shape and mark. The words beside it say the same, so it is hidden from screen readers. */
export function sign(state, size) {
  const known = stateOf(state);
  const node = svg("svg", {
    class: "sign",
    viewBox: "0 0 32 32",
    width: size,
    height: size,
    "data-state": known,
    "aria-hidden": "true",
  });
  const shape = SHAPES[known]();
  shape.classList.add("sign-shape");
  node.append(shape, svg("path", { class: "sign-mark", d: MARKS[known] }));
  return node;
}

/** Puts another sign into its place where the state has changed. */
export function setSign(holder, state, size) {
  const known = stateOf(state);
  if (holder.dataset.sign !== known) {
    holder.dataset.sign = known;
    holder.replaceChildren(sign(known, size));
  }
}
