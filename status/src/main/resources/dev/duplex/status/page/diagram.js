// Draws the two databases and the link between them; lying where there is room, else standing.

import { setAttribute, setText, svg } from "./dom.js";
import { pathOf, pathWords } from "./path.js";

const LYING_WIDTH = 760;
const NAMES = ["primary", "producer", "topic", "consumer", "secondary", "spool"];
const EDGES = ["capture", "publish", "consume", "apply", "spool", "drain"];

function box(x, y, width, height) {
  return { x, y, width, height };
}

function lying(width) {
  const nodeWidth = Math.min(168, Math.max(120, width * 0.142));
  const nodeHeight = 94;
  const margin = 18;
  const step = (width - 2 * margin - nodeWidth) / 4;
  const at = (index) => box(margin + index * step, 44, nodeWidth, nodeHeight);
  const places = { primary: at(0), producer: at(1), topic: at(2), consumer: at(3), secondary: at(4) };
  places.spool = box(places.producer.x, 184, nodeWidth, 66);
  const end = (name) => places[name].x + nodeWidth;
  const height = 266;
  const middle = 44 + nodeHeight / 2;
  const line = (from, to) => [end(from) + 5, middle, places[to].x - 6, middle];
  const centre = places.producer.x + nodeWidth / 2;
  const sides = [
    { label: "Primary's side", ...box(0, 0, end("producer") + margin, height) },
    { label: "", ...box(places.topic.x - margin, 0, nodeWidth + 2 * margin, height) },
    { label: "Secondary's side", ...box(places.consumer.x - margin, 0, width - places.consumer.x + margin, height) },
  ];
  const edges = {
    capture: line("primary", "producer"),
    publish: line("producer", "topic"),
    consume: line("topic", "consumer"),
    apply: line("consumer", "secondary"),
    spool: [centre - 12, 44 + nodeHeight + 5, centre - 12, 178],
    drain: [centre + 12, 179, centre + 12, 44 + nodeHeight + 6],
  };
  return { height, places, edges, sides, labelAt: ([x1, y1, x2]) => ({ x: (x1 + x2) / 2, y: y1 - 10, anchor: "middle" }) };
}

function standing(width) {
  const margin = 12;
  const gap = 40;
  const nodeHeight = 74;
  const nodeWidth = Math.min(220, (width - 2 * margin - gap) * 0.61);
  const at = (index) => box(margin, 30 + index * (nodeHeight + 46), nodeWidth, nodeHeight);
  const places = { primary: at(0), producer: at(1), topic: at(2), consumer: at(3), secondary: at(4) };
  const spoolX = margin + nodeWidth + gap;
  places.spool = box(spoolX, places.producer.y, Math.min(220, width - margin - spoolX), nodeHeight);
  const bottom = (name) => places[name].y + nodeHeight;
  const centre = margin + nodeWidth / 2;
  const line = (from, to) => [centre, bottom(from) + 4, centre, places[to].y - 5];
  const row = places.producer.y + nodeHeight / 2;
  const part = (label, from, to) => ({ label, labelRight: true, ...box(0, places[from].y - 30 + (from === "primary" ? 0 : 12), width, bottom(to) - places[from].y + (from === "primary" ? 40 : 28)) });
  const edges = {
    capture: line("primary", "producer"),
    publish: line("producer", "topic"),
    consume: line("topic", "consumer"),
    apply: line("consumer", "secondary"),
    spool: [margin + nodeWidth + 4, row - 11, spoolX - 6, row - 11],
    drain: [spoolX - 5, row + 11, margin + nodeWidth + 6, row + 11],
  };
  return {
    height: bottom("secondary") + 12,
    places,
    edges,
    sides: [part("Primary's side", "primary", "producer"), part("", "topic", "topic"), part("Secondary's side", "consumer", "secondary")],
    labelAt: ([x, y1, , y2]) => ({ x: x + 12, y: (y1 + y2) / 2 + 4, anchor: "start" }),
  };
}

function outline(name, { x, y, width, height }) {
  if (name === "primary" || name === "secondary") {
    const lid = height < 80 ? 7 : 9;
    return [
      svg("path", {
        class: "place-shape",
        d: `M${x} ${y + lid}v${height - 2 * lid}a${width / 2} ${lid} 0 0 0 ${width} 0v${2 * lid - height}a${width / 2} ${lid} 0 0 0 ${-width} 0Z`,
      }),
      svg("path", { class: "place-line", d: `M${x} ${y + lid}a${width / 2} ${lid} 0 0 0 ${width} 0` }),
    ];
  }
  if (name === "topic") {
    const lid = 9;
    return [
      svg("path", {
        class: "place-shape",
        d: `M${x + lid} ${y}h${width - 2 * lid}a${lid} ${height / 2} 0 0 1 0 ${height}h${2 * lid - width}a${lid} ${height / 2} 0 0 1 0 ${-height}Z`,
      }),
      svg("path", { class: "place-line", d: `M${x + width - lid} ${y}a${lid} ${height / 2} 0 0 0 0 ${height}` }),
    ];
  }
  if (name === "spool") {
    const fold = 14;
    return [
      svg("path", { class: "place-shape", d: `M${x} ${y}h${width - fold}l${fold} ${fold}v${height - fold}h${-width}Z` }),
      svg("path", { class: "place-line", d: `M${x + width - fold} ${y}v${fold}h${fold}` }),
    ];
  }
  return [svg("rect", { class: "place-shape", x, y, width, height, rx: 8 })];
}

