// Starts the page: takes what the monitor tells, and shows all links or the one that the address names.

import { el, setAttribute, setHidden, setText } from "./dom.js";
import { Feed, ask } from "./feed.js";
import { clock, counted, zone } from "./format.js";
import { LinkView } from "./link.js";
import { History, Model } from "./model.js";
import { Overview } from "./overview.js";
import { iconFile, reasonWords, severity, stateName } from "./words.js";

const TICK_MILLIS = 500;

const main = document.getElementById("main");
const model = new Model();
const announced = new Map();
let view = null;
let history = null;
let pulse = "wait";
let fault = null;

/** The link that the address names; null for all of them. */
function wanted() {
  const match = /^#\/link\/(.+)$/.exec(location.hash);
  if (match) {
    try {
      return decodeURIComponent(match[1]);
    } catch {
      return match[1];
    }
  }
  const links = model.document?.links ?? [];
  return links.length === 1 ? links[0].link : null;
}

/** What a link's state is worth now: an "in sync" that nobody can vouch for is none. */
function believed(link) {
  const stale = pulse === "stale";
  const doubtful = stale || !model.current();
  return { stale, doubtful, state: doubtful && link.state === "IN_SYNC" ? "UNKNOWN" : link.state };
}

async function refresh(what) {
  const mine = history;
  if (mine === null) {
    return;
  }
  try {
    const answer = await ask(`/api/links/${encodeURIComponent(mine.link)}/${what}`);
    if (mine !== history) {
      return;
    }
    if (what === "samples") {
      mine.takeSamples(answer.samples ?? []);
    } else {
      mine.takeIncidents(answer.incidents ?? []);
    }
    show();
  } catch {
    // The next document, or the next connection, brings it.
  }
}

let incidentsAsked = null;

/** Several events in a row are one question. */
function refreshIncidentsSoon() {
  incidentsAsked ??= setTimeout(() => {
    incidentsAsked = null;
    refresh("incidents");
  }, 300);
}

function openIncidents(link) {
  return (link?.incidents ?? []).map((event) => event.incident).join(" ");
}

function choose() {
  const name = wanted();
  if (view !== null && view.name === name) {
    return;
  }
  view?.close();
  const kept = main.contains(document.activeElement);
  if (name === null) {
    history = null;
    view = new Overview(model);
  } else {
    history = new History(name);
    view = new LinkView(model, history);
    refresh("samples");
    refresh("incidents");
  }
  main.replaceChildren(view.node);
  if (kept) {
    main.focus({ preventScroll: true });
  }
}

/** If it fails, the page says so: old figures under a live sign would be worse than none. */
function show() {
  if (model.document === null) {
    return;
  }
  try {
    choose();
    if (!document.hidden) {
      view.show(believed); // Nobody looks at a page in the background but at its title and sign.
    }
    showTrail();
    showTitle();
    fault = null;
  } catch (error) {
    fault = String(error);
    console.error(error);
  }
}

function showTrail() {
  const trail = document.getElementById("trail");
  const links = model.document.links;
  const several = links.length > 1;
  setHidden(trail, view.name === null || !several);
  if (view.name === null || !several) {
    return;
  }
  if (trail.firstChild === null) {
    trail.append(el("a", { href: "#/" }), el("span", { class: "trail-now", "aria-current": "page" }));
  }
  const troubled = links.filter((link) => link.link !== view.name && severity(believed(link).state) > 0).length;
  setText(trail.firstChild, troubled ? `All ${links.length} links, ${troubled} not in sync` : `All ${links.length} links`);
  setText(trail.lastChild, view.name);
}

function showTitle() {
  const links = view.name === null ? model.document.links : [model.link(view.name)].filter(Boolean);
  const worst = links.map((link) => believed(link).state).sort((one, other) => severity(other) - severity(one))[0];
  const name = view.name ?? counted(links.length, "link");
  const title = worst ? `${stateName(worst)}: ${name}` : name;
  const full = `${title} · Duplex`;
  if (document.title !== full) {
    document.title = full;
  }
  setAttribute(document.getElementById("icon"), "href", iconFile(worst));
}

