// Brings the monitor's documents: by server-sent events, and by asking while those do not come.

const SILENT_MILLIS = 6_000;
const POLL_MILLIS = 2_000;
const POLL_LIMIT_MILLIS = 3_000;
const FIRST_WAIT_MILLIS = 1_000;
const LONGEST_WAIT_MILLIS = 15_000;

/** Asks for one document; fails after three seconds. */
export async function ask(path) {
  const response = await fetch(path, {
    cache: "no-store",
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(POLL_LIMIT_MILLIS),
  });
  if (!response.ok) {
    throw new Error(`${path}: ${response.status}`);
  }
  return response.json();
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Not a document: as good as none, and the silence will show.
  }
}

/**
 * The connection to the monitor. A connection that is frozen looks like one where nothing happens; so the monitor sends
 * a document every two seconds, and six seconds without one are silence: the connection is then made anew.
 */
export class Feed {
  #onLinks;
  #onEvent;
  #onOpen;
  #source = null;
  #heardAt = null;
  #openedAt = 0;
  #nextOpenAt = 0;
  #wait = FIRST_WAIT_MILLIS;
  #streaming = false;
  #asking = false;
  #askedAt = 0;

  constructor({ onLinks, onEvent, onOpen }) {
    this.#onLinks = onLinks;
    this.#onEvent = onEvent;
    this.#onOpen = onOpen;
  }

  /** Since the last document, in milliseconds; null if there was none yet. */
  silence() {
    return this.#heardAt === null ? null : performance.now() - this.#heardAt;
  }

  /** "wait", "live", "asking" (documents come, but only when asked for) or "stale". */
  pulse() {
    const silence = this.silence();
    if (silence === null) {
      return performance.now() < SILENT_MILLIS ? "wait" : "stale";
    }
    if (silence > SILENT_MILLIS) {
      return "stale";
    }
    return this.#streaming ? "live" : "asking";
  }

  /** To be called a few times a second: connects, notices silence, asks. */
  tick() {
    const now = performance.now();
    if (this.#source === null) {
      if (now >= this.#nextOpenAt) {
        this.#open(now);
      }
    } else if (now - Math.max(this.#openedAt, this.#streaming ? this.#heardAt : 0) > SILENT_MILLIS) {
      this.#reopenLater(now);
    }
    if (!this.#streaming && now - this.#askedAt > POLL_MILLIS && now - this.#openedAt > FIRST_WAIT_MILLIS) {
      this.#askForLinks(now);
    }
  }

  #open(now) {
    const source = new EventSource("/api/events");
    this.#source = source;
    this.#openedAt = now;
    source.addEventListener("links", (message) => {
      const links = parse(message.data);
      if (source !== this.#source || links === null) {
        return;
      }
      const first = !this.#streaming;
      this.#streaming = true;
      this.#wait = FIRST_WAIT_MILLIS;
      this.#heard(links);
      if (first) {
        this.#onOpen();
      }
    });
    source.addEventListener("status", (message) => {
      const event = parse(message.data);
      if (source === this.#source && event !== null) {
        this.#onEvent(event);
      }
    });
    source.addEventListener("error", () => {
      if (source !== this.#source) {
        return;
      }
      this.#streaming = false;
      if (source.readyState === EventSource.CLOSED) {
        this.#reopenLater(performance.now());
      }
    });
  }

  #reopenLater(now) {
    this.#source.close();
    this.#source = null;
    this.#streaming = false;
    this.#nextOpenAt = now + this.#wait;
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MILLIS);
  }

  async #askForLinks(now) {
    if (this.#asking) {
      return;
    }
    this.#asking = true;
    this.#askedAt = now;
    try {
      const links = await ask("/api/links");
      if (!this.#streaming) {
        this.#heard(links);
      }
    } catch {
      // Asked again in two seconds; meanwhile the page says since when it knows nothing.
    } finally {
      this.#asking = false;
    }
  }

  #heard(links) {
    this.#heardAt = performance.now();
    this.#onLinks(links);
  }
}
