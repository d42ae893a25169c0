// Frames over the padding page's maps: the original in a padded map, the band around an output.

import { frame } from "../heatmap_plot.js";

/**
 * @import { Padding } from "../contract.js"
 * @import { Shape } from "../plotly_calls.js"
 */

const LINE = "rgba(255,255,255,0.9)",
  SHADE = "rgba(0,0,0,0.85)",
  EDGE = "rgba(128,128,128,0.9)";

// A bright line that is seen on bright cells too.
/** @type {(top: number, left: number, rows: number, columns: number) => Shape[]} */
function framed(top, left, rows, columns) {
  const right = left + columns - 1,
    bottom = top + rows - 1;
  return [frame(left, top, right, bottom, SHADE, 3), frame(left, top, right, bottom, LINE, 1.5)];
}

// The edge of the original map inside the padded one, whose own edge is drawn where its cells may
// be as the ground: zeros, or none.
/** @param {Padding} padding */
export function border({
  how,
  shape: [, height, width],
  paddings: [, [top, bottom], [left, right]],
}) {
  const inner = framed(top, left, height, width);
  if (how === "added") return inner;
  return [frame(0, 0, left + width + right - 1, top + height + bottom - 1, EDGE, 1), ...inner];
}

// The output cells whose window holds no padded cell; the band around them can differ.
/** @param {Padding} padding */
export function band({ untouched }) {
  if (!untouched) return [];
  const [[top, rows], [left, columns]] = untouched;
  return rows && columns ? framed(top, left, rows, columns) : [];
}
