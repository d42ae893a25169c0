// Where the values of a stage stand in one picture of all its channels.
//
// A stage's item is [height, width, channels]. A layout gives every value its place in a picture of
// totalWidth x totalHeight cells: cellOffset[row * width + column] + channelOffset[channel].

/** @import { Stage } from "./contract.js" */

/** @typedef {{ channel: number, row: number, column: number }} Place */

/**
 * @typedef {object} Tiling
 * @property {Stage["layout"]} kind
 * @property {number} height
 * @property {number} width
 * @property {number} channels
 * @property {number} gap between two maps
 * @property {number} totalWidth
 * @property {number} totalHeight
 * @property {(x: number, y: number) => Place | null} cell what stands at a place of the picture
 * @property {(channel: number) => [x: number, y: number]} [origin] of a map
 */

/**
 * @typedef {object} Offsets
 * @property {Int32Array} cellOffset
 * @property {Int32Array} channelOffset
 */

/** @typedef {Tiling & Offsets} Layout */

// Adds the offsets, made at their first use: a layout that is only measured needs none.
/**
 * @param {Tiling} tiling
 * @param {(at: number) => number} cell
 * @param {(at: number) => number} channel
 * @returns {Layout}
 */
function withOffsets(tiling, cell, channel) {
  const { height, width, channels } = tiling;
  /** @type {Offsets | null} */
  let made = null;
  const offsets = () => {
    made ??= { cellOffset: table(height * width, cell), channelOffset: table(channels, channel) };
    return made;
  };
  return Object.defineProperties(/** @type {Layout} */ (tiling), {
    cellOffset: { get: () => offsets().cellOffset },
    channelOffset: { get: () => offsets().channelOffset },
  });
}

/** @type {(length: number, value: (at: number) => number) => Int32Array} */
function table(length, value) {
  const result = new Int32Array(length);
  for (let at = 0; at < length; at++) result[at] = value(at);
  return result;
}

// All channels side by side, or fc1's vectors as one picture: a row for each base cell, a column
// for each channel, so that the coming reshape (row i becomes cell i of every map) is visible.
/**
 * @param {Pick<Stage, "layout" | "map_shape">} stage
 * @param {{ columns?: number, gap?: number, wrap?: number }} options
 */
export function tiling(stage, { columns, gap = 1, wrap = 16 } = {}) {
  const [height, width, channels] = stage.map_shape;
  if (stage.layout === "strip") return strip(width, Math.min(wrap, width));
  if (stage.layout === "vector") return vector(height, width, channels, gap);
  return mosaic(height, width, channels, Math.min(columns ?? channels, channels), gap);
}

/**
 * @param {number} height
 * @param {number} width
 * @param {number} channels
 * @param {number} across how many maps stand in a row
 */
export function mosaic(height, width, channels, across, gap = 1) {
  const totalWidth = across * (width + gap) - gap;
  const totalHeight = Math.ceil(channels / across) * (height + gap) - gap;
  /** @type {(channel: number) => [number, number]} */
  const origin = (channel) => [
    (channel % across) * (width + gap),
    Math.floor(channel / across) * (height + gap),
  ];
  /** @type {Tiling} */
  const layout = {
    kind: "mosaic",
    height,
    width,
    channels,
    gap,
    totalWidth,
    totalHeight,
    origin,
    cell(x, y) {
      const tileX = Math.floor(x / (width + gap)),
        tileY = Math.floor(y / (height + gap));
      const column = x - tileX * (width + gap),
        row = y - tileY * (height + gap);
      const channel = tileY * across + tileX;
      const inside =
        x >= 0 && y >= 0 && x < totalWidth && column < width && row < height && channel < channels;
      return inside ? { channel, row, column } : null;
    },
  };
  return withOffsets(
    layout,
    (at) => Math.floor(at / width) * totalWidth + (at % width),
    (channel) => origin(channel)[1] * totalWidth + origin(channel)[0],
  );
}

/** @type {(height: number, width: number, channels: number, gap: number) => Layout} */
function vector(height, width, channels, gap) {
  /** @type {(row: number, column: number) => number} */
  const line = (row, column) => row * (width + gap) + column;
  /** @type {Tiling} */
  const layout = {
    kind: "vector",
    height,
    width,
    channels,
    gap,
    totalWidth: channels,
    totalHeight: height * (width + gap) - gap,
    cell(x, y) {
      const row = Math.floor(y / (width + gap)),
        column = y - row * (width + gap);
      const inside = x >= 0 && x < channels && row >= 0 && row < height && column < width;
      return inside ? { channel: x, row, column } : null;
    },
  };
  return withOffsets(
    layout,
    (at) => line(Math.floor(at / width), at % width) * channels,
    (channel) => channel,
  );
}

/** @type {(length: number, across: number) => Layout} */
function strip(length, across) {
  /** @type {Tiling} */
  const layout = {
    kind: "strip",
    height: 1,
    width: length,
    channels: 1,
    gap: 0,
    totalWidth: across,
    totalHeight: Math.ceil(length / across),
    cell(x, y) {
      const column = y * across + x;
      return x >= 0 && x < across && y >= 0 && column < length
        ? { channel: 0, row: 0, column }
        : null;
    },
  };
  return withOffsets(
    layout,
    (at) => at,
    () => 0,
  );
}

// The number of columns that brings a mosaic closest to a wanted width : height.
/** @type {(height: number, width: number, channels: number, aspect: number) => number} */
export function columnsFor(height, width, channels, aspect) {
  const ideal = Math.sqrt((channels * aspect * (height + 1)) / (width + 1));
  return Math.max(1, Math.min(channels, Math.round(ideal)));
}

// Puts byte codes [height, width, channels] into a picture, each looked up in its channel's table.
/**
 * @param {Layout} layout
 * @param {Uint8Array} codes
 * @param {Uint32Array} tables 256 pixels a channel
 * @param {Uint32Array} picture
 */
export function arrangeCodes(layout, codes, tables, picture) {
  const { cellOffset, channelOffset } = layout;
  for (let cell = 0, index = 0; cell < cellOffset.length; cell++) {
    const start = cellOffset[cell];
    for (let channel = 0; channel < channelOffset.length; channel++, index++) {
      picture[start + channelOffset[channel]] = tables[(channel << 8) + codes[index]];
    }
  }
  return picture;
}
