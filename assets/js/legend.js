// The colour scale beside a heatmap: a strip and the values at its ends and middle.

import { cssGradient } from "./colors.js";
import { el, number, setText } from "./dom.js";

/** @import * as colors from "./colors.js" */

/** @typedef {colors.Scale & { words?: string[] }} Scale */

export class Legend {
  strip = el("div", { class: "legend-strip" });
  labels = [el("span"), el("span"), el("span")];
  /** @type {string | undefined} */
  gradient;
  /** @type {number | undefined} */
  bottom;

  constructor() {
    this.root = el(
      "div",
      { class: "legend" },
      this.strip,
      el("div", { class: "legend-labels" }, ...this.labels),
    );
  }

  // words: [highest, middle, lowest] in place of the values; `bottom`: pixels below the scale.
  /** @type {(scale: Scale, bottom: number) => void} */
  draw({ name, low, high, words }, bottom) {
    const gradient = cssGradient(name);
    if (gradient !== this.gradient) this.strip.style.background = gradient;
    if (bottom !== this.bottom) this.root.style.bottom = `${bottom}px`;
    Object.assign(this, { gradient, bottom });
    const texts = words ?? [high, (low + high) / 2, low].map((value) => number(value, 3));
    for (const [at, label] of this.labels.entries()) setText(label, texts[at]);
  }
}
