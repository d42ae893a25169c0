// A transposed convolution's whole canvas: the stamps that meet in one cell, and what SAME cuts
// off.

import { FROM, TO } from "./colors.js";
import { context2d, el, setText } from "./dom.js";
import { t } from "./i18n.js";
import { theme } from "./theme.js";

/** @import { Explanation, Pair } from "./contract.js" */
/** @typedef {Required<Pick<Explanation, "canvas" | "sum">> & Pick<Explanation, "cell">} Stamped */

const MOST_CELL = 18,
  MOST_HEIGHT = 300;

export class Canvas {
  constructor() {
    this.caption = el("figcaption", { text: t("canvas.title") });
    this.canvas = el("canvas", { class: "grid-canvas", role: "img", id: "same-canvas" });
    this.note = el("p", { class: "help" });
    this.key = el(
      "p",
      { class: "help canvas-key" },
      ...[
        ["kept", "canvas.kept"],
        ["cut", "canvas.cut"],
        ["stamp", "canvas.stamp"],
        ["cell", "canvas.cell"],
      ].map(([name, key]) => el("span", { class: `key ${name}`, text: t(key) })),
    );
    this.root = el(
      "figure",
      { class: "grid-map wide" },
      this.caption,
      this.canvas,
      this.key,
      this.note,
    );
  }

  /** @type {(explanation: Stamped, room: number) => void} */
  draw({ canvas, sum, cell }, room) {
    const { kernel, stride, before, after, input, size, stamped } = canvas;
    const [, row, column] = cell;
    const cut = before + after === 0 ? "none" : before === after ? "even" : "odd";
    const params = {
      n: input[0],
      stride,
      kernel,
      rows: stamped[0],
      kept: input[0] * stride,
      before,
      after,
      total: before + after,
      columns: stamped[1],
      kept_columns: input[1] * stride,
      missing: Math.max(0, stride - kernel),
    };
    const text = [
      t(kernel < stride ? "canvas.short" : "canvas.size", params),
      t(`canvas.${kernel < stride ? "empty" : cut}`, params),
    ].join(t("ui.space"));
    setText(this.note, text);
    this.canvas.setAttribute("aria-label", text);
    const side = Math.max(
      2,
      Math.min(
        MOST_CELL,
        Math.floor(Math.min(560, room) / size[1]),
        Math.floor(MOST_HEIGHT / size[0]),
      ),
    );
    const context = this.#prepare(size, side);
    this.#ground(context, { size, before, kept: [input[0] * stride, input[1] * stride] }, side);
    for (const i of sum.rows)
      for (const j of sum.columns)
        this.#frame(context, j * stride, i * stride, kernel, kernel, FROM, side);
    this.#frame(context, column + before, row + before, 1, 1, TO, side, true);
  }

  /** @type {(size: Pair, side: number) => CanvasRenderingContext2D} */
  #prepare([rows, columns], side) {
    const scale = window.devicePixelRatio || 1,
      width = columns * side,
      height = rows * side;
    Object.assign(this.canvas, { width: width * scale, height: height * scale });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    const context = context2d(this.canvas);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    return context;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{ size: Pair, before: number, kept: Pair }} canvas
   * @param {number} side
   */
  #ground(context, { size: [rows, columns], before, kept: [height, width] }, side) {
    const { muted, card, ink } = theme();
    context.fillStyle = muted;
    context.globalAlpha = 0.35;
    context.fillRect(0, 0, columns * side, rows * side);
    context.globalAlpha = 1;
    context.fillStyle = card;
    context.fillRect(before * side, before * side, width * side, height * side);
    if (side >= 5) {
      Object.assign(context, { strokeStyle: muted, lineWidth: 0.5, globalAlpha: 0.5 });
      for (let x = 0; x <= columns; x++) this.#line(context, x * side, 0, x * side, rows * side);
      for (let y = 0; y <= rows; y++) this.#line(context, 0, y * side, columns * side, y * side);
      context.globalAlpha = 1;
    }
    Object.assign(context, { strokeStyle: ink, lineWidth: 1.5 });
    context.strokeRect(before * side, before * side, width * side, height * side);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} x0
   * @param {number} y0
   * @param {number} x1
   * @param {number} y1
   */
  #line(context, x0, y0, x1, y1) {
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {string} color
   * @param {number} side of a cell, in pixels
   */
  #frame(context, x, y, width, height, color, side, filled = false) {
    Object.assign(context, {
      strokeStyle: color,
      fillStyle: color,
      lineWidth: 2,
      globalAlpha: filled ? 1 : 0.12,
    });
    context.fillRect(x * side, y * side, width * side, height * side);
    context.globalAlpha = 1;
    context.strokeRect(x * side, y * side, width * side, height * side);
  }
}
