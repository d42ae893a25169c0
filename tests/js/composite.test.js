// Which channels of the output are red, green and blue.

import assert from "node:assert/strict";
import test from "node:test";
import { chosenChannels } from "../../assets/js/composite.js";
import { aState } from "./samples.js";

/** @param {number} channels */
const output = (channels) => ({ shape: [2, 2, channels], data: new Float32Array(4 * channels) });

test("one channel is grey and three are a picture, whatever was chosen", () => {
  const state = aState({ red: 7, green: 8, blue: 9 });
  assert.deepEqual(chosenChannels(output(1), state), [0, 0, 0]);
  assert.deepEqual(chosenChannels(output(3), state), [0, 1, 2]);
});

test("of other numbers three are chosen, none beyond the last", () => {
  assert.deepEqual(chosenChannels(output(8), aState({ red: 7, green: 0, blue: 9 })), [7, 0, 7]);
  assert.deepEqual(chosenChannels(output(2), aState()), [0, 1, 1]);
});
