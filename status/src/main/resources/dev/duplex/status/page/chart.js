// Charts over time: small, with a common cursor.

import { el, setAttribute, setText, svg } from "./dom.js";
import { clock, clockWithoutSeconds, duration } from "./format.js";

const WINDOW_MILLIS = 15 * 60_000;
const SHORTEST_MILLIS = 60_000;
const GAP_MILLIS = 5_000;
const HEIGHT = 132;
const TOP = 10;
const BOTTOM = 22;
const RIGHT = 6;
const STEPS = [10, 15, 30, 60, 120, 180, 300].map((seconds) => seconds * 1_000);

/** The next number of the row 1, 2, 5, 10, ... */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= value * 0.999);
}

const ROUND_SECONDS = [1, 2, 4, 10, 20, 30, 60, 120, 240, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200];

/** Of seconds: what halves well, in days beyond half a day. */
export function timeCeiling(value) {
  return ROUND_SECONDS.find((candidate) => candidate >= value * 0.999) ?? Math.ceil(value / 86_400) * 86_400;
}

/** Of bytes: 1, 2, 4, 8, ... */
export function binaryCeiling(value) {
  return 2 ** Math.ceil(Math.log2(value));
}

/**
 * One chart.
 *
 * series: [{ name, key, mark }], mark is the class of its line. format: a value in words; tick: the same for the scale. least: the smallest top of the
 * scale. limit: { of: (document) => value, name: (value) => words } draws a line. levels: [{ value, name, state }] makes it a chart of states.
 */
export class Chart {
  #options;
  #width = 0;
  #plot;
  #samples = [];
  #document = null;
  #live = null;
  #cursor = null;
  #range = null;

