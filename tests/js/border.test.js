// What a pad added: everything outside the original's box, and nothing in it.

import assert from "node:assert/strict";
import test from "node:test";
import { addedRects, addedShape, isWhole } from "../../assets/js/border.js";
import { mosaic } from "../../assets/js/tiles.js";

/** @type {(from: number, to: number) => [number, number]} */
const pair = (from, to) => [from, to];
const BOX = { rows: pair(1, 3), columns: pair(2, 4), channels: pair(1, 3) };

test("the rectangles cover each added cell once", () => {
  const layout = mosaic(5, 7, 4, 2);
  const times = new Map();
  for (const [x, y, width, height] of addedRects(layout, BOX))
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++) {
        const key = `${column},${row}`;
        times.set(key, (times.get(key) ?? 0) + 1);
      }
  for (let y = 0; y < layout.totalHeight; y++)
    for (let x = 0; x < layout.totalWidth; x++) {
      const cell = layout.cell(x, y);
      const kept =
        cell &&
        [1, 2].includes(cell.row) &&
        [2, 3].includes(cell.column) &&
        [1, 2].includes(cell.channel);
      assert.equal(times.get(`${x},${y}`) ?? 0, cell && !kept ? 1 : 0, `${x},${y}`);
    }
});

test("one map stands for a channel of its own", () => {
  const one = mosaic(5, 7, 1, 1);
  assert.deepEqual(
    addedRects(one, BOX, () => 0),
    [[0, 0, 7, 5]],
  );
  assert.equal(addedRects(one, BOX, () => 1).length, 4);
});

test("what no pad made has no added cells; a pad of nothing neither", () => {
  const layout = mosaic(2, 2, 1, 1);
  assert.deepEqual(addedRects(layout, null), []);
  const whole = { rows: pair(0, 2), columns: pair(0, 2), channels: pair(0, 1) };
  assert.deepEqual(addedRects(layout, whole), []);
  assert.ok(isWhole(whole, [2, 2, 1]));
  assert.ok(!isWhole(BOX, [2, 2, 1]));
});

test("rectangles become one shape whose edges lie between the cells", () => {
  const { path, fillcolor } = addedShape(
    [
      [0, 0, 2, 1],
      [3, 1, 1, 1],
    ],
    "red",
  );
  assert.equal(path, "M-0.5,-0.5H1.5V0.5H-0.5ZM2.5,0.5H3.5V1.5H2.5Z");
  assert.equal(fillcolor, "red");
});
