// A small heatmap on a canvas: quick to draw, numbers in its cells where they fit, a tooltip,
// clicks.

import { cssGradient, scaleOf, valueTable } from "./colors.js";
import { cellText, el, exact, number, setText } from "./dom.js";
import { cueOverflow } from "./overflow.js";
import { theme } from "./theme.js";

const MOST_CELL = 64,
  LETTER = 6.7,
  NUMBER_HEIGHT = 16; // of an 11px number
const MOST_NUMBERS = 1500; // cells that are read one by one
const AXIS_LEFT = 34,
  AXIS_TOP = 16,
  LABEL_STEP = [26, 15]; // room that a column's and a row's label needs

export class GridMap {
  #cursor = null;

  // describe(row, column) -> text of the tooltip; pick(row, column): a click or Enter;
  // point(row, column) or point(null): the cell under the pointer changes.
  constructor({ title = "", describe, pick, point, maxHeight = 320 } = {}) {
    Object.assign(this, { describe, pick, point, maxHeight });
    this.caption = el("figcaption", { text: title });
    this.canvas = el("canvas", {
      class: "grid-canvas",
      tabindex: 0,
      role: "application",
      "aria-label": title,
    });
    this.tip = el("div", { class: "heatmap-tip", role: "status", hidden: true });
    this.scroll = el("div", { class: "grid-scroll" }, this.canvas);
    cueOverflow(this.scroll);
    this.stage = el("div", { class: "grid-stage" }, this.scroll, this.tip);
    this.ends = [el("span"), el("span")];
    this.strip = el("span", { class: "grid-strip" });
    this.legend = el(
      "div",
      { class: "grid-legend", "aria-hidden": "true" },
      this.ends[0],
      this.strip,
      this.ends[1],
    );
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

  title(text) {
    setText(this.caption, text);
    this.canvas.setAttribute("aria-label", text);
  }

  // data: {values, rows, columns, empty}; empty(at): no cell there; rowNames, columnNames: labels
  // of the axes, or null for none; frames: [{row, column, rows, columns, color, dash}]; color:
  // {name, low, high}. readable: cells wide enough for their numbers, even if the map then scrolls.
  // signed: whether the values can be negative, which decides the kind of colours.
  draw(
    data,
    {
      signed = true,
      color = scaleOf(data.values, signed),
      rowNames = null,
      columnNames = null,
      frames = [],
      numbers = true,
      room = 0,
      stretch = false,
      readable = false,
    } = {},
  ) {
    this.shown = { data, color, rowNames, columnNames, frames, stretch, readable };
    const few = numbers && !data.empty && data.rows * data.columns <= MOST_NUMBERS;
    this.#write(few ? 3 : 0);
    this.#measure(room || this.root.parentElement?.clientWidth || 320);
    if (few && !this.#hasNumbers) this.#write(2);
    this.#drawLegend(color);
    this.#paint();
  }

  // The cells' numbers with so many digits; none with 0.
  #write(digits) {
    this.texts = digits
      ? Array.from(this.shown.data.values, (value) => cellText(value, digits))
      : null;
    this.textWidth = digits ? LETTER * Math.max(...this.texts.map(({ length }) => length)) + 4 : 0;
  }

  // Only where the cells have no room for their numbers.
  #drawLegend({ name, low, high }) {
    this.legend.hidden = this.#hasNumbers;
    this.strip.style.background = cssGradient(name, "to right");
    setText(this.ends[0], number(low, 3));
    setText(this.ends[1], number(high, 3));
  }

