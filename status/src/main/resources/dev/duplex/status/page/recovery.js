// How far the way back is: what is applied, what is published and waits on the topic, what is still in the diff file.

import { el, setAttribute, setHidden, setText } from "./dom.js";
import { count, counted, duration, rate } from "./format.js";

function percent(part) {
  return Math.max(0, Math.min(100, part * 100));
}

export class RecoveryBar {
  #applied = el("span", { class: "recovery-applied" });
  #published = el("span", { class: "recovery-published" });
  #bar = el("div", { class: "recovery-bar", role: "progressbar", "aria-label": "Recovery", "aria-valuemin": 0, "aria-valuemax": 100 }, this.#published, this.#applied);
  #figure = el("strong", { class: "recovery-figure" });
  #words = el("span", { class: "recovery-words" });
  #parts = el("p", { class: "recovery-parts" });

  constructor() {
    this.node = el("div", { class: "recovery", hidden: true }, el("p", { class: "recovery-head" }, this.#figure, this.#words), this.#bar, this.#parts);
  }

  /** Hidden while there is nothing to recover; without figures while nobody tells them. */
  show(recovery, link) {
    setHidden(this.node, link === undefined);
    if (link === undefined) {
      return;
    }
    setAttribute(this.node, "data-unknown", recovery === null);
    if (recovery === null) {
      setText(this.#figure, "Under way");
      setText(this.#words, `${rate(link.appliedPerSecond)} transactions a second applied`);
      setText(this.#parts, link.consumer ? `${counted(link.consumer.changes, "change")} applied since the link began` : "");
      setAttribute(this.#bar, "aria-valuenow", null);
      setAttribute(this.#bar, "aria-valuetext", "under way");
      return;
    }
    const done = Math.floor(percent(recovery.applied));
    setText(this.#figure, `${done} %`);
    const left = recovery.secondsLeft === null ? "" : `, about ${duration(Math.max(1, recovery.secondsLeft))} left`;
    setText(this.#words, `${count(recovery.whole - recovery.missing)} of ${counted(recovery.whole, "transaction")} applied, ${rate(recovery.perSecond)} a second${left}`);
    setText(
      this.#parts,
      recovery.missing === 0
        ? "Everything is applied; the consumer's confirmation is awaited."
        : [
            recovery.inDiffFile > 0 ? `${count(recovery.inDiffFile)} still in the diff file` : "the diff file is drained",
            recovery.onTopic > 0 ? `${count(recovery.onTopic)} published, not applied yet` : "",
          ]
            .filter(Boolean)
            .join(", "),
    );
    this.#applied.style.width = `${percent(recovery.applied)}%`;
    this.#published.style.width = `${percent(recovery.published)}%`;
    setAttribute(this.#bar, "aria-valuenow", done);
    setAttribute(this.#bar, "aria-valuetext", `${done} %, ${this.#words.textContent}`);
  }
}