  constructor(options) {
    this.#options = options;
    this.#plot = svg("svg", { class: "chart-plot", role: "img", height: HEIGHT });
    this.values = options.series.map(() => el("span", { class: "chart-value" }));
    const legend = options.series.map((series, index) =>
      el(
        "span",
        { class: "chart-series" },
        options.series.length > 1 ? svg("svg", { class: "chart-key", width: 22, height: 8, "aria-hidden": "true" }, svg("path", { class: `line ${series.mark}`, d: "M1 4h20" })) : null,
        series.name ? `${series.name} ` : "",
        this.values[index],
      ),
    );
    this.node = el(
      "figure",
      { class: "chart", "data-chart": options.id },
      el("figcaption", {}, el("span", { class: "chart-title" }, options.title), ...legend),
      this.#plot,
    );
    this.#observer = new ResizeObserver(() => {
      this.#width = Math.round(this.#plot.getBoundingClientRect().width);
      this.#draw();
    });
    this.#observer.observe(this.#plot);
  }

  #observer;

  close() {
    this.#observer.disconnect();
  }

  show(samples, document, range, live) {
    this.#samples = samples;
    this.#live = live;
    this.#document = document;
    this.#range = range;
    this.#draw();
  }

  /** Shows the values of that time; null: of now. */
  point(sample) {
    this.#cursor = sample;
    this.#draw();
  }

  timeAt(clientX) {
    const bounds = this.#plot.getBoundingClientRect();
    const { from, to } = this.#range;
    const left = this.#options.left;
    return from + ((clientX - bounds.left - left) / (bounds.width - left - RIGHT)) * (to - from);
  }

  words(sample) {
    return this.#options.series.map(({ name, key }) => `${name || this.#options.title} ${this.#options.format(sample[key])}`).join(", ");
  }

  #draw() {
    if (this.#width < 100 || this.#range === null) {
      return;
    }
    const { series, format, levels, left } = this.#options;
    const width = this.#width;
    const { from, to } = this.#range;
    const last = this.#samples[this.#samples.length - 1];
    const x = (time) => left + ((time - from) / (to - from)) * (width - left - RIGHT);
    const shown = this.#samples.filter((sample) => sample.at >= from);
    const top = levels ? levels.length - 1 : this.#top(shown);
    const y = (value) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
    setAttribute(this.#plot, "viewBox", `0 0 ${width} ${HEIGHT}`);
    setAttribute(this.#plot, "aria-label", this.#label(shown, last));
    const parts = [...this.#grid(y, top, width), ...this.#times(x, width)];
    if (levels) {
      parts.push(...this.#states(shown, x, y, to));
    } else {
      parts.push(...this.#limit(y, top, width));
      series.forEach(({ key, mark }, index) => parts.push(...this.#line(shown, key, mark, x, y, index === 0)));
    }
    if (this.#cursor) {
      const at = x(this.#cursor.at);
      parts.push(svg("path", { class: "cursor", d: `M${at} ${TOP - 4}V${HEIGHT - BOTTOM}` }));
    }
    this.#plot.replaceChildren(...parts);
    const told = this.#cursor ?? this.#live ?? last;
    series.forEach(({ key }, index) => setText(this.values[index], told ? format(told[key]) : ""));
  }

  #top(shown) {
    let most = this.#options.least;
    for (const { key } of this.#options.series) {
      for (const sample of shown) {
        most = Math.max(most, sample[key] ?? 0);
      }
    }
    return (this.#options.ceiling ?? ceiling)(most);
  }

  #label(shown, last) {
    const { title, series, format, levels } = this.#options;
    if (!last) {
      return `${title}: nothing known yet`;
    }
    const parts = series.map(({ name, key }) => {
      const now = `${name ? `${name} ` : ""}now ${format(last[key])}`;
      if (levels) {
        return now;
      }
      const most = shown.reduce((highest, sample) => Math.max(highest, sample[key] ?? 0), 0);
      return `${now}, at most ${format(most)}`;
    });
    return `${title}: ${parts.join("; ")}, in the last ${duration((this.#range.to - this.#range.from) / 1_000)}`;
  }

  #grid(y, top, width) {
    const { levels, format, tick, left } = this.#options;
    const rows = levels ?? [0, top / 2, top].map((value) => ({ value, name: (tick ?? format)(value) }));
    return rows.flatMap(({ value, name }) => [
      svg("path", { class: "grid", d: `M${left} ${y(value)}H${width - RIGHT}` }),
      svg("text", { class: "tick", x: left - 8, y: y(value) + 4, "text-anchor": "end" }, name),
    ]);
  }

  #times(x, width) {
    const { from, to } = this.#range;
    const room = Math.max(2, Math.floor((width - this.#options.left) / 92));
    const step = STEPS.find((candidate) => (to - from) / candidate <= room) ?? STEPS[STEPS.length - 1];
    const parts = [];
    for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
      const at = x(time);
      if (at - this.#options.left < 18 || width - at < 24) {
        continue;
      }
      const text = step < 60_000 ? clock(time) : clockWithoutSeconds(time);
      parts.push(
        svg("path", { class: "grid", d: `M${at} ${HEIGHT - BOTTOM}v4` }),
        svg("text", { class: "tick", x: at, y: HEIGHT - 4, "text-anchor": "middle" }, text),
      );
    }
    return parts;
  }

  #limit(y, top, width) {
    const { limit, left } = this.#options;
    const value = limit?.of(this.#document);
    if (typeof value !== "number" || value > top || value < top / 12) {
      return [];
    }
    const above = value < top * 0.85;
    return [
      svg("path", { class: "limit", d: `M${left} ${y(value)}H${width - RIGHT}` }),
      svg("text", { class: "limit-name", x: left + 6, y: y(value) + (above ? -4 : 12) }, limit.name(value)),
    ];
  }

  #line(shown, key, mark, x, y, filled) {
    const runs = [];
    let run = null;
    let before = -Infinity;
    for (const sample of shown) {
      if (typeof sample[key] !== "number") {
        run = null;
        continue;
      }
      if (run === null || sample.at - before > GAP_MILLIS) {
        run = [];
        runs.push(run);
      }
      run.push(`${x(sample.at).toFixed(1)} ${y(Math.max(0, sample[key])).toFixed(1)}`);
      before = sample.at;
    }
    const bottom = y(0);
    const area = runs
      .filter((points) => points.length > 1)
      .map((points) => `M${points[0].split(" ")[0]} ${bottom}L${points.join("L")}L${points[points.length - 1].split(" ")[0]} ${bottom}Z`)
      .join("");
    const line = runs.map((points) => `M${points.join("L")}`).join("");
    return [filled ? svg("path", { class: `area ${mark}`, d: area }) : null, svg("path", { class: `line ${mark}`, d: line })].filter(Boolean);
  }

  /** A bar for each time of one state, as high as it is bad: readable without colour. */
  #states(shown, x, y, to) {
    const spans = [];
    for (const sample of shown) {
      const span = spans[spans.length - 1];
      if (span && span.state === sample.state && sample.at - span.to <= GAP_MILLIS) {
        span.to = sample.at;
      } else {
        if (span && sample.at - span.to <= GAP_MILLIS) {
          span.to = sample.at;
        }
        spans.push({ state: sample.state, from: sample.at, to: sample.at + 1_000 });
      }
    }
    return spans.flatMap((span) => {
      const level = this.#options.levels.find((candidate) => candidate.state === span.state);
      if (!level) {
        return [];
      }
      const left = x(span.from);
      const right = Math.max(left + 2, x(Math.min(span.to, to)));
      const at = y(level.value);
      return [svg("rect", { class: "state-bar", "data-state": span.state, x: left, y: at - 3, width: right - left, height: y(0) - at + 6 })];
    });
  }
}

/** Several charts with one cursor, by pointer or by the arrow keys. */
export class Charts {
  #charts;
  #samples = [];
  #told;
  #read;
  #cursorTime = null;

  constructor(charts) {
    this.#charts = charts;
    this.#told = el("p", { class: "charts-told" });
    this.#read = el("p", { class: "unseen", "aria-live": "polite" });
    const group = el("div", { class: "charts", role: "group", tabindex: "0", "aria-label": "Charts. The left and right arrow keys move through time, escape returns to now." }, ...charts.map((chart) => chart.node));
    this.node = el("div", { class: "charts-frame" }, this.#told, group, this.#read);
    charts.forEach((chart) => {
      chart.node.addEventListener("pointermove", (event) => this.#pointAt(chart.timeAt(event.clientX)));
      chart.node.addEventListener("pointerdown", (event) => this.#pointAt(chart.timeAt(event.clientX)));
    });
    group.addEventListener("pointerleave", () => this.#pointAt(null));
    group.addEventListener("blur", () => this.#pointAt(null));
    group.addEventListener("keydown", (event) => this.#key(event));
    this.#tell(null);
  }

  close() {
    this.#charts.forEach((chart) => chart.close());
  }

  /** live: the values of now, which may be younger than the last sample. */
  show(samples, document, now, live) {
    this.#samples = samples;
    const first = samples.length === 0 ? now : samples[0].at;
    const range = { from: Math.min(now - SHORTEST_MILLIS, Math.max(first, now - WINDOW_MILLIS)), to: now };
    this.span = range.to - range.from;
    this.#charts.forEach((chart) => chart.show(samples, document, range, live));
    if (this.#cursorTime === null) {
      this.#tell(null);
    }
  }

  #key(event) {
    const last = this.#samples[this.#samples.length - 1];
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") {
      this.#pointAt(null);
    } else if (step && last) {
      event.preventDefault();
      const index = this.#cursorTime === null ? this.#samples.length - 1 : this.#nearest(this.#cursorTime);
      const next = Math.min(this.#samples.length - 1, Math.max(0, index + step * (event.shiftKey ? 30 : 5)));
      this.#pointAt(this.#samples[next].at);
      const words = this.#charts.map((chart) => chart.words(this.#samples[next]));
      setText(this.#read, `${clock(this.#samples[next].at, Date.now())}: ${words.join(", ")}`);
    }
  }

  #nearest(time) {
    let best = 0;
    this.#samples.forEach((sample, index) => {
      if (Math.abs(sample.at - time) < Math.abs(this.#samples[best].at - time)) {
        best = index;
      }
    });
    return best;
  }

  #pointAt(time) {
    const sample = time === null || this.#samples.length === 0 ? null : this.#samples[this.#nearest(time)];
    this.#cursorTime = sample === null ? null : sample.at;
    this.#charts.forEach((chart) => chart.point(sample));
    this.#tell(sample);
  }

  #tell(sample) {
    if (sample === null) {
      const seconds = (this.span ?? 0) / 1_000;
      setText(this.#told, seconds ? `the last ${duration(seconds < 120 ? seconds : Math.round(seconds / 60) * 60)}` : "");
    } else {
      setText(this.#told, `at ${clock(sample.at, Date.now())}`);
    }
    setAttribute(this.#told, "data-past", sample !== null);
  }
}
