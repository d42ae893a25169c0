// A histogram as a small SVG: counts on a logarithmic axis, as one value often towers over the
// rest.

import { count, el, number, setText } from "./dom.js";
import { t } from "./i18n.js";
import { setAttributes, svg } from "./svg.js";

/** @import { Statistics } from "./contract.js" */

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
  /** @param {string} label */
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

  /** @param {Pick<Statistics, "histogram" | "min" | "max">} statistics */
  draw({ histogram, min: least, max: largest }) {
    const min = least ?? 0,
      max = largest ?? 0;
    this.#fit(histogram.length);
    const most = Math.max(1, ...histogram);
    for (const [at, size] of histogram.entries()) {
      const from = min + ((max - min) * at) / histogram.length;
      this.#bar(at, size, most, from, (max - min) / histogram.length);
    }
    setText(this.low, number(least));
    setText(this.high, number(largest));
    setText(this.caption, histogram.length ? t("ui.histogram_reads", { most: count(most) }) : "");
    const inside = min < 0 && max > 0;
    this.zero.style.display = inside ? "" : "none";
    const x = (-min / (max - min)) * WIDTH;
    if (inside) setAttributes(this.zero, { x1: x, x2: x });
  }

  /** @param {number} bins */
  #fit(bins) {
    if (this.bars.childElementCount === bins) return;
    const step = WIDTH / (bins || 1);
    const bars = Array.from({ length: bins }, (_, at) =>
      svg("rect", { x: (at * step).toFixed(2), width: (step * 0.96).toFixed(2) }),
    );
    this.bars.replaceChildren(...bars);
  }

  /**
   * @param {number} at
   * @param {number} size how many values
   * @param {number} most of all bars
   * @param {number} from the lowest value
   * @param {number} width in values
   */
  #bar(at, size, most, from, width) {
    const bar = /** @type {SVGElement} */ (this.bars.children[at]),
      height = barHeight(size, most);
    setAttributes(bar, { y: (BASE - height).toFixed(2), height: height.toFixed(2) });
    const title = bar.firstChild ?? bar.appendChild(svg("title"));
    setText(title, `${number(from)} … ${number(from + width)}: ${count(size)}`);
  }
}
