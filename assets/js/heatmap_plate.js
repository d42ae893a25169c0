// A heatmap on a canvas, where Plotly would draw it: painted at once, while Plotly is on its way,
// and where the next picture comes so soon that Plotly would hold it up.

import { valueTable } from "./colors.js";
import { context2d, el } from "./dom.js";
import { theme } from "./theme.js";

/**
 * @import { Label, Layout, Picture } from "./heatmap_plot.js"
 * @import { Scale } from "./legend.js"
 * @import { Plot, Shape } from "./plotly_calls.js"
 */

/**
 * Where the cells are: those around `x0` and `y0` are cut by the box's left and upper edge.
 * @typedef {object} Box in pixels of the host
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number} x0
 * @property {number} y0
 * @property {number} cellWidth
 * @property {number} cellHeight
 */

/** @typedef {{ shapes: Shape[], labels: Label[] | null }} Over what lies over the cells */

// The box that Plotly gives a layout: cells that are to be square leave room at two sides.
/** @type {(layout: Layout) => Box} */
export function boxOf({ width, height, margin, xaxis, yaxis }) {
  const [x0, x1] = xaxis.range,
    [y1, y0] = yaxis.range,
    room = { width: width - margin.l - margin.r, height: height - margin.t - margin.b };
  let cellWidth = room.width / (x1 - x0),
    cellHeight = room.height / (y1 - y0);
  if (xaxis.scaleanchor) cellWidth = cellHeight = Math.min(cellWidth, cellHeight);
  const size = { width: cellWidth * (x1 - x0), height: cellHeight * (y1 - y0) };
  return {
    left: margin.l + (room.width - size.width) / 2,
    top: margin.t + (room.height - size.height) / 2,
    ...size,
    ...{ x0, y0, cellWidth, cellHeight },
  };
}

// The box that a plot has now, zoomed or not; null where there is none yet.
/**
 * @param {Plot} plot
 * @returns {Box | null}
 */
export function boxOfPlot({ _fullLayout }) {
  if (!_fullLayout) return null;
  const { xaxis, yaxis } = _fullLayout,
    [x0, x1] = xaxis.range,
    [y1, y0] = yaxis.range;
  return {
    left: xaxis._offset,
    top: yaxis._offset,
    width: xaxis._length,
    height: yaxis._length,
    x0,
    y0,
    cellWidth: xaxis._length / (x1 - x0),
    cellHeight: yaxis._length / (y1 - y0),
  };
}

// The cell at a place of the host, whether there is one or not.
/** @type {(box: Box, x: number, y: number) => [x: number, y: number]} */
export const cellIn = (box, x, y) => [
  Math.round((x - box.left) / box.cellWidth + box.x0),
  Math.round((y - box.top) / box.cellHeight + box.y0),
];

// The middle of a cell.
/** @type {(box: Box, x: number, y: number) => [left: number, top: number]} */
export const middleOf = (box, x, y) => [
  box.left + (x - box.x0) * box.cellWidth,
  box.top + (y - box.y0) * box.cellHeight,
];

export class Plate {
  root = el("canvas", { class: "heatmap-plate", "aria-hidden": true, hidden: true });

  hide() {
    Object.assign(this.root, { hidden: true, width: 0, height: 0 }); // which frees its pixels
  }

  /** @type {(box: Box, picture: Picture, color: Scale, over: Over) => void} */
  paint(box, picture, color, { shapes, labels }) {
    const scale = window.devicePixelRatio || 1,
      context = context2d(this.root);
    this.root.hidden = false;
    this.root.width = Math.round(box.width * scale);
    this.root.height = Math.round(box.height * scale);
    for (const name of /** @type {const} */ (["left", "top", "width", "height"]))
      this.root.style[name] = `${box[name]}px`;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    paintCells(context, box, picture, color);
    for (const shape of shapes) paintShape(context, box, shape);
    if (labels) paintLabels(context, box, labels);
  }
}

/** @type {(at: CanvasRenderingContext2D, box: Box, picture: Picture, color: Scale) => void} */
function paintCells(context, box, { values, width, height, gaps }, { name, low, high }) {
  const pixel = valueTable({ name }, low, high),
    image = new ImageData(width, height),
    pixels = new Uint32Array(image.data.buffer);
  for (let at = 0; at < pixels.length; at++) pixels[at] = gaps?.(at) ? 0 : pixel(values[at]);
  const small = new OffscreenCanvas(width, height);
  small.getContext("2d")?.putImageData(image, 0, 0);
  const [left, top] = inBox(box, -0.5, -0.5);
  context.imageSmoothingEnabled = box.cellWidth < 1;
  context.drawImage(small, left, top, width * box.cellWidth, height * box.cellHeight);
}

// A place among the cells, in pixels of the box.
/** @type {(box: Box, x: number, y: number) => [left: number, top: number]} */
const inBox = ({ x0, y0, cellWidth, cellHeight }, x, y) => [
  (x - x0) * cellWidth,
  (y - y0) * cellHeight,
];

/** @type {(context: CanvasRenderingContext2D, box: Box, shape: Shape) => void} */
function paintShape(context, box, shape) {
  const outline = outlineOf(box, shape),
    { color, width } = shape.line;
  if (shape.fillcolor) {
    context.fillStyle = shape.fillcolor;
    context.fill(outline);
  }
  if (!width || !color) return;
  Object.assign(context, { strokeStyle: color, lineWidth: width });
  context.stroke(outline);
}

/** @type {(box: Box, shape: Shape) => Path2D} */
function outlineOf(box, { x0 = 0, y0 = 0, x1 = 0, y1 = 0, path }) {
  const outline = new Path2D();
  if (path === undefined) {
    const [left, top] = inBox(box, x0, y0),
      [right, bottom] = inBox(box, x1, y1);
    outline.rect(left, top, right - left, bottom - top);
    return outline;
  }
  const { cellWidth: a, cellHeight: d } = box,
    [e, f] = inBox(box, 0, 0);
  outline.addPath(new Path2D(path), { a, d, e, f });
  return outline;
}

/** @type {(context: CanvasRenderingContext2D, box: Box, labels: Label[]) => void} */
function paintLabels(context, box, labels) {
  Object.assign(context, {
    fillStyle: "#fff",
    font: `14px ${theme().font}`,
    textAlign: "center",
    textBaseline: "middle",
  });
  for (const [x, y, text] of labels) context.fillText(text, ...inBox(box, x, y));
}
