// Where the values of a stage stand in one picture, and back from a cell of it.

/** @import { Stage } from "../../assets/js/contract.js" */

import assert from "node:assert/strict";
import test from "node:test";
import { arrangeCodes, columnsFor, mosaic, tiling } from "../../assets/js/tiles.js";
import { aStage } from "./samples.js";

const STAGES = [
  aStage([2, 3, 5]),
  aStage([1, 1, 7]),
  aStage([4, 2, 3], { layout: "vector", shape: [1, 24] }),
  aStage([1, 37, 1], { layout: "strip", shape: [1, 37] }),
];

test("each value has a place of its own, and its cell leads back to it", () => {
  for (const stage of STAGES)
    for (const gap of [0, 1, 2]) {
      const layout = tiling(stage, { columns: 3, gap });
      const [height, width, channels] = stage.map_shape;
      const seen = new Set();
      for (let at = 0; at < height * width; at++)
        for (let channel = 0; channel < channels; channel++) {
          const place = layout.cellOffset[at] + layout.channelOffset[channel];
          seen.add(place);
          const x = place % layout.totalWidth,
            y = Math.floor(place / layout.totalWidth);
          assert.ok(y < layout.totalHeight);
          const row = Math.floor(at / width);
          assert.deepEqual(layout.cell(x, y), { channel, row, column: at % width });
        }
      assert.equal(seen.size, height * width * channels);
      const cells = layout.totalWidth * layout.totalHeight;
      let told = 0;
      for (let place = 0; place < cells; place++)
        if (layout.cell(place % layout.totalWidth, Math.floor(place / layout.totalWidth))) told++;
      assert.equal(told, seen.size); // gaps and what is left over are no cells
    }
});

test("beside the picture there is no cell", () => {
  for (const stage of STAGES) {
    const { totalWidth, totalHeight, cell } = tiling(stage, { columns: 2 });
    for (const [x, y] of [
      [-1, 0],
      [0, -1],
      [totalWidth, 0],
      [0, totalHeight],
    ])
      assert.equal(cell(x, y), null);
  }
});

test("a mosaic by hand: five maps of 2 x 3, three in a row, a gap of one", () => {
  const layout = mosaic(2, 3, 5, 3);
  assert.deepEqual([layout.totalWidth, layout.totalHeight], [11, 5]);
  assert.deepEqual(
    [0, 2, 3].map((channel) => layout.origin?.(channel)),
    [
      [0, 0],
      [8, 0],
      [0, 3],
    ],
  );
  assert.equal(layout.cell(3, 0), null);
  assert.deepEqual(layout.cell(4, 4), { channel: 4, row: 1, column: 0 });
});

test("no more columns than there are maps; z in rows of so many", () => {
  assert.equal(tiling(aStage([1, 1, 2]), { columns: 9 }).totalWidth, 3);
  const { totalWidth, totalHeight } = tiling(
    aStage([1, 37, 1], { layout: "strip", shape: [1, 37] }),
  );
  assert.deepEqual([totalWidth, totalHeight], [16, 3]);
});

test("columns follow the room: a square of squares, one row, one column", () => {
  assert.equal(columnsFor(8, 8, 16, 1), 4);
  assert.equal(columnsFor(8, 8, 16, 1000), 16);
  assert.equal(columnsFor(8, 8, 16, 0.001), 1);
  assert.equal(columnsFor(4, 9, 18, 2), 4); // (18 · 2 · 5 / 10) ** 0.5 = 4.2
});

test("codes stand in the picture, each looked up in its own channel's table", () => {
  const layout = mosaic(1, 2, 2, 2);
  const tables = Uint32Array.from({ length: 512 }, (_, at) => 1000 + at);
  const picture = arrangeCodes(layout, Uint8Array.of(3, 4, 5, 6), tables, new Uint32Array(5));
  assert.deepEqual([...picture], [1003, 1005, 0, 1260, 1262]); // channel 1's begins at 1256
});
