// Paints a small map: its cells, the labels of its axes, numbers in the cells, frames around some.

import { valueTable } from "./colors.js";
import { groundWidth } from "./grid_layout.js";
import { theme } from "./theme.js";

/**
 * @import { Scale } from "./colors.js"
 * @import { Layout } from "./grid_layout.js"
 */

/**
 * Values row by row.
 * @typedef {object} Cells
 * @property {Float32Array} values
 * @property {number} rows
 * @property {number} columns
 * @property {(at: number) => boolean} [empty] whether there is no cell at this place
 */

/**
 * Around some cells; one without height or width is a line.
 * @typedef {object} Frame
 * @property {number} row
 * @property {number} column
 * @property {number} [rows]
 * @property {number} [columns]
 * @property {string} color
 * @property {number[]} [dash]
 * @property {number} [line] its width
 */

/**
 * @typedef {object} Picture
 * @property {Cells} data
 * @property {Scale} color
 * @property {string[] | null} rowNames
 * @property {string[] | null} columnNames
 * @property {Frame[]} frames
 * @property {string[] | null} numbers in the cells
 * @property {Layout} layout
 */

const FONT = "14px";
const LABEL_STEP = [30, 18]; // room that a column's and a row's label needs
const BRIGHT = 140; // of 255; dark numbers stand on what is brighter

/** @param {Frame} frame */
const isLine = ({ rows = 1, columns = 1 }) => !rows || !columns;

// `last`: a frame over all others.
/** @type {(context: CanvasRenderingContext2D, picture: Picture, last: Frame | null) => void} */
export function paint(context, picture, last) {
  const { data, frames, numbers, layout } = picture;
  context.clearRect(0, 0, layout.width, layout.height);
  if (!data.rows || !data.columns) return;
  const pixels = paintCells(context, picture);
  paintLabels(context, picture);
  const lines = frames.filter(isLine);
  for (const line of lines) paintFrame(context, layout, line);
  if (numbers) paintNumbers(context, { numbers, pixels, picture, overLines: lines.length > 0 });
  for (const frame of frames) if (!isLine(frame)) paintFrame(context, layout, frame);
  if (last) paintFrame(context, layout, last);
}

// Returns the cells' pixels.
/** @type {(context: CanvasRenderingContext2D, picture: Picture) => Uint32Array} */
function paintCells(context, { data: { values, rows, columns, empty }, color, layout }) {
  const { left, top, cellWidth, cellHeight } = layout;
  const pixel = valueTable(color, color.low, color.high);
  const image = new ImageData(columns, rows),
    pixels = new Uint32Array(image.data.buffer);
  for (let at = 0; at < pixels.length; at++) pixels[at] = empty?.(at) ? 0 : pixel(values[at]);
  const small = new OffscreenCanvas(columns, rows);
  small.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = cellWidth < 1;
  context.drawImage(small, left, top, columns * cellWidth, rows * cellHeight);
  return pixels;
}

/** @type {(context: CanvasRenderingContext2D, picture: Picture) => void} */
function paintLabels(context, { rowNames, columnNames, data: { rows, columns }, layout }) {
  const { left, top, cellWidth, cellHeight } = layout,
    { muted, mono } = theme();
  Object.assign(context, { fillStyle: muted, font: `${FONT} ${mono}`, textBaseline: "middle" });
  /** @type {(size: number, room: number) => number} */
  const step = (size, room) => Math.max(1, Math.ceil(room / size));
  context.textAlign = "center";
  for (let at = 0; columnNames && at < columns; at += step(cellWidth, LABEL_STEP[0]))
    context.fillText(columnNames[at], left + (at + 0.5) * cellWidth, top / 2);
  context.textAlign = "right";
  for (let at = 0; rowNames && at < rows; at += step(cellHeight, LABEL_STEP[1]))
    context.fillText(rowNames[at], left - 6, top + (at + 0.5) * cellHeight);
}

// Over a line a number stands on its cell's colour.
/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ numbers: string[], pixels: Uint32Array, picture: Picture, overLines: boolean }} what
 */
function paintNumbers(context, { numbers, pixels, picture, overLines }) {
  const { columns } = picture.data,
    { left, top, cellWidth, cellHeight } = picture.layout;
  Object.assign(context, {
    font: `${FONT} ${theme().mono}`,
    textAlign: "center",
    textBaseline: "middle",
  });
  for (const [at, text] of numbers.entries()) {
    const pixel = pixels[at],
      [red, green, blue] = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
    const x = left + ((at % columns) + 0.5) * cellWidth,
      y = top + (Math.floor(at / columns) + 0.5) * cellHeight;
    const width = groundWidth(text);
    context.fillStyle = `rgb(${red},${green},${blue})`;
    if (overLines) context.fillRect(x - width / 2, y - 7, width, 14);
    context.fillStyle = 0.3 * red + 0.59 * green + 0.11 * blue > BRIGHT ? "#111" : "#fff";
    context.fillText(text, x, y);
  }
}

/** @type {(context: CanvasRenderingContext2D, layout: Layout, frame: Frame) => void} */
function paintFrame(context, { left, top, cellWidth, cellHeight }, frame) {
  const { row, column, rows = 1, columns = 1, color, dash = [], line = 2 } = frame;
  const x = left + column * cellWidth,
    y = top + row * cellHeight,
    width = columns * cellWidth,
    height = rows * cellHeight;
  context.setLineDash(dash);
  for (const [strokeStyle, lineWidth] of [
    ["rgba(0,0,0,0.55)", line + 1.5],
    [color, line],
  ]) {
    Object.assign(context, { strokeStyle, lineWidth });
    context.beginPath();
    if (isLine(frame)) {
      context.moveTo(x, y);
      context.lineTo(x + width, y + height);
    } else context.rect(x + line / 2, y + line / 2, width - line, height - line);
    context.stroke();
  }
  context.setLineDash([]);
}
