// Where the values of a stage stand in one picture of all its channels.
//
// A stage's item is [height, width, channels]. A layout gives every value its place in a picture of
// totalWidth x totalHeight cells: cellOffset[row * width + column] + channelOffset[channel].

// Adds the offsets, made at their first use: a layout that is only measured needs none.
function withOffsets(layout, cells, cell, channels, channel) {
  let made = null;
  const offsets = () =>
    (made ??= { cells: table(cells, cell), channels: table(channels, channel) });
  return Object.defineProperties(layout, {
    cellOffset: { get: () => offsets().cells },
    channelOffset: { get: () => offsets().channels },
  });
}

function table(length, value) {
  const result = new Int32Array(length);
  for (let at = 0; at < length; at++) result[at] = value(at);
  return result;
}

// All channels side by side, or fc1's vectors as one picture: a row for each base cell, a column
// for each channel, so that the coming reshape (row i becomes cell i of every map) is visible.
export function tiling(stage, { columns, gap = 1, wrap = 16 } = {}) {
  const [height, width, channels] = stage.codes.shape;
  if (stage.op === "input") return strip(width, Math.min(wrap, width));
  if (stage.shape.length === 2) return vector(height, width, channels, gap);
  return mosaic(height, width, channels, Math.min(columns ?? channels, channels), gap);
}

export function mosaic(height, width, channels, across, gap = 1) {
  const totalWidth = across * (width + gap) - gap;
  const totalHeight = Math.ceil(channels / across) * (height + gap) - gap;
  const origin = (channel) => [
    (channel % across) * (width + gap),
    Math.floor(channel / across) * (height + gap),
  ];
  const layout = {
    kind: "maps",
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
    height * width,
    (at) => Math.floor(at / width) * totalWidth + (at % width),
    channels,
    (channel) => origin(channel)[1] * totalWidth + origin(channel)[0],
  );
}

function vector(height, width, channels, gap) {
  const line = (row, column) => row * (width + gap) + column;
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
    height * width,
    (at) => line(Math.floor(at / width), at % width) * channels,
    channels,
    (channel) => channel,
  );
}

function strip(length, across) {
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
    length,
    (at) => at,
    1,
    () => 0,
  );
}

// The number of columns that brings a mosaic closest to a wanted width : height.
export function columnsFor(height, width, channels, aspect) {
  const ideal = Math.sqrt((channels * aspect * (height + 1)) / (width + 1));
  return Math.max(1, Math.min(channels, Math.round(ideal)));
}

// Puts byte codes [height, width, channels] into a picture, each looked up in its channel's table.
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
