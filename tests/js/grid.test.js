// Small maps: how large their cells are, and which cell is pointed at.

import assert from "node:assert/strict";
import test from "node:test";
import { cellAt, fit, layOut, leastWidth } from "../../assets/js/grid_layout.js";

const WISH = {
  rows: 4,
  columns: 5,
  rowNames: false,
  columnNames: false,
  room: 300,
  maxHeight: 320,
  least: 0,
  stretch: false,
  cell: null,
};

test("cells fill the room in whole pixels, a little lower than wide", () => {
  const { cellWidth, cellHeight, width, height } = layOut({ ...WISH, room: 252 });
  assert.deepEqual([cellWidth, cellHeight], [50, 31]);
  assert.deepEqual([width, height], [250, 124]);
});

test("a few cells do not become huge, and many fit into the height", () => {
  assert.equal(layOut({ ...WISH, columns: 1, rows: 1 }).cellWidth, 64);
  const many = layOut({ ...WISH, rows: 40 });
  assert.deepEqual([many.cellWidth, many.height], [8, 320]);
});

test("small cells are square; below a pixel they are as they come", () => {
  const { cellWidth, cellHeight } = layOut({ ...WISH, columns: 20 });
  assert.deepEqual([cellWidth, cellHeight], [15, 15]);
  assert.equal(layOut({ ...WISH, columns: 600 }).cellWidth, 0.5);
});

test("names of rows and columns take room beside the cells", () => {
  const { left, top, width, height } = layOut({ ...WISH, rowNames: true, columnNames: true });
  assert.deepEqual([left, top], [40, 18]);
  assert.equal(width, 40 + 5 * 52); // 260 pixels are left for five cells
  assert.equal(height, 18 + 4 * 32);
});

test("stretched cells are as wide as the room allows, whatever their height", () => {
  const { cellWidth, cellHeight } = layOut({ ...WISH, rows: 20, maxHeight: 100, stretch: true });
  assert.deepEqual([cellWidth, cellHeight], [60, 14]);
});

test("readable cells are as wide as their numbers, even beyond the room", () => {
  const texts = ["−1.25", "3"];
  const layout = layOut({ ...WISH, room: 50, least: leastWidth(texts) });
  assert.ok(layout.width > 50 && fit(texts, layout));
  assert.ok(!fit(texts, layOut({ ...WISH, room: 50 })));
  assert.ok(!fit(["−1.2500"], layout));
});

test("a place on the canvas leads to its cell, and beside the cells to none", () => {
  const size = { rows: 2, columns: 3 },
    layout = { left: 30, top: 10, cellWidth: 20, cellHeight: 10, width: 90, height: 30 };
  assert.deepEqual(cellAt(size, layout, { x: 30, y: 10 }), [0, 0]);
  assert.deepEqual(cellAt(size, layout, { x: 89.9, y: 29.9 }), [1, 2]);
  for (const [x, y] of [
    [29.9, 15],
    [40, 9.9],
    [90, 15],
    [40, 30],
  ])
    assert.equal(cellAt(size, layout, { x, y }), null);
});

test("a map without cells can be laid out", () => {
  const { width, height } = layOut({ ...WISH, rows: 0, columns: 0 });
  assert.deepEqual([width, height], [1, 1]);
});
