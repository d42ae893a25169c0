// A map's byte codes as values: at most half a step of its channel's range beside the exact ones.

import { LEVELS } from "./colors.js";

/** @import { Floats } from "./contract.js" */

/** @type {Record<number, number>} */
const NOT_FINITE = { 253: -Infinity, 254: Infinity, 255: NaN };

// Codes [..., channels] of any shape.
/** @type {(codes: Uint8Array, low: Float32Array, high: Float32Array) => Float32Array} */
export function fromCodes(codes, low, high) {
  const values = new Float32Array(codes.length),
    channels = low.length;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at],
      channel = at % channels,
      part = code / LEVELS;
    values[at] =
      code > LEVELS ? NOT_FINITE[code] : low[channel] * (1 - part) + high[channel] * part;
  }
  return values;
}

// The output of a view: exact where the page shows it, of codes where only its picture does.
/** @type {(view: { output?: Floats, picture: Floats }) => Floats} */
export const outputOf = ({ output, picture }) => output ?? picture;
