// What each place between the two databases does, and where the way is broken: the drawing as data.

import { UNKNOWN, bytes, count, duration, rate } from "./format.js";
import { sideWords } from "./words.js";

const PUBLISH_BROKEN = ["BROKER_UNREACHABLE", "REGISTRY_UNREACHABLE", "SCHEMA_REJECTED", "CHANGE_REJECTED"];
const APPLY_BROKEN = ["SECONDARY_DOWN", "APPLY_FAILED"];
const CAPTURE_BROKEN = ["CAPTURE_LOST", "SPOOL_FULL", "DIFF_FILE_ELSEWHERE"];
const DIFF_FILE_BAD = ["SPOOL_FULL", "DIFF_FILE_DAMAGED", "DIFF_FILE_ELSEWHERE"];

/** The reasons that hold now; one that is told as over is none. */
function reasonsNow(link) {
  const reasons = new Map();
  const add = (reason, observer) => reason && reasons.set(reason, observer ?? reasons.get(reason));
  if (link.state === "DIVERGED" || link.state === "HALTED") {
    add(link.reason, null);
  }
  for (const event of link.incidents ?? []) {
    if (event.state === "DIVERGED" || event.state === "HALTED") {
      add(event.reason, event.observer);
    }
  }
  for (const side of ["producer", "consumer"]) {
    add(link[side]?.self?.reason, side.toUpperCase());
  }
  return reasons;
}

function place(side, silent, { doubtful, stale }) {
  if (!side) {
    return { tone: "away", words: "none yet", position: "" };
  }
  const position = side.position ?? UNKNOWN;
  const self = side.self;
  if (stale) {
    return { tone: "away", words: `last known ${sideWords(self?.state ?? side.state)}`, position };
  }
  if (!self && silent) {
    return { tone: "bad", words: `silent for ${duration(side.silentSeconds)}`, position };
  }
  const state = self?.state ?? side.state;
  if (!self && doubtful) {
    return { tone: "away", words: `last known ${sideWords(side.state)}`, position };
  }
  const bad = side.state === "HALTED" || ["HALTED", "FAILED"].includes(state);
  const busy = ["SPOOLING", "DRAINING", "COPYING", "WAITING"].includes(state);
  return { tone: bad ? "bad" : busy ? "busy" : "well", words: sideWords(side.state === "HALTED" ? "HALTED" : state), position };
}

function edge(broken, known, perSecond) {
  if (broken) {
    return { mode: "broken", label: "" };
  }
  if (!known) {
    return { mode: "unknown", label: "" };
  }
  return perSecond > 0 ? { mode: "flow", label: `${rate(perSecond)} /s` } : { mode: "idle", label: "" };
}

/** While rows are copied, figures of transactions say nothing of how much is missing. */
export function copying(link) {
  return link.producer?.state === "COPYING" || link.consumer?.state === "COPYING";
}

/** How many transactions the secondary lacks, those in the diff file too; null if that is not known. */
export function lacking(link) {
  if (typeof link.transactionsBehind !== "number" || !link.consumer || copying(link)) {
    return null;
  }
  return link.transactionsBehind;
}

/** How many of them wait to be published, and how many were. */
export function whereabouts(link) {
  const behind = link.transactionsBehind ?? 0;
  const inDiffFile = Math.min(behind, Number(link.producer?.self?.spool?.transactions) || 0);
  return { inDiffFile, onTopic: behind - inDiffFile };
}

function secondaryWords(link, state) {
  const missing = lacking(link);
  if (state !== "UNKNOWN" && copying(link)) {
    return ["is being filled", ""];
  }
  if (state === "UNKNOWN" || missing === null) {
    return ["not known", ""];
  }
  if (missing > 0 && state === "IN_SYNC") {
    return [`${count(missing)} on the way`, ""];
  }
  if (missing > 0) {
    return [`lacks ${count(missing)}`, missing === 1 ? "transaction" : "transactions"];
  }
  return state === "IN_SYNC" ? ["has everything", ""] : ["not known how far", ""];
}