  get #hasNumbers() {
    return (
      this.texts !== null && this.cellWidth >= this.textWidth && this.cellHeight >= NUMBER_HEIGHT
    );
  }

  // Other frames over the same cells.
  outline(frames) {
    this.shown.frames = frames;
    this.#paint();
  }

  #measure(room) {
    const {
      data: { rows, columns },
      rowNames,
      stretch,
      readable,
    } = this.shown;
    this.left = rowNames ? AXIS_LEFT : 0;
    this.top = this.shown.columnNames ? AXIS_TOP : 0;
    const width = (room - this.left) / Math.max(1, columns),
      height = this.maxHeight / Math.max(1, rows);
    const least = readable && this.texts ? Math.max(this.textWidth, NUMBER_HEIGHT) : 0;
    const cell = Math.max(least, Math.min(MOST_CELL, width, stretch ? Infinity : height));
    // whole pixels, or a pattern of their own appears
    this.cellWidth = cell >= 1 ? Math.floor(cell) : cell;
    this.cellHeight = stretch
      ? Math.max(14, Math.min(this.cellWidth, height))
      : Math.min(
          this.cellWidth,
          cell >= 26 ? Math.max(26, Math.floor(cell * 0.62)) : this.cellWidth,
        );
    this.width = Math.max(1, columns * this.cellWidth + this.left);
    this.height = Math.max(1, rows * this.cellHeight + this.top);
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * scale);
    this.canvas.height = Math.round(this.height * scale);
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${this.height}px`;
    this.scale = scale;
  }

  #paint() {
    const {
      data: { values, rows, columns, empty },
      color,
      frames,
    } = this.shown;
    const context = this.canvas.getContext("2d");
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    if (!rows || !columns) return;
    const pixel = valueTable(color, color.low, color.high);
    const small = new OffscreenCanvas(columns, rows),
      image = new ImageData(columns, rows);
    const words = new Uint32Array(image.data.buffer);
    for (let at = 0; at < words.length; at++) words[at] = empty?.(at) ? 0 : pixel(values[at]);
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = this.cellWidth < 1;
    context.drawImage(small, this.left, this.top, columns * this.cellWidth, rows * this.cellHeight);
    this.#labels(context);
    const isLine = ({ rows: tall = 1, columns: wide = 1 }) => !tall || !wide;
    for (const line of frames.filter(isLine)) this.#frame(context, line);
    if (this.#hasNumbers) this.#numbers(context, words, frames.some(isLine));
    for (const frame of frames) if (!isLine(frame)) this.#frame(context, frame);
    if (this.#cursor)
      this.#frame(context, { row: this.#cursor[0], column: this.#cursor[1], color: theme().ink });
  }

  #labels(context) {
    const {
      rowNames,
      columnNames,
      data: { rows, columns },
    } = this.shown;
    const { muted, mono } = theme();
    Object.assign(context, { fillStyle: muted, font: `11px ${mono}`, textBaseline: "middle" });
    const step = (size, room) => Math.max(1, Math.ceil(room / size));
    context.textAlign = "center";
    for (let at = 0; columnNames && at < columns; at += step(this.cellWidth, LABEL_STEP[0]))
      context.fillText(columnNames[at], this.left + (at + 0.5) * this.cellWidth, this.top / 2);
    context.textAlign = "right";
    for (let at = 0; rowNames && at < rows; at += step(this.cellHeight, LABEL_STEP[1]))
      context.fillText(rowNames[at], this.left - 6, this.top + (at + 0.5) * this.cellHeight);
  }

  // Over a line a number stands on its cell's colour.
  #numbers(context, words, overLines) {
    const {
      data: { rows, columns },
    } = this.shown;
    Object.assign(context, {
      font: `11px ${theme().mono}`,
      textAlign: "center",
      textBaseline: "middle",
    });
    for (let at = 0; at < rows * columns; at++) {
      const word = words[at],
        [red, green, blue] = [word & 255, (word >> 8) & 255, (word >> 16) & 255];
      const x = this.left + ((at % columns) + 0.5) * this.cellWidth,
        y = this.top + (Math.floor(at / columns) + 0.5) * this.cellHeight;
      const width = LETTER * this.texts[at].length + 2;
      context.fillStyle = `rgb(${red},${green},${blue})`;
      if (overLines) context.fillRect(x - width / 2, y - 7, width, 14);
      context.fillStyle = 0.3 * red + 0.59 * green + 0.11 * blue > 140 ? "#111" : "#fff";
      context.fillText(this.texts[at], x, y);
    }
  }

  #frame(context, { row, column, rows = 1, columns = 1, color, dash = [], line = 2 }) {
    const x = this.left + column * this.cellWidth,
      y = this.top + row * this.cellHeight;
    const inset = line / 2;
    context.setLineDash(dash);
    for (const [style, size] of [
      ["rgba(0,0,0,0.55)", line + 1.5],
      [color, line],
    ]) {
      Object.assign(context, { strokeStyle: style, lineWidth: size });
      if (rows && columns)
        context.strokeRect(
          x + inset,
          y + inset,
          columns * this.cellWidth - line,
          rows * this.cellHeight - line,
        );
      else this.#line(context, x, y, x + columns * this.cellWidth, y + rows * this.cellHeight);
    }
    context.setLineDash([]);
  }

  // A frame without height or width is a line.
  #line(context, x0, y0, x1, y1) {
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  }

  #at(event) {
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - this.left) / this.cellWidth);
    const row = Math.floor((event.clientY - box.top - this.top) / this.cellHeight);
    const { rows, columns } = this.shown.data;
    return row >= 0 && column >= 0 && row < rows && column < columns ? [row, column] : null;
  }

  #hover(at) {
    if (String(at) === String(this.#cursor)) return;
    this.#cursor = at;
    this.tip.hidden = !at;
    this.point?.(at && at[0], at && at[1]);
    if (this.shown) this.#paint();
    if (!at) return;
    setText(this.tip, this.describe?.(...at) ?? exact(this.value(...at)));
    this.#placeTip(...at);
  }

  // A finger that taps has left the map before its click comes, so the click points as well.
  #click(at) {
    this.#hover(at);
    if (at) this.pick?.(...at);
  }

  value(row, column) {
    return this.shown.data.values[row * this.shown.data.columns + column];
  }

  #placeTip(row, column) {
    const left = this.left + (column + 0.5) * this.cellWidth + 12,
      top = this.top + (row + 1) * this.cellHeight + 8;
    const space = Math.max(
      0,
      (this.root.parentElement?.clientWidth ?? this.width) -
        this.tip.offsetWidth -
        this.stage.offsetLeft +
        (this.root.parentElement?.offsetLeft ?? 0),
    );
    this.tip.style.left = `${Math.min(left - this.scroll.scrollLeft, space)}px`;
    this.tip.style.top = `${top}px`;
  }

  // Arrows move a cursor from cell to cell, Enter clicks it.
  #key(event) {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[
      event.key
    ];
    if (event.key === "Enter" && this.#cursor) this.pick?.(...this.#cursor);
    if (!step || !this.shown) return;
    event.preventDefault();
    const { rows, columns } = this.shown.data;
    const [row, column] = this.#cursor ?? [-step[0], -step[1]];
    this.#hover([
      Math.max(0, Math.min(rows - 1, row + step[0])),
      Math.max(0, Math.min(columns - 1, column + step[1])),
    ]);
  }
}
