// The colour scale beside a heatmap: a strip and the values at its ends and middle.

import { cssGradient } from "./colors.js";
import { el, number, setText } from "./dom.js";

export class Legend {
  constructor() {
    this.strip = el("div", { class: "legend-strip" });
    this.labels = [el("span"), el("span"), el("span")];
    this.root = el(
      "div",
      { class: "legend" },
      this.strip,
      el("div", { class: "legend-labels" }, ...this.labels),
    );
  }

  // words: [highest, middle, lowest] in place of the values.
  draw({ name, low, high, words }, bottom) {
    if (name !== this.name) this.strip.style.background = cssGradient(name);
    if (bottom !== this.bottom) this.root.style.bottom = `${bottom}px`;
    Object.assign(this, { name, bottom });
    const texts = words ?? [high, (low + high) / 2, low].map((value) => number(value, 3));
    texts.forEach((text, at) => setText(this.labels[at], text));
  }
}
