// Cells in the link's form, and the trail of the steps between them.

/** @import { State } from "../../assets/js/contract.js" */
/** @import { Changes } from "../../assets/js/store.js" */

import assert from "node:assert/strict";
import test from "node:test";
import {
  bracket,
  follow,
  goBack,
  numeric,
  showCell,
  showStage,
  split,
  steps,
  toIndex,
} from "../../assets/js/cells.js";
import { aStage, aState } from "./samples.js";

/** @type {(state: State, changes: Changes) => State} */
const moved = (state, changes) => ({ ...state, .../** @type {Partial<State>} */ (changes) });

test("a vector has one number for row, column and channel; z its entry", () => {
  const vector = aStage([4, 8, 16], { layout: "vector", shape: [1, 512] });
  assert.deepEqual(toIndex(vector, 1, 2, 3, 5), [1, (2 * 8 + 3) * 16 + 5]);
  const map = aStage([4, 8, 16], { shape: [1, 4, 8, 16] });
  assert.deepEqual(toIndex(map, 1, 2, 3, 5), [1, 2, 3, 5]);
  const z = aStage([1, 128, 1], { layout: "strip", shape: [1, 128] });
  assert.deepEqual(toIndex(z, 0, 0, 77, 0), [0, 77]);
});

test("every place of a vector is another unit", () => {
  const vector = aStage([2, 3, 4], { layout: "vector", shape: [1, 24] });
  const units = new Set();
  for (let row = 0; row < 2; row++)
    for (let column = 0; column < 3; column++)
      for (let channel = 0; channel < 4; channel++)
        units.add(toIndex(vector, 0, row, column, channel)[1]);
  assert.deepEqual(
    [...units].sort((a, b) => a - b),
    [...Array(24).keys()],
  );
});

test("a cell of a map shows its channel, one of a vector all", () => {
  assert.deepEqual(showCell("conv_out/pad", [1, 2, 3, 4]), {
    stage: "conv_out/pad",
    cell: "1,2,3,4",
    item: 1,
    channel: 4,
    source_channel: -1,
  });
  assert.equal(showCell("z", [0, 5]).channel, -1);
});

test("a step joins the trail, and going back takes it off again", () => {
  const start = aState({ stage: "c", cell: "0,1,1,1", trail: "" });
  const once = moved(start, follow(start, "b", [0, 2, 2, 2]));
  assert.equal(once.trail, "c:0,1,1,1");
  const twice = moved(once, follow(once, "a", [0, 9]));
  assert.deepEqual(steps(twice.trail), ["c:0,1,1,1", "b:0,2,2,2"]);
  const back = moved(twice, goBack(twice, 1));
  assert.deepEqual([back.stage, back.cell, back.trail], ["b", "0,2,2,2", "c:0,1,1,1"]);
  assert.deepEqual(moved(back, goBack(back, 0)), { ...start, channel: 1 });
});

test("a trail keeps the last steps alone", () => {
  let state = aState({ stage: "s", cell: "0,0", trail: "" });
  for (let at = 0; at < 40; at++) state = moved(state, follow(state, "s", [0, at]));
  assert.equal(steps(state.trail).length, 24);
  assert.equal(steps(state.trail).at(-1), "s:0,38");
});

test("a step is cut at its last colon", () => {
  assert.deepEqual(split("a:b/c:0,1"), ["a:b/c", "0,1"]);
  assert.deepEqual(steps(""), []);
});

test("cells as they are read, and numbers that came as names", () => {
  assert.equal(bracket([0, 1, 2]), "[0, 1, 2]");
  assert.deepEqual(["NaN", "-Infinity", 3].map(numeric), [NaN, -Infinity, 3]);
});

test("a stage is shown whole, where it leads to", () => {
  const stage = aStage([1, 1, 1], { name: "a", leads: { page: "output", block: 2 } });
  assert.deepEqual(showStage(stage), {
    page: "output",
    block: 2,
    stage: "a",
    channel: -1,
    cell: "",
    trail: "",
  });
});