/**
 * Where what is.
 *
 * @param link as the monitor tells it
 * @param believed its state, and whether that is doubtful
 */
export function pathOf(link, believed) {
  const reasons = reasonsNow(link);
  const has = (codes) => codes.some((code) => reasons.has(code));
  const by = (codes, observer) => codes.some((code) => reasons.has(code) && reasons.get(code) !== observer);
  const producer = place(link.producer, reasons.has("PRODUCER_SILENT"), believed);
  const consumer = place(link.consumer, reasons.has("CONSUMER_SILENT"), believed);
  const producerKnown = !believed.stale && (producer.tone === "well" || producer.tone === "busy");
  const consumerKnown = !believed.stale && (!believed.doubtful || link.consumer?.self) && (consumer.tone === "well" || consumer.tone === "busy");
  const relay = link.producer?.self?.state;
  const spool = link.producer?.self?.spool;
  const held = link.bytesSpooled > 0;
  const spooling = !believed.stale && (relay === "SPOOLING" || (held && by(PUBLISH_BROKEN, "CONSUMER")));
  const draining = !believed.stale && relay === "DRAINING";
  const publishBroken = by(PUBLISH_BROKEN, "CONSUMER") && !draining;
  const kafkaAway = has(["BROKER_UNREACHABLE"]) && !draining;
  const producerHalted = producer.tone === "bad";
  const { onTopic } = whereabouts(link);
  const [secondary, secondaryMore] = secondaryWords(link, believed.state);
  return {
    places: {
      primary: { title: "Primary", tone: reasons.has("CAPTURE_LOST") ? "bad" : "well", lines: ["", ""] },
      producer: { title: "Producer", tone: producer.tone, lines: [producer.words, producer.position] },
      topic: {
        title: "Kafka",
        tone: kafkaAway ? "bad" : believed.doubtful ? "away" : "well",
        lines: kafkaAway
          ? ["does not answer", ""]
          : [onTopic > 0 ? `${count(onTopic)} waiting` : "nothing waits", ""],
      },
      consumer: { title: "Consumer", tone: consumer.tone, lines: [consumer.words, consumer.position] },
      secondary: {
        title: "Secondary",
        tone: believed.state === "IN_SYNC" ? "well" : has(APPLY_BROKEN) ? "bad" : believed.state === "UNKNOWN" ? "away" : "busy",
        lines: [secondary, secondaryMore],
      },
      spool: {
        title: "Diff file",
        tone: has(DIFF_FILE_BAD) ? "bad" : held ? "busy" : "away",
        lines: held
          ? [bytes(link.bytesSpooled), spool ? `${count(spool.transactions)} tx` : ""]
          : [typeof link.bytesSpooled === "number" ? "empty" : "not known", ""],
      },
    },
    edges: {
      capture: edge(has(CAPTURE_BROKEN), producerKnown, spooling || draining ? 0 : link.publishedPerSecond),
      publish: edge(publishBroken || producerHalted, producerKnown, link.publishedPerSecond),
      consume: edge(kafkaAway || consumer.tone === "bad", consumerKnown, link.appliedPerSecond),
      apply: edge(has(APPLY_BROKEN) || consumer.tone === "bad", consumerKnown, link.appliedPerSecond),
      spool: spooling ? { mode: "flow", label: "" } : { mode: "none", label: "" },
      drain: draining ? { mode: "flow", label: "" } : { mode: "none", label: "" },
    },
  };
}

/** The drawing in one sentence, for those who do not see it. */
export function pathWords(path) {
  const places = Object.values(path.places).map(({ title, lines }) => {
    const text = lines.filter(Boolean).join(", ");
    return text ? `${title}: ${text}` : title;
  });
  const names = {
    capture: "from the primary to the producer",
    publish: "from the producer to Kafka",
    consume: "from Kafka to the consumer",
    apply: "from the consumer to the secondary",
  };
  const broken = Object.entries(names)
    .filter(([name]) => path.edges[name].mode === "broken")
    .map(([, words]) => words);
  return `${places.join(". ")}.${broken.length ? ` Interrupted ${broken.join(" and ")}.` : ""}`;
}
