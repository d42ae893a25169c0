// Fields and values as words.

import assert from "node:assert/strict";
import test from "node:test";
import { assignments } from "../../assets/js/assignments.js";
import { speak } from "./words.js";

test("a text for each field, in order", () => {
  assert.deepEqual(assignments({ kernel_size: 5, training: true, actv: "relu" }), [
    "kernel_size = 5",
    "training = true",
    "actv = relu",
  ]);
  assert.deepEqual(assignments({}), []);
});

test("a field is called what its control is", async () => {
  await speak("en");
  assert.deepEqual(assignments({ input_height: 48, "conv.filters": 3, upsample_dim: 8 }), [
    "Input height = 48",
    "conv.filters = 3",
    "upsample_dim = 8",
  ]);
});

test("eight pads are four pairs; other lists of numbers stay as they are", () => {
  assert.deepEqual(assignments({ paddings: "0,0,3,3,3,3,0,12" }), [
    "paddings = [[0, 0], [3, 3], [3, 3], [0, 12]]",
  ]);
  assert.deepEqual(assignments({ cell: "0,0,3,3" }), ["cell = 0,0,3,3"]);
});