function arrow([x1, y1, x2, y2]) {
  const size = 5;
  if (y1 === y2) {
    const back = x2 > x1 ? -size : size;
    return `M${x2 + back} ${y2 - size}L${x2} ${y2}L${x2 + back} ${y2 + size}`;
  }
  const back = y2 > y1 ? -size : size;
  return `M${x2 - size} ${y2 + back}L${x2} ${y2}L${x2 + size} ${y2 + back}`;
}

/** The text, cut where it has no room; whole in the tooltip. */
function fit(node, text, room) {
  if (node.fitted === text && node.room === room) {
    return;
  }
  node.fitted = text;
  node.room = room;
  node.textContent = text;
  let shown = text;
  while (shown.length > 1 && node.getComputedTextLength() > room) {
    shown = shown.slice(0, Math.max(1, Math.floor(shown.length * 0.9)));
    node.textContent = `${shown.trimEnd()}…`;
  }
}

/** The drawing. It is made anew where its width changes, else updated in place. */
export class Diagram {
  #width = 0;
  #places = new Map();
  #edges = new Map();
  #last = null;

  constructor() {
    this.node = svg("svg", { class: "diagram", role: "img" });
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(this.node);
  }

  #observer;

  close() {
    this.#observer.disconnect();
  }

  show(link, believed) {
    this.#last = [link, believed];
    if (this.#width === 0) {
      this.#resize();
    } else {
      this.#update();
    }
  }

  #resize() {
    const width = Math.round(this.node.getBoundingClientRect().width);
    if (width < 200 || width === this.#width) {
      return;
    }
    this.#width = width;
    const layout = width >= LYING_WIDTH ? lying(width) : standing(width);
    setAttribute(this.node, "viewBox", `0 0 ${width} ${layout.height}`);
    setAttribute(this.node, "height", layout.height);
    this.node.replaceChildren(...layout.sides.map((side) => this.#side(side)));
    EDGES.forEach((name) => this.#edge(name, layout));
    NAMES.forEach((name) => this.#place(name, layout.places[name]));
    this.#update();
  }

  #side({ label, labelRight, x, y, width, height }) {
    const text = { x: labelRight ? x + width - 12 : x + 14, y: y + 20, "text-anchor": labelRight ? "end" : "start" };
    return svg("g", { class: "side" }, svg("rect", { x, y, width, height, rx: 10 }), svg("text", text, label));
  }

  #place(name, bounds) {
    const small = bounds.height < 80;
    const lid = small ? 5 : 7;
    const centre = bounds.x + bounds.width / 2 - (name === "topic" ? lid : 0);
    const middle = bounds.y + bounds.height / 2 + (name === "primary" || name === "secondary" ? lid : 0);
    const texts = [-1, 0, 1].map((index) => svg("text", { x: centre, "text-anchor": "middle", class: index < 0 ? "place-title" : index === 1 ? "place-more" : "place-words" }));
    const title = svg("title");
    this.node.append(svg("g", { class: "place", "data-place": name }, title, ...outline(name, bounds), ...texts));
    this.#places.set(name, { texts, title, middle, room: bounds.width - (name === "topic" ? 32 : 14), line: small ? 17 : 20, group: this.node.lastChild });
  }

  #edge(name, layout) {
    const ends = layout.edges[name];
    const [x1, y1, x2, y2] = ends;
    const label = layout.labelAt(ends);
    const cross = { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
    const text = svg("text", { x: label.x, y: label.y, "text-anchor": label.anchor });
    const group = svg(
      "g",
      { class: "edge", "data-edge": name },
      svg("path", { class: "edge-line", d: `M${x1} ${y1}L${x2} ${y2}` }),
      svg("path", { class: "edge-head", d: arrow(ends) }),
      svg(
        "g",
        { class: "edge-cross" },
        svg("circle", { cx: cross.x, cy: cross.y, r: 10 }),
        svg("path", { d: `M${cross.x - 4} ${cross.y - 4}l8 8m0 -8l-8 8` }),
      ),
      text,
    );
    this.node.append(group);
    this.#edges.set(name, { group, text });
  }

  #update() {
    if (this.#last === null || this.#width === 0) {
      return;
    }
    const path = pathOf(...this.#last);
    setAttribute(this.node, "aria-label", pathWords(path));
    for (const [name, { texts, title, middle, room, line, group }] of this.#places) {
      const { title: heading, tone, lines } = path.places[name];
      setAttribute(group, "data-tone", tone);
      const shown = [heading, ...lines].filter(Boolean);
      setText(title, shown.join(", "));
      [heading, ...lines].forEach((text, index) => fit(texts[index], text, room));
      texts.slice(0, shown.length).forEach((text, index) => setAttribute(text, "y", middle + 5 + (index - (shown.length - 1) / 2) * line));
    }
    for (const [name, { group, text }] of this.#edges) {
      const { mode, label } = path.edges[name];
      setAttribute(group, "data-mode", mode);
      setText(text, label);
    }
  }
}
