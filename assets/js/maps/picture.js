// The focused stage as one picture: where each value stands in it, and what is marked.

import { addedRects, addedShape } from "../border.js";
import { TO } from "../colors.js";
import { frame } from "../heatmap_plot.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { theme } from "../theme.js";
import { columnsFor, mosaic, tiling } from "../tiles.js";

/**
 * @import { Coloring } from "../colors.js"
 * @import { CommonView, ExplainedView, MapsView, Stage, State } from "../contract.js"
 * @import { Label, Picture } from "../heatmap_plot.js"
 * @import { Shape } from "../plotly_calls.js"
 * @import { Layout, Place } from "../tiles.js"
 */

/**
 * @typedef {object} Shown
 * @property {MapsView} view
 * @property {Stage} stage in focus
 * @property {number | null} single the channel that is shown alone, null for all
 * @property {Layout} layout
 */

const MAX_CELLS = 300000; // a Plotly heatmap stays quick up to here
const HEIGHT = 430; // pixels, at most
const LOWEST = 130;
const VECTOR_HEIGHT = 340;
const STRIP = 32; // entries of z in a row

// The focused stage; the last one's are the output.
/** @param {MapsView} view */
export const valuesOf = ({ values, output }) => known(values ?? output);

/** @param {Stage} stage */
export const channelsOf = ({ map_shape }) => map_shape[2];

// The channel that is shown alone, null for all.
/** @type {(state: Pick<State, "channel">, stage: Stage) => number | null} */
export const singleOf = ({ channel }, stage) =>
  channel >= 0 && channelsOf(stage) > 1 ? channel : null;

/** @type {(stage: Stage, single: number | null, room: number) => Layout} */
export function layOut(stage, single, room) {
  const [height, width, channels] = stage.map_shape;
  if (stage.layout === "strip") return tiling(stage, { wrap: Math.min(width, STRIP) });
  if (single !== null) return mosaic(height, width, 1, 1);
  if (stage.layout === "vector") return tiling(stage);
  const most = Math.floor(MAX_CELLS / ((height + 1) * (width + 1))),
    shown = Math.max(1, Math.min(channels, most));
  return mosaic(
    height,
    width,
    shown,
    columnsFor(height, width, shown, Math.max(0.6, room / HEIGHT)),
  );
}

// Pixels for a layout in this room.
/** @type {(layout: Layout, room: number) => number} */
export function heightOf({ kind, totalWidth, totalHeight }, room) {
  if (kind === "vector") return VECTOR_HEIGHT;
  const fit = (room - 90) * (totalHeight / totalWidth) + 56;
  return Math.round(Math.max(LOWEST, Math.min(HEIGHT, fit)));
}

// The values; each channel from 0 to 1 of its own range where all are shown, each on its own.
/** @type {(shown: Shown, colors: Coloring) => Picture} */
export function pictureOf({ view, stage, single, layout }, colors) {
  const { totalWidth: width, totalHeight: height, cellOffset, channelOffset } = layout;
  const values = new Float32Array(width * height).fill(NaN);
  const { data } = valuesOf(view),
    channels = channelsOf(stage);
  const normal = colors.perChannel && single === null ? normalizer(colors, channels) : plain;
  for (let cell = 0; cell < cellOffset.length; cell++) {
    for (let channel = 0; channel < channelOffset.length; channel++) {
      const from = single ?? channel;
      values[cellOffset[cell] + channelOffset[channel]] = normal(
        data[cell * channels + from],
        from,
      );
    }
  }
  return {
    values,
    width,
    height,
    gaps: (at) => Number.isNaN(values[at]) && !layout.cell(at % width, Math.floor(at / width)),
  };
}

/** @param {number} value */
const plain = (value) => value;

/** @type {(colors: Coloring, channels: number) => (value: number, channel: number) => number} */
function normalizer(colors, channels) {
  const ranges = Array.from({ length: channels }, (_, channel) => colors.range(channel));
  return (value, channel) =>
    (value - ranges[channel][0]) / (ranges[channel][1] - ranges[channel][0]);
}

// The cell at a place of the picture.
/** @type {(shown: Shown, x: number, y: number) => Place | null} */
export function cellAt({ layout, single }, x, y) {
  const cell = layout.cell(x, y);
  return cell && { ...cell, channel: single ?? cell.channel };
}

// What a pad added, tinted, and the explained cell, framed.
/** @param {Shown} shown */
export const shapesOf = (shown) => [...addedCells(shown), ...tracedFrame(shown)];

/** @param {Shown} shown */
function addedCells({ stage, layout, single }) {
  const rects = addedRects(layout, stage.original, (at) => single ?? at);
  return rects.length ? [addedShape(rects, theme().padTint)] : [];
}

// Where the map of the explained cell is among those drawn.
/** @type {(shown: Omit<Shown, "view"> & { view: ExplainedView }) => Shape[]} */
export function tracedFrame({ view, stage, layout, single }) {
  const cell = view.explanation?.cell,
    here = view.state.stage === stage.name;
  if (!here || !cell || cell[0] !== itemOf(view, stage)) return [];
  const [, row, column, channel] = cell,
    map = single === null ? channel : channel === single ? 0 : -1;
  if (map < 0 || map >= layout.channelOffset.length) return [];
  const at = layout.cellOffset[row * stage.map_shape[1] + column] + layout.channelOffset[map];
  const x = at % layout.totalWidth,
    y = Math.floor(at / layout.totalWidth);
  return [frame(x, y, x, y, "#000", 4), frame(x, y, x, y, TO, 2)];
}

// The shown item's place in the stage's batch, which a pad may have made larger.
/** @type {(view: Pick<CommonView, "state">, stage: Stage) => number} */
export const itemOf = ({ state }, stage) => Math.min(state.item, stage.shape[0] - 1);

// fc1's vectors: a label for the cells of each base row.
/** @param {Layout} layout */
export function baseRows({ height, width, gap }) {
  const rows = Array.from({ length: height }, (_, row) => row);
  return {
    tickvals: rows.map((row) => row * (width + gap) + (width - 1) / 2),
    ticktext: rows.map((row) => t("ui.base_row", { row })),
  };
}

// A constant map looks like a flat colour; the mark says that it is one.
/** @type {(shown: Shown) => Label[] | null} */
export function constantMarks({ stage, layout, single }) {
  const { origin, channels, width, height } = layout;
  if (!origin || stage.layout !== "mosaic") return null;
  /** @type {Label[]} */
  const marks = [];
  for (let channel = 0; channel < channels; channel++) {
    if (!stage.flat.data[single ?? channel]) continue;
    const [x, y] = origin(channel);
    marks.push([x + (width - 1) / 2, y + (height - 1) / 2, "＝"]);
  }
  return marks.length ? marks : null;
}
