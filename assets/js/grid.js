// A small heatmap on a canvas: quick to draw, numbers in its cells where they fit, a tooltip,
// clicks.

import { cssGradient, scaleOf } from "./colors.js";
import { cellText, context2d, el, exact, number, setText } from "./dom.js";
import { cellAt, fit, layOut, leastWidth } from "./grid_layout.js";
import { paint } from "./grid_paint.js";
import { known } from "./known.js";
import { cueOverflow } from "./overflow.js";
import { theme } from "./theme.js";

/**
 * @import { Scale } from "./colors.js"
 * @import { Cell } from "./grid_layout.js"
 * @import { Cells, Frame, Picture } from "./grid_paint.js"
 */

const MOST_NUMBERS = 1500; // cells that are read one by one
const NARROWEST = 320; // pixels, where the map has no room yet
/** @type {Record<string, [down: number, right: number]>} */
const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

/**
 * @typedef {object} Handlers
 * @property {string} [title]
 * @property {(row: number, column: number) => string} [describe] a cell in the tooltip
 * @property {(row: number, column: number) => void} [pick] a click or Enter
 * @property {(at: [row: number, column: number] | null) => void} [point] another cell under the
 *   pointer, or none
 * @property {number} [maxHeight] of the cells, in pixels
 */

/**
 * @typedef {object} Style
 * @property {boolean} [signed] whether values can be negative, which decides the kind of colours
 * @property {Scale} [color]
 * @property {string[] | null} [rowNames] labels of the axis, or none
 * @property {string[] | null} [columnNames]
 * @property {Frame[]} [frames]
 * @property {boolean} [numbers] whether the cells may show theirs
 * @property {number} [room] width for the map, 0 for its parent's
 * @property {boolean} [stretch] cells need not be square
 * @property {Cell | null} [cell] the size of all cells, where another map's decides it
 * @property {boolean} [readable] cells wide enough for their numbers, even if the map then scrolls
 */

export class GridMap {
  /** @type {[row: number, column: number] | null} */
  #cursor = null;
  /** @type {Picture | null} */
  #shown = null;
  #scale = 1; // pixels of the screen for one of the page

  caption = el("figcaption");
  canvas = el("canvas", { class: "grid-canvas", tabindex: 0, role: "application" });
  tip = el("div", { class: "heatmap-tip", role: "status", hidden: true });
  scroll = el("div", { class: "grid-scroll" }, this.canvas);
  stage = el("div", { class: "grid-stage" }, this.scroll, this.tip);
  low = el("span");
  high = el("span");
  strip = el("span", { class: "grid-strip" });
  legend = el(
    "div",
    { class: "grid-legend", "aria-hidden": "true" },
    this.low,
    this.strip,
    this.high,
  );

