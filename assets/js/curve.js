// An activation's curve with one point on it.

import { el, number, setText } from "./dom.js";
import { t } from "./i18n.js";
import { setAttributes, svg } from "./svg.js";

/** @import { Activated } from "./contract.js" */

export const WIDTH = 320;
export const HEIGHT = 200;
export const ROOM = 18; // for the numbers

/**
 * @typedef {object} CurveScales
 * @property {number} first of the curve's x
 * @property {number} last
 * @property {number} high the largest y, or 0
 * @property {(x: number) => number} left
 * @property {(y: number) => number} top
 */

// Where a point stands in the picture: the curve fills its width, and with the axis its height.
/** @type {(xs: Float32Array, ys: Float32Array) => CurveScales} */
export function curveScales(xs, ys) {
  const low = Math.min(...ys, 0),
    high = Math.max(...ys, 0);
  const first = xs[0],
    last = xs[xs.length - 1];
  return {
    first,
    last,
    high,
    left: (x) => ((x - first) / (last - first)) * WIDTH,
    top: (y) => HEIGHT - ROOM - ((y - low) / (high - low || 1)) * (HEIGHT - 2 * ROOM),
  };
}

/** @type {(xs: Float32Array, ys: Float32Array, to: Pick<CurveScales, "left" | "top">) => string} */
export function curvePath(xs, ys, { left, top }) {
  const points = Array.from(xs, (x, at) => `${left(x).toFixed(1)},${top(ys[at]).toFixed(1)}`);
  return points.length ? `M${points.join("L")}` : "";
}

export class Curve {
  constructor() {
    this.caption = el("figcaption");
    this.line = svg("path", { class: "curve-line" });
    this.axes = [svg("line", { class: "curve-axis" }), svg("line", { class: "curve-axis" })];
    this.drop = svg("path", { class: "curve-drop" });
    this.point = svg("circle", { r: 5, class: "curve-point" });
    this.labels = [
      svg("text", { y: HEIGHT - 3 }),
      svg("text", { x: WIDTH, y: HEIGHT - 3, "text-anchor": "end" }),
      svg("text", { y: 11 }),
      svg("text", { class: "curve-value" }),
    ];
    this.svg = svg("svg", { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    this.svg.append(...this.axes, this.drop, this.line, this.point, ...this.labels);
    this.root = el("figure", { class: "grid-map" }, this.caption, this.svg);
  }

  /** @type {(activated: Activated, value: number) => void} */
  draw({ x, actv, curve_x: xs, curve_y: ys }, value) {
    const at = Number(x);
    const { left, top, first, last, high } = curveScales(xs.data, ys.data);
    this.line.setAttribute("d", curvePath(xs.data, ys.data, { left, top }));
    setAttributes(this.axes[0], { x1: 0, x2: WIDTH, y1: top(0), y2: top(0) });
    setAttributes(this.axes[1], { x1: left(0), x2: left(0), y1: 0, y2: HEIGHT - ROOM });
    const known = Number.isFinite(at) && Number.isFinite(value);
    this.point.style.display = this.drop.style.display = known ? "" : "none";
    if (known) {
      setAttributes(this.point, { cx: left(at), cy: top(value) });
      this.drop.setAttribute("d", `M${left(at)},${top(0)}V${top(value)}H${left(0)}`);
      setAttributes(this.labels[3], {
        x: Math.min(left(at) + 8, WIDTH - 90),
        y: Math.max(24, top(value) - 8),
      });
    }
    setText(this.labels[0], number(first));
    setText(this.labels[1], number(last));
    setText(this.labels[2], number(high));
    setText(this.labels[3], known ? `(${number(at)}, ${number(value)})` : "");
    setText(this.caption, t("tracer.curve", { actv }));
    this.svg.setAttribute(
      "aria-label",
      `${t("tracer.curve", { actv })}: ${number(at)} → ${number(value)}`,
    );
  }
}

// What an activation's curve is, by its key and numbers.
/** @type {(words: Record<string, unknown>) => string} */
export const curveWords = (words) => t(`curves.${words.curve}`, words);
