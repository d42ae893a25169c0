// Two settings that are flipped between.

import assert from "node:assert/strict";
import test from "node:test";
import { Comparison, flipByKey } from "../../assets/js/comparison.js";

/** @import { Store } from "../../assets/js/store.js" */

Object.assign(globalThis, { HTMLTextAreaElement: class {}, HTMLInputElement: class {} });

function make(kept = new Map()) {
  /** @type {Record<string, unknown>} */
  const state = { kernel_size: 5, page: "maps", stage: "conv" };
  const view = { state, stages: [{ name: "z" }, { name: "conv" }] };
  const store = {
    looks: new Set(["page", "stage"]),
    selections: new Set(["stage"]),
    view,
    form: state,
    apply: (/** @type {object} */ changes) => {
      Object.assign(state, changes);
    },
  };
  const storage = {
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ text) => kept.set(name, text),
    removeItem: (/** @type {string} */ name) => kept.delete(name),
  };
  const given = /** @type {Store} */ (/** @type {unknown} */ (store));
  return { state, view, kept, comparison: new Comparison(given, () => storage) };
}

test("each side stays as it was left, and what is looked at stays", () => {
  const { state, comparison } = make();
  comparison.flip();
  assert.equal(comparison.side, "B");
  Object.assign(state, { kernel_size: 3, page: "output" });
  comparison.flip();
  assert.deepEqual(
    [comparison.side, state],
    ["A", { kernel_size: 5, page: "output", stage: "conv" }],
  );
  state.kernel_size = 6; // A, changed
  comparison.flip();
  assert.deepEqual([comparison.side, state.kernel_size], ["B", 3]);
  comparison.flip();
  assert.deepEqual([comparison.side, state.kernel_size], ["A", 6]);
});

test("a stage that the other one has goes along; else each keeps its own", () => {
  const { state, view, comparison } = make();
  comparison.begin();
  view.stages = [{ name: "z" }, { name: "up" }]; // B is another generator
  state.stage = "up";
  comparison.flip();
  assert.equal(state.stage, "conv");
  view.stages = [{ name: "z" }, { name: "conv" }];
  comparison.flip();
  assert.equal(state.stage, "up");
  view.stages = [{ name: "z" }, { name: "up" }];
  state.stage = "z";
  comparison.flip();
  assert.equal(state.stage, "z");
});

test("a reload goes on with it; its end forgets it", () => {
  const { state, kept, comparison } = make();
  comparison.begin();
  state.kernel_size = 3;
  const again = make(kept);
  assert.equal(again.comparison.side, "B");
  again.state.kernel_size = 3;
  again.comparison.flip();
  assert.equal(again.state.kernel_size, 5);
  again.comparison.end();
  assert.equal(make(kept).comparison.side, null);
  kept.set("explorer-comparison", "{");
  assert.equal(make(kept).comparison.side, null);
});

test("the key flips, alone", () => {
  const { comparison } = make();
  /** @type {(rest: object) => KeyboardEvent} */
  const press = (rest) => /** @type {KeyboardEvent} */ ({ key: "x", target: null, ...rest });
  flipByKey(press({ ctrlKey: true }), comparison);
  flipByKey(press({ key: "y" }), comparison);
  assert.equal(comparison.side, null);
  flipByKey(press({}), comparison);
  assert.equal(comparison.side, "B");
});