  /** @param {Handlers} handlers */
  constructor({ title = "", describe, pick, point, maxHeight = 320 } = {}) {
    this.describe = describe;
    this.pick = pick;
    this.point = point;
    this.maxHeight = maxHeight;
    this.title(title);
    cueOverflow(this.scroll);
    this.root = el(
      "figure",
      { class: pick ? "grid-map clickable" : "grid-map" },
      this.caption,
      this.stage,
      this.legend,
    );
    this.canvas.addEventListener("pointermove", (event) => this.#hover(this.#at(event)));
    this.canvas.addEventListener("pointerleave", () => this.#hover(null));
    this.canvas.addEventListener("blur", () => this.#hover(null));
    this.canvas.addEventListener("click", (event) => this.#click(this.#at(event)));
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {string} text */
  title(text) {
    setText(this.caption, text);
    this.canvas.setAttribute("aria-label", text);
  }

  /** @type {(data: Cells, style?: Style) => void} */
  draw(data, style = {}) {
    const { signed = true, color = scaleOf(data.values, signed) } = style,
      { rowNames = null, columnNames = null, frames = [] } = style;
    const { numbers, layout } = this.#measure(data, style);
    this.#shown = { data, color, rowNames, columnNames, frames, numbers, layout };
    this.#resize(layout);
    this.#drawLegend(color, numbers !== null);
    this.#paint();
  }

  // The place of each cell, and the cells' numbers where they have room: with three digits, or two.
  /** @type {(data: Cells, style: Style) => Pick<Picture, "numbers" | "layout">} */
  #measure(data, { numbers = true, stretch = false, readable = false, cell = null, ...style }) {
    const { rows, columns } = data;
    const few = numbers && !data.empty && rows * columns <= MOST_NUMBERS;
    const texts = few ? textsOf(data, 3) : null;
    const layout = layOut({
      rows,
      columns,
      rowNames: Boolean(style.rowNames),
      columnNames: Boolean(style.columnNames),
      room: style.room || this.root.parentElement?.clientWidth || NARROWEST,
      maxHeight: this.maxHeight,
      least: readable && texts ? leastWidth(texts) : 0,
      stretch,
      cell,
    });
    if (!texts || fit(texts, layout)) return { numbers: texts, layout };
    const shorter = textsOf(data, 2);
    return { numbers: fit(shorter, layout) ? shorter : null, layout };
  }

  /** @param {{ width: number, height: number }} layout */
  #resize({ width, height }) {
    this.#scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * this.#scale);
    this.canvas.height = Math.round(height * this.#scale);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
  }

  // Only where the cells have no room for their numbers.
  /** @type {(color: Scale, hidden: boolean) => void} */
  #drawLegend({ name, low, high }, hidden) {
    this.legend.hidden = hidden;
    this.strip.style.background = cssGradient(name, "to right");
    setText(this.low, number(low, 3));
    setText(this.high, number(high, 3));
  }

  // The size of its cells.
  /** @returns {Cell} */
  get cell() {
    return known(this.#shown).layout;
  }

  // Other frames over the same cells.
  /** @param {Frame[]} frames */
  outline(frames) {
    known(this.#shown).frames = frames;
    this.#paint();
  }

  #paint() {
    if (!this.#shown) return;
    const context = context2d(this.canvas);
    context.setTransform(this.#scale, 0, 0, this.#scale, 0, 0);
    const [row, column] = this.#cursor ?? [];
    const cursor =
      row === undefined || column === undefined ? null : { row, column, color: theme().ink };
    paint(context, this.#shown, cursor);
  }

  /** @param {MouseEvent} event */
  #at({ clientX, clientY }) {
    const { data, layout } = known(this.#shown),
      box = this.canvas.getBoundingClientRect();
    return cellAt(data, layout, { x: clientX - box.left, y: clientY - box.top });
  }

  /** @param {[row: number, column: number] | null} at */
  #hover(at) {
    if (String(at) === String(this.#cursor)) return;
    this.#cursor = at;
    this.tip.hidden = !at;
    this.point?.(at);
    this.#paint();
    if (!at) return;
    setText(this.tip, this.describe?.(...at) ?? exact(this.value(...at)));
    this.#placeTip(...at);
  }

  // A finger that taps has left the map before its click comes, so the click points as well.
  /** @param {[row: number, column: number] | null} at */
  #click(at) {
    this.#hover(at);
    if (at) this.pick?.(...at);
  }

  /** @type {(row: number, column: number) => number} */
  value(row, column) {
    const { values, columns } = known(this.#shown).data;
    return values[row * columns + column];
  }

  /** @type {(row: number, column: number) => void} */
  #placeTip(row, column) {
    const { left, top, width, cellWidth, cellHeight } = known(this.#shown).layout,
      parent = this.root.parentElement;
    const x = left + (column + 0.5) * cellWidth + 12 - this.scroll.scrollLeft,
      y = top + (row + 1) * cellHeight + 8;
    const space =
      (parent?.clientWidth ?? width) -
      this.tip.offsetWidth -
      this.stage.offsetLeft +
      (parent?.offsetLeft ?? 0);
    this.tip.style.left = `${Math.min(x, Math.max(0, space))}px`;
    this.tip.style.top = `${y}px`;
  }

  // Arrows move a cursor from cell to cell, Enter clicks it.
  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Enter" && this.#cursor) this.pick?.(...this.#cursor);
    const step = STEPS[event.key];
    if (!step || !this.#shown) return;
    event.preventDefault();
    const { rows, columns } = this.#shown.data;
    const [row, column] = this.#cursor ?? [-step[0], -step[1]];
    this.#hover([
      Math.max(0, Math.min(rows - 1, row + step[0])),
      Math.max(0, Math.min(columns - 1, column + step[1])),
    ]);
  }
}

/** @type {(data: Cells, digits: number) => string[]} */
const textsOf = ({ values }, digits) => Array.from(values, (value) => cellText(value, digits));
