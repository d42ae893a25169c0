// How large the strip's pictures stand.

import assert from "node:assert/strict";
import test from "node:test";
import { commonScale, layoutFor, thumbnailScale } from "../../assets/js/thumbnails.js";
import { aStage } from "./samples.js";

const ROOM = { width: 88, height: 46 };

/** @type {(stage: import("../../assets/js/contract.js").Stage, scale: number) => number[]} */
const sizeOf = (stage, scale) => {
  const { totalWidth, totalHeight } = layoutFor(stage, scale, ROOM);
  return [totalWidth * scale, totalHeight * scale];
};

test("maps stand on one scale; one that would be a speck on it stands larger", () => {
  const large = aStage([28, 28, 128]),
    small = aStage([28, 28, 1]),
    half = aStage([14, 14, 128]);
  const common = commonScale([large, small, half], ROOM);
  assert.deepEqual(
    [large, half].map((stage) => thumbnailScale(stage, common, ROOM)),
    [common, common],
  );
  assert.ok(Math.min(...sizeOf(small, common)) < 8);
  const seen = sizeOf(small, thumbnailScale(small, common, ROOM));
  assert.ok(Math.min(...seen) >= 16 && Math.max(...seen) <= ROOM.height);
});

test("a vector's channels are drawn as entries of z are, whatever maps there are", () => {
  for (const length of [1, 10, 100, 500]) {
    const vector = aStage([1, 1, length], { layout: "vector" });
    const scale = thumbnailScale(vector, 0.02, ROOM),
      { totalWidth, totalHeight } = layoutFor(vector, scale, ROOM);
    assert.ok(totalWidth * totalHeight >= length && scale >= 1);
  }
});
