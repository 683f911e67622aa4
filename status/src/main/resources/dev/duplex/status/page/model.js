// What the page knows: the last document, and of the link that is looked at its recent past.

import { millis } from "./format.js";
import { whereabouts } from "./path.js";

const SAMPLES = 900;
const EVENTS = 60;
const SPOOL_RATE_MILLIS = 10_000;

/** The recent past of one link. */
export class History {
  samples = [];
  incidents = [];
  events = [];
  #peak = null;

  constructor(link) {
    this.link = link;
  }

  /** Takes the samples that the monitor keeps, and goes on with those that came meanwhile. */
  takeSamples(samples) {
    const told = samples.map((sample) => ({ ...sample, at: millis(sample.time) })).filter((sample) => sample.at !== null);
    const last = told.length === 0 ? -Infinity : told[told.length - 1].at;
    this.samples = told.concat(this.samples.filter((sample) => sample.at > last)).slice(-SAMPLES);
  }

  /** One sample a second, made of the documents as they come. */
  addSample(at, link) {
    const last = this.samples[this.samples.length - 1];
    if (last && at - last.at < 900) {
      return;
    }
    this.samples.push({
      at,
      state: link.state,
      lagSeconds: link.lagSeconds,
      transactionsBehind: link.transactionsBehind,
      publishedPerSecond: link.publishedPerSecond,
      appliedPerSecond: link.appliedPerSecond,
      bytesSpooled: link.bytesSpooled,
    });
    if (this.samples.length > SAMPLES) {
      this.samples.splice(0, this.samples.length - SAMPLES);
    }
  }

  takeIncidents(incidents) {
    this.incidents = incidents;
    for (const incident of incidents) {
      (incident.events ?? []).forEach((event) => this.#remember(event));
    }
    this.#sortEvents();
  }

  addEvent(event) {
    this.#remember(event);
    this.#sortEvents();
  }

  #remember(event) {
    const key = eventKey(event);
    if (!this.events.some((known) => eventKey(known) === key)) {
      this.events.push(event);
    }
  }

  #sortEvents() {
    this.events.sort((one, other) => (millis(other.time) ?? 0) - (millis(one.time) ?? 0) || other.sequence - one.sequence);
    this.events.length = Math.min(this.events.length, EVENTS);
  }

  /** How fast the diff files grow (or shrink), in bytes a second; null if that is not known. */
  spoolGrowth() {
    const last = this.samples[this.samples.length - 1];
    if (!last || typeof last.bytesSpooled !== "number") {
      return null;
    }
    const before = this.samples.find((sample) => sample.at >= last.at - SPOOL_RATE_MILLIS);
    return before && last.at - before.at >= 1_000 ? ((last.bytesSpooled - before.bytesSpooled) * 1_000) / (last.at - before.at) : null;
  }

  /**
   * How much of what was missing has arrived. The whole is the most that was missing at once since the link has been
   * on its way back; what was missing before this page was opened is told by the incident.
   */
  recovery(link) {
    const { inDiffFile, onTopic } = whereabouts(link);
    const missing = inDiffFile + onTopic;
    const told = (link.incidents ?? [])
      .filter((event) => event.observer === "PRODUCER" && event.state === "RECOVERING")
      .map((event) => Number(event.transactions) || 0);
    const key = `${link.state} ${link.reason}`;
    if (this.#peak === null || this.#peak.key !== key) {
      this.#peak = { key, transactions: 0 };
    }
    this.#peak.transactions = Math.max(this.#peak.transactions, missing, ...told);
    const whole = this.#peak.transactions;
    if (whole === 0) {
      return null;
    }
    const perSecond = link.appliedPerSecond;
    return {
      whole,
      missing,
      inDiffFile,
      onTopic,
      published: (whole - inDiffFile) / whole,
      applied: (whole - missing) / whole,
      perSecond,
      secondsLeft: perSecond > 0 ? missing / perSecond : null,
    };
  }

  forgetRecovery() {
    this.#peak = null;
  }
}

function eventKey(event) {
  return JSON.stringify([event.incident, event.observer, event.sequence]);
}

/** The last document, and the monitor's time as it goes on from there. */
export class Model {
  document = null;
  #receivedAt = 0;
  #frozenAt = null;

  take(document) {
    this.document = { ...document, links: Array.isArray(document.links) ? document.links.filter((link) => link?.link) : [] };
    this.#receivedAt = performance.now();
    this.#frozenAt = null;
  }

  /** While nothing is heard, no clock of this page goes on: what it shows is of the last document's time. */
  freeze() {
    this.#frozenAt ??= this.#receivedAt;
  }

  /** Seconds since the document came. */
  age() {
    return this.document === null ? 0 : ((this.#frozenAt ?? performance.now()) - this.#receivedAt) / 1_000;
  }

  /** The monitor's clock now, in milliseconds since 1970. */
  now() {
    const told = this.document === null ? null : millis(this.document.time);
    return told === null ? Date.now() : told + this.age() * 1_000;
  }

  /** When the monitor made the document; milliseconds since 1970. */
  toldAt() {
    return this.document === null ? null : millis(this.document.time);
  }

  /** The monitor reaches Kafka and has read everything. */
  current() {
    return this.document === null || this.document.current !== false;
  }

  link(name) {
    return this.document?.links.find((link) => link.link === name) ?? null;
  }
}