/** Tells a screen reader when a link's state has changed, and nothing else. */
function announce() {
  const told = [];
  for (const link of model.document.links) {
    const { state } = believed(link);
    const reason = state === "UNKNOWN" ? "" : reasonWords(link.reason, state === "RECOVERING");
    const now = `${state} ${reason}`;
    const before = announced.get(link.link);
    announced.set(link.link, now);
    if (before !== undefined && before !== now) {
      told.push(`${link.link}: ${stateName(state)}${reason ? `, ${reason}` : ""}.`);
    }
  }
  if (told.length > 0) {
    setText(document.getElementById("announcer"), told.slice(0, 5).join(" "));
  }
}

function staleText() {
  if (fault !== null) {
    return ["This page is at fault", `It cannot show all that the monitor tells: ${fault}. Ask 'duplex status'.`];
  }
  if (pulse === "stale") {
    const told = model.toldAt();
    return told === null
      ? ["No answer from the monitor", "This page has heard nothing yet and keeps asking."]
      : [`Stale since ${clock(told, Date.now())}`, "The monitor does not answer. What you see is how it was then; this page keeps asking."];
  }
  if (model.document !== null && !model.current()) {
    const told = model.toldAt();
    const age = model.document.ageSeconds;
    const since = typeof age === "number" ? `Stale since ${clock(told - age * 1_000, told)}` : "Stale";
    const asked = model.document.links.some((link) => link.producer?.self || link.consumer?.self);
    const parts = ["The monitor answers, but has nothing new from Kafka.", sentence(model.document.detail), asked ? "What producer and consumer say of themselves is of now." : ""];
    return [since, parts.filter(Boolean).join(" ")];
  }
  return null;
}

/** One of the monitor's lines among sentences. */
function sentence(line) {
  return line ? line[0].toUpperCase() + line.slice(1) + (/[.!?]$/.test(line) ? "" : ".") : "";
}

function showPulse() {
  pulse = feed.pulse();
  const text = staleText();
  const stale = document.getElementById("stale");
  setHidden(stale, text === null);
  if (text !== null) {
    if (stale.firstChild === null) {
      stale.append(el("strong"), " ", el("span"));
    }
    setText(stale.firstChild, text[0]);
    setText(stale.lastChild, text[1]);
  }
  setAttribute(document.body, "data-stale", pulse === "stale" || fault !== null);
  const behind = (pulse === "live" || pulse === "asking") && !model.current();
  setAttribute(document.getElementById("pulse"), "data-pulse", behind ? "behind" : pulse);
  const told = model.document === null ? "" : clock(model.toldAt(), Date.now());
  const words = { wait: "Connecting", live: `Live ${told}`, asking: `Asking ${told}`, stale: "Not connected" };
  setText(document.getElementById("pulse-text"), behind ? `Monitor ${told}, not Kafka` : words[pulse]);
}

const feed = new Feed({
  onLinks(links) {
    const before = openIncidents(view?.name ? model.link(view.name) : null);
    model.take(links);
    showPulse();
    announce();
    const link = history === null ? null : model.link(history.link);
    if (link !== null) {
      history.addSample(model.toldAt() ?? Date.now(), link);
      if (before !== openIncidents(link)) {
        refreshIncidentsSoon();
      }
    }
    show();
  },
  onEvent(event) {
    if (history !== null && event.link === history.link) {
      history.addEvent(event);
      refreshIncidentsSoon();
    }
  },
  onOpen() {
    refresh("samples");
    refresh("incidents");
  },
});

function tick() {
  feed.tick();
  showPulse();
  if (model.document === null) {
    setText(document.getElementById("loading"), pulse === "stale" ? "No answer from the monitor yet." : "Asking the monitor.");
    return;
  }
  if (pulse === "stale") {
    model.freeze();
    announce();
  }
  show();
}

setText(document.getElementById("zone"), `Times are those of this browser, ${zone()}.`);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // The address names the link that is shown, and stays.
  main.focus();
});
addEventListener("hashchange", () => show());
document.addEventListener("visibilitychange", () => tick());
setInterval(tick, TICK_MILLIS);
tick();
