// "Frozen" is the range on the screen at the moment when it is chosen.

import assert from "node:assert/strict";
import test from "node:test";
import { ColorRange } from "../../assets/js/color_range.js";
import { aStage, aState } from "./samples.js";

/** @import { State } from "../../assets/js/contract.js" */
/** @import { Changes, Store } from "../../assets/js/store.js" */

const STAGE = aStage([2, 2, 2], {
  low: { shape: [2], data: Float32Array.of(0, 1) },
  high: { shape: [2], data: Float32Array.of(5, 3) },
});

/** @type {(state: Partial<State> | null, range: string) => Changes} */
function chosen(state, range) {
  /** @type {Changes} */
  const given = {};
  const view = state && { stages: [STAGE], state: aState({ stage: STAGE.name, ...state }) };
  const store = { view, set: (/** @type {Changes} */ changes) => Object.assign(given, changes) };
  new ColorRange(/** @type {Store} */ (/** @type {unknown} */ (store))).set(range);
  return given;
}

test("frozen keeps the ends of what is shown: of the stage, or of one channel alone", () => {
  assert.deepEqual(chosen({}, "frozen"), { range: "frozen", frozen_low: 0, frozen_high: 5 });
  const alone = { channel: 1, range: /** @type {const} */ ("channel") };
  assert.deepEqual(chosen(alone, "frozen"), { range: "frozen", frozen_low: 1, frozen_high: 3 });
});

test("another range is chosen without ends, and so is any before there is a view", () => {
  assert.deepEqual(chosen({}, "symmetric"), { range: "symmetric" });
  assert.deepEqual(chosen(null, "frozen"), { range: "frozen" });
});
