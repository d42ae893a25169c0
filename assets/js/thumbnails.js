// How large the pictures in the strip stand: maps on one scale, so that their growth is seen.

import { tiling } from "./tiles.js";

/** @import { Stage } from "./contract.js" */
/** @import { Layout } from "./tiles.js" */

/** @typedef {{ width: number, height: number }} Room pixels of a thumbnail */

const SCALES = [
  4, 3, 2, 1.5, 1, 0.8, 0.65, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.07, 0.05,
  0.03, 0.02, 0.01,
];
const VECTOR_CELLS = [4, 3, 2, 1, 0.5, 0.25]; // pixels
const LEAST_AREA = 64, // square pixels of a picture that can be seen
  LEAST_SIDE = 2; // and pixels of its shorter side
const SMALL_SIDE = 16; // of one that would be smaller

// It has channels, which have maps, or will have after a reshape: z has none, and a vector's
// channels have one cell each.
/** @type {(stage: Stage) => boolean} */
const isMap = ({ layout, map_shape: [height, width] }) => layout !== "strip" && height * width > 1;

// Pixels of a cell on the one scale of all maps.
/** @type {(stages: Stage[], room: Room) => number} */
export function commonScale(stages, room) {
  const maps = stages.filter(isMap);
  return largest(SCALES, (scale) => maps.every((stage) => fits(stage, scale, room)));
}

// Pixels of a cell of one stage. A vector's are as large as they are to be seen, or as they fit. A
// map that is next to nothing on the common scale stands larger.
/** @type {(stage: Stage, common: number, room: Room) => number} */
export function thumbnailScale(stage, common, room) {
  if (!isMap(stage)) return largest(VECTOR_CELLS, (scale) => fits(stage, scale, room));
  const [width, height] = sizeOf(stage, common, room);
  if (width * height >= LEAST_AREA && Math.min(width, height) >= LEAST_SIDE) return common;
  const larger = SCALES.filter((scale) => scale >= common && fits(stage, scale, room));
  const seen = larger.filter((scale) => Math.min(...sizeOf(stage, scale, room)) >= SMALL_SIDE);
  return seen.at(-1) ?? larger[0] ?? common;
}

/** @type {(scales: number[], isGood: (scale: number) => boolean) => number} */
const largest = (scales, isGood) => scales.find(isGood) ?? scales[scales.length - 1];

/** @type {(stage: Stage, scale: number, room: Room) => boolean} */
function fits(stage, scale, room) {
  const [width, height] = sizeOf(stage, scale, room);
  return width <= room.width && height <= room.height;
}

/** @type {(stage: Stage, scale: number, room: Room) => [width: number, height: number]} */
function sizeOf(stage, scale, room) {
  const { totalWidth, totalHeight } = layoutFor(stage, scale, room),
    cell = scale * stage.thumbnail_step;
  return [totalWidth * cell, totalHeight * cell];
}

// `scale`: pixels of a cell of the map itself.
/** @type {(stage: Stage, scale: number, room: Room) => Layout} */
export function layoutFor(stage, scale, room) {
  const { map_shape, layout, thumbnail_step: step } = stage,
    [height, width, channels] = map_shape,
    shown = [Math.ceil(height / step), Math.ceil(width / step), channels],
    cell = scale * step;
  const wrap = Math.max(1, Math.floor(room.width / 2 / cell));
  if (layout !== "strip" && !isMap(stage))
    return tiling({ layout: "mosaic", map_shape: shown }, { columns: wrap, gap: 0 });
  const gap = Math.max(1, Math.round(0.7 / cell));
  const most = Math.max(1, Math.floor((room.width / cell + gap) / (shown[1] + gap)));
  const columns = evenColumns(channels, Math.min(channels, most));
  return tiling({ layout, map_shape: shown }, { columns, wrap, gap });
}

// A few columns fewer, where they leave no ragged last row.
/** @type {(channels: number, most: number) => number} */
function evenColumns(channels, most) {
  for (let columns = most; columns >= most / 1.3; columns--)
    if (channels % columns === 0) return columns;
  return most;
}
