// The output as a picture: one channel as grey, three as red, green and blue.

import { markOf } from "./colors.js";

const MAPPINGS = {
  tanh: () => (value) => Math.tanh(value) * 0.5 + 0.5,
  minmax: (low, high) => (value) => (value - low) / (high - low || 1),
  clip: () => (value) => (value + 1) / 2,
};

// The channels that stand for red, green and blue.
export function chosenChannels({ shape: [, , channels] }, state) {
  if (channels === 1) return [0, 0, 0];
  if (channels === 3) return [0, 1, 2];
  return [state.red, state.green, state.blue].map((channel) => Math.min(channel, channels - 1));
}

// output: {data, shape: [height, width, channels]}; the canvas gets one pixel a cell. Returns the
// lowest and the highest finite value drawn, or null where none is finite.
export function paintComposite(canvas, { output, mapping, state }) {
  const [height, width, channels] = output.shape;
  const chosen = chosenChannels(output, state),
    extent = finiteExtent(output, chosen);
  const map = MAPPINGS[mapping](...(extent ?? []));
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let cell = 0; cell < width * height; cell++) {
    const values = chosen.map((channel) => output.data[cell * channels + channel]);
    const odd = values.find((value) => !Number.isFinite(value));
    const pixel =
      odd === undefined ? values.map((value) => Math.round(255 * map(value))) : markOf(odd);
    image.data.set(pixel, cell * 4);
    image.data[cell * 4 + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return extent;
}

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
