// The cells that a pad added: all of a picture's maps outside the box that holds the original.

/** @import { Box } from "./contract.js" */
/** @import { Shape } from "./plotly_calls.js" */
/** @import { Tiling } from "./tiles.js" */

/** @typedef {[x: number, y: number, width: number, height: number]} Rect */

// Rectangles [x, y, width, height] in cells of the picture. `channel(at)`: which channel the map
// at this place of the layout shows.
/**
 * @param {Pick<Tiling, "height" | "width" | "channels" | "origin">} layout
 * @param {Box | null} original
 * @param {(at: number) => number} channel
 * @returns {Rect[]}
 */
export function addedRects({ height, width, channels, origin }, original, channel = (at) => at) {
  if (!original || !origin) return [];
  const {
    rows: [top, bottom],
    columns: [left, right],
    channels: [first, last],
  } = original;
  /** @type {Rect[]} */
  const sides = [
    [0, 0, width, top],
    [0, bottom, width, height - bottom],
    [0, top, left, bottom - top],
    [right, top, width - right, bottom - top],
  ];
  /** @type {Rect[]} */
  const whole = [[0, 0, width, height]];
  /** @type {(at: number) => Rect[]} */
  const ofMap = (at) => {
    const [x, y] = origin(at),
      inside = channel(at) >= first && channel(at) < last;
    return (inside ? sides : whole).map(([dx, dy, ...size]) => [x + dx, y + dy, ...size]);
  };
  return Array.from({ length: channels }, (_, at) => ofMap(at))
    .flat()
    .filter(([, , across, down]) => across > 0 && down > 0);
}

// The rectangles as one shape of a heatmap.
/** @type {(rects: Rect[], color: string) => Shape} */
export function addedShape(rects, color) {
  const path = rects.map(([x, y, width, height]) => {
    const left = x - 0.5,
      top = y - 0.5;
    return `M${left},${top}H${left + width}V${top + height}H${left}Z`;
  });
  return { type: "path", path: path.join(""), fillcolor: color, line: { width: 0 } };
}

// Whether all of [height, width, channels] is the original's.
/** @type {(original: Box, shape: number[]) => boolean} */
export function isWhole({ rows, columns, channels }, shape) {
  return [rows, columns, channels].every(([first, last], at) => last - first === shape[at]);
}
