// What the tracer's figures share: strips of many values, sums spelled out, ways to the sources.

import { bracket, numeric } from "../cells.js";
import { el, exact } from "../dom.js";
import { t } from "../i18n.js";

/**
 * @import { Explanation, ExplainedView, WeightedSum } from "../contract.js"
 * @import { GridMap } from "../grid.js"
 * @import { Frame } from "../grid_paint.js"
 */

// What a figure is drawn from; `room`: the width for it in pixels.
/** @typedef {{ view: ExplainedView, why: Explanation, room: number }} Scene */

// What is told of the value: in words, as a sum, as figures, and buttons to what it was made of.
/**
 * @typedef {{
 *   sentence: string,
 *   equation: string,
 *   figures?: HTMLElement[],
 *   sources?: HTMLElement[],
 * }} Telling
 */

// Asks why a cell is what it is, from the one that is shown.
/** @typedef {(stage: string, index: number[]) => void} Go */

export const STRIP = 32; // entries in a row of a strip
const MOST_WIDTH = 700; // of a strip, in pixels

/** @param {number} length */
export const range = (length) => Array.from({ length }, (_, at) => String(at));

// A long list of values, STRIP in a row; the last row's rest is empty.
/** @type {(grid: GridMap, data: Float32Array, room: number, frames?: Frame[]) => void} */
export function drawStrip(grid, data, room, frames = []) {
  const columns = Math.min(STRIP, data.length),
    rows = Math.ceil(data.length / columns);
  const values = new Float32Array(rows * columns);
  values.set(data);
  grid.draw(
    { values, rows, columns, empty: (at) => at >= data.length },
    {
      rowNames: Array.from({ length: rows }, (_, at) => String(at * columns)),
      columnNames: range(columns),
      frames,
      numbers: false,
      room: Math.min(MOST_WIDTH, room),
    },
  );
}

// A sum that is spelled out: every part with its number.
/** @type {(why: Explanation, sum: WeightedSum) => string} */
export function sumLine({ total }, { products, bias }) {
  return t(bias === null ? "tracer.sum_alone" : "tracer.sum", {
    products: exact(numeric(products)),
    bias: bias === null ? "" : exact(numeric(bias)),
    total: exact(numeric(total)),
  });
}

/** @type {(go: Go, stage: string, index: number[]) => HTMLElement} */
export function sourceButton(go, stage, index) {
  return el("button", {
    type: "button",
    class: "source",
    text: t("tracer.go", { stage, index: bracket(index) }),
    on: { click: () => go(stage, index) },
  });
}

// An entry of a list that can be pressed.
/** @type {(text: string, run: () => void) => HTMLElement} */
export function linkItem(text, run) {
  return el("li", {}, el("button", { type: "button", class: "link", text, on: { click: run } }));
}
