// Where a heatmap's cells are on its canvas: where Plotly would draw them.

import assert from "node:assert/strict";
import test from "node:test";
import { boxOf, boxOfPlot, cellIn, middleOf } from "../../assets/js/heatmap_plate.js";

/** @import { Layout } from "../../assets/js/heatmap_plot.js" */
/** @import { Plot } from "../../assets/js/plotly_calls.js" */

/** @type {(width: number, height: number, square: boolean) => Layout} */
const layout = (width, height, square) => ({
  uirevision: "",
  width: 200,
  height: 120,
  margin: { l: 10, r: 90, t: 20, b: 0 },
  shapes: [],
  xaxis: { range: [-0.5, width - 0.5], scaleanchor: square && "y" },
  yaxis: { range: [height - 0.5, -0.5] },
});

test("square cells stand in the middle of their room", () => {
  const box = boxOf(layout(10, 5, true));
  assert.deepEqual(
    [box.left, box.top, box.width, box.height, box.cellWidth, box.cellHeight],
    [10, 45, 100, 50, 10, 10],
  );
});

test("other cells fill it", () => {
  const { left, top, width, height } = boxOf(layout(10, 5, false));
  assert.deepEqual([left, top, width, height], [10, 20, 100, 100]);
});

test("every cell is found where it is drawn", () => {
  for (const box of [boxOf(layout(10, 5, true)), boxOf(layout(4, 7, false))])
    for (const [x, y] of [
      [0, 0],
      [3, 4],
    ]) {
      const [left, top] = middleOf(box, x, y);
      const found = cellIn(box, left + 0.4 * box.cellWidth, top - 0.4 * box.cellHeight);
      assert.deepEqual(found.map(Math.abs), [x, y]); // -0 is 0
    }
});

test("of a zoomed plot it is what that shows", () => {
  const axis = { _offset: 10, _length: 100 };
  const _fullLayout = { xaxis: { ...axis, range: [3, 8] }, yaxis: { ...axis, range: [4, 2] } };
  const box = boxOfPlot(/** @type {Plot} */ ({ _fullLayout }));
  assert.ok(box);
  assert.deepEqual([box.x0, box.y0, box.cellWidth, box.cellHeight], [3, 2, 20, 50]);
  assert.equal(boxOfPlot(/** @type {Plot} */ ({})), null);
});
