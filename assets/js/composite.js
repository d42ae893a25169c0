// The output as a picture: one channel as grey, three as red, green and blue.

import { markOf } from "./colors.js";
import { context2d } from "./dom.js";

/** @import { Rgb, Span } from "./colors.js" */
/** @import { Floats, State, View } from "./contract.js" */

/** @typedef {Pick<View, "mapping" | "state"> & { output: Floats }} Composed */

/** @type {Span} */
const NO_SPAN = [0, 1]; // where nothing is finite, nothing is mapped

/** @type {Record<View["mapping"], (low: number, high: number) => (value: number) => number>} */
const MAPPINGS = {
  tanh: () => (value) => Math.tanh(value) * 0.5 + 0.5,
  minmax: (low, high) => (value) => (value - low) / (high - low || 1),
  clip: () => (value) => (value + 1) / 2,
};

// The channels that stand for red, green and blue.
/** @type {(output: Floats, state: Pick<State, "red" | "green" | "blue">) => Rgb} */
export function chosenChannels({ shape: [, , channels] }, state) {
  if (channels === 1) return [0, 0, 0];
  if (channels === 3) return [0, 1, 2];
  const last = channels - 1;
  return [Math.min(state.red, last), Math.min(state.green, last), Math.min(state.blue, last)];
}

// output: {data, shape: [height, width, channels]}; the canvas gets one pixel a cell. Returns the
// lowest and the highest finite value drawn, or null where none is finite.
/**
 * @param {HTMLCanvasElement} canvas
 * @param {Composed} view
 */
export function paintComposite(canvas, { output, mapping, state }) {
  const [height, width, channels] = output.shape;
  const chosen = chosenChannels(output, state),
    extent = finiteExtent(output, chosen);
  const map = MAPPINGS[mapping](...(extent ?? NO_SPAN));
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height),
    pixels = image.data;
  for (let at = 0, from = 0; at < pixels.length; at += 4, from += channels) {
    pixels[at + 3] = 255;
    for (let part = 0; part < chosen.length; part++) {
      const value = output.data[from + chosen[part]];
      pixels[at + part] = Math.round(255 * map(value));
      if (Number.isFinite(value)) continue;
      pixels.set(markOf(value), at);
      break;
    }
  }
  context2d(canvas).putImageData(image, 0, 0);
  return extent;
}

/** @type {(output: Floats, chosen: Rgb) => ?Span} */
function finiteExtent({ data, shape: [, , channels] }, chosen) {
  let low = Infinity,
    high = -Infinity;
  for (let at = 0; at < data.length; at += channels) {
    for (const channel of chosen) {
      const value = data[at + channel];
      if (Number.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  return low <= high ? [low, high] : null;
}
