// A histogram as a small SVG: counts on a logarithmic axis, as one value often towers over the
// rest.

import { count, el, number, setText } from "./dom.js";
import { t } from "./i18n.js";
import { svg } from "./svg.js";

const WIDTH = 232,
  HEIGHT = 122,
  BASE = 104,
  TOP = 2;
export const HIGHEST = BASE - TOP - 4; // bar

// Of so many among at most so many; what is there at all is seen.
/** @type {(size: number, most: number) => number} */
export function barHeight(size, most) {
  return size ? Math.max(2, (HIGHEST * Math.log1p(size)) / Math.log1p(most)) : 0;
}

export class Histogram {
  constructor(label) {
    this.picture = svg("svg", {
      class: "histogram",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": label,
    });
    this.bars = svg("g");
    this.low = svg("text", { x: 0, y: HEIGHT - 4 });
    this.high = svg("text", { x: WIDTH, y: HEIGHT - 4, "text-anchor": "end" });
    this.caption = el("figcaption", { class: "help" });
    this.zero = svg("line", { y1: TOP, y2: BASE + 3, class: "zero" });
    this.picture.append(
      this.bars,
      svg("line", { x1: 0, x2: WIDTH, y1: BASE, y2: BASE }),
      this.zero,
      this.low,
      this.high,
    );
    this.root = el("figure", { class: "distribution" }, this.picture, this.caption);
  }

  draw({ histogram, min, max }) {
    this.#fit(histogram.length);
    const most = Math.max(1, ...histogram),
      step = WIDTH / (histogram.length || 1);
    for (const [at, size] of histogram.entries()) {
      const from = min + ((max - min) * at) / histogram.length;
      this.#bar(at, size, most, step, from, (max - min) / histogram.length);
    }
    setText(this.low, number(min));
    setText(this.high, number(max));
    setText(this.caption, histogram.length ? t("ui.histogram_reads", { most: count(most) }) : "");
    const inside = min < 0 && max > 0;
    this.zero.style.display = inside ? "" : "none";
    if (inside)
      for (const name of ["x1", "x2"]) this.zero.setAttribute(name, (-min / (max - min)) * WIDTH);
  }

  #fit(bins) {
    while (this.bars.childElementCount > bins) this.bars.lastChild.remove();
    while (this.bars.childElementCount < bins) this.bars.append(svg("rect"));
  }

  #bar(at, size, most, step, from, width) {
    const bar = this.bars.children[at];
    const height = barHeight(size, most);
    for (const [name, value] of Object.entries({
      x: at * step,
      y: BASE - height,
      width: step * 0.96,
      height,
    }))
      bar.setAttribute(name, value.toFixed(2));
    bar.firstChild ?? bar.append(svg("title"));
    setText(bar.firstChild, `${number(from)} … ${number(from + width)}: ${count(size)}`);
  }
}
