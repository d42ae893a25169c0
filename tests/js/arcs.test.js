// Arcs of the strip.

import assert from "node:assert/strict";
import test from "node:test";
import { lanesOf } from "../../assets/js/arcs.js";

test("arcs that would cover each other have lanes of their own, shorter ones the nearer", () => {
  assert.deepEqual(
    lanesOf([
      [0, 9],
      [1, 8],
      [2, 7],
    ]),
    [2, 1, 0],
  );
  assert.deepEqual(
    lanesOf([
      [0, 2],
      [1, 3],
      [2, 4],
      [5, 6],
    ]),
    [0, 1, 0, 0],
  );
});
