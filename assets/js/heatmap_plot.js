// A heatmap as Plotly takes it: its traces, its layout, and shapes over it.

import { MARKS, plotlyScale } from "./colors.js";
import { LOCALE } from "./plotly.js";
import { isFinger } from "./pointer.js";
import { theme } from "./theme.js";

/**
 * @import { Scale } from "./colors.js"
 * @import { Options, Shape } from "./plotly_calls.js"
 */

/**
 * @typedef {object} Picture
 * @property {Float32Array} values row by row
 * @property {number} width
 * @property {number} height
 * @property {(at: number) => boolean} [gaps] whether there is no cell at this place
 */

/** @typedef {{ width: number, height: number }} Room in pixels */
/** @typedef {[top: number, bottom: number, left: number, right: number]} Margin */
/** @typedef {[x: number, y: number, text: string]} Label */

/**
 * @typedef {object} Style
 * @property {string} key what keeps its zoom: another key is another picture
 * @property {boolean | { tickvals: number[], ticktext: string[] }} [axes] numbered rows and
 *   columns, or labels for the rows
 * @property {Shape[]} [shapes]
 * @property {Label[] | null} [labels]
 * @property {Margin} [margin] empty cells around the picture
 * @property {boolean} [stretch] cells need not be square
 */

export const CONFIG = {
  locale: LOCALE,
  displaylogo: false,
  showTips: false,
  doubleClick: "reset",
  showAxisDragHandles: false,
  showAxisRangeEntryBoxes: false,
  modeBarButtons: [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]],
};

const TOOLBAR = 26; // room above the map for Plotly's buttons
const LEGEND = 84; // and beside it for the legend
const CLEAR = "rgba(0,0,0,0)";

// Pixels for the labels of the columns.
/** @param {Style["axes"]} axes */
export const below = (axes) => (axes ? 27 : 2);

export const MARK_KINDS = [
  { name: "−Inf", code: 253, is: (/** @type {number} */ value) => value === -Infinity },
  { name: "+Inf", code: 254, is: (/** @type {number} */ value) => value === Infinity },
  { name: "NaN", code: 255, is: Number.isNaN },
].map((kind) => ({ ...kind, color: `rgb(${MARKS[kind.code].join(",")})` }));

/** @type {(rows: Float32Array[], scale: Scale) => Options} */
export function valueTrace(rows, { name, low, high }) {
  return {
    type: "heatmap",
    z: rows,
    zmin: low,
    zmax: high,
    zauto: false,
    hoverinfo: "none",
    colorscale: plotlyScale(name),
    showscale: false,
    zsmooth: false,
  };
}

// Cells that are not finite get a colour that no map has; Plotly leaves them empty otherwise.
/** @type {(picture: Picture) => Options} */
export function markTrace({ values, width, height, gaps }) {
  /** @param {number} at */
  const kind = (at) => {
    const found = gaps?.(at) ? -1 : MARK_KINDS.findIndex(({ is }) => is(values[at]));
    return found < 0 ? null : found;
  };
  const kinds = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => kind(y * width + x)),
  );
  const ends = MARK_KINDS.flatMap(({ color }, at) => [
    [at / MARK_KINDS.length, color],
    [(at + 1) / MARK_KINDS.length, color],
  ]);
  return {
    type: "heatmap",
    z: kinds,
    zmin: -0.5,
    zmax: MARK_KINDS.length - 0.5,
    colorscale: ends,
    showscale: false,
    hoverinfo: "none",
  };
}

/** @type {(labels: Label[]) => Options} */
export function labelTrace(labels) {
  return {
    type: "scatter",
    mode: "text",
    hoverinfo: "skip",
    x: labels.map(([x]) => x),
    y: labels.map(([, y]) => y),
    text: labels.map(([, , text]) => text),
    textfont: { color: "#fff", size: 14 },
  };
}

// Plotly keeps its first size where the host alone has changed, so it is told the host's.
/** @type {(room: Room, picture: Picture, style: Style) => Layout} */
export function layoutOf(room, { width, height }, style) {
  const { key, axes = false, shapes = [], margin = [0, 0, 0, 0], stretch = false } = style,
    [top, bottom, left, right] = margin;
  const { ink, muted, accent, font } = theme();
  const axis = {
    showgrid: false,
    zeroline: false,
    visible: Boolean(axes),
    ticks: "outside",
    ticklen: 3,
    tickfont: { size: 14 },
    tickcolor: ink,
    constrain: "domain",
    tick0: 0,
  };
  return {
    width: room.width,
    height: room.height,
    uirevision: `${key} ${width} ${height}`,
    shapes,
    showlegend: false,
    dragmode: isFinger() ? false : "zoom",
    hovermode: "closest",
    margin: { l: axes === true ? 40 : axes ? 72 : 2, r: LEGEND, t: TOOLBAR, b: below(axes) },
    paper_bgcolor: CLEAR,
    plot_bgcolor: CLEAR,
    font: { family: font, color: ink },
    xaxis: {
      ...axis,
      dtick: tickStep(width),
      range: [-0.5 - left, width - 0.5 + right],
      scaleanchor: stretch ? false : "y",
    },
    yaxis: {
      ...axis,
      dtick: tickStep(height),
      ...(typeof axes === "object" ? axes : {}),
      range: [height - 0.5 + bottom, -0.5 - top],
    },
    modebar: { bgcolor: CLEAR, color: muted, activecolor: accent },
  };
}

/**
 * @typedef {Options & {
 *   uirevision: string,
 *   width: number,
 *   height: number,
 *   margin: { l: number, r: number, t: number, b: number },
 *   shapes: Shape[],
 *   xaxis: Options & { range: [number, number], scaleanchor: string | false },
 *   yaxis: Options & { range: [number, number] },
 * }} Layout
 */

// Whole cells between two ticks: at most ten ticks on an axis.
/** @param {number} size */
function tickStep(size) {
  for (let unit = 1; ; unit *= 10)
    for (const part of [1, 2, 5]) if (size / (part * unit) <= 10) return part * unit;
}

// A rectangle around cells x0..x1, y0..y1, for `shapes` or `outline`.
/**
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 * @param {string} color
 * @returns {Shape}
 */
export function frame(x0, y0, x1, y1, color, width = 2) {
  return {
    type: "rect",
    x0: x0 - 0.5,
    y0: y0 - 0.5,
    x1: x1 + 0.5,
    y1: y1 + 0.5,
    line: { color, width },
    fillcolor: CLEAR,
  };
}
