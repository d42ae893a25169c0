// A heatmap as Plotly takes it: what is not finite, and frames that stand around whole cells.

import assert from "node:assert/strict";
import test from "node:test";
import { frame, labelTrace, MARK_KINDS, markTrace } from "../../assets/js/heatmap_plot.js";

test("each kind of value that is not finite has a mark, finite ones and gaps have none", () => {
  const values = Float32Array.of(1, -Infinity, Infinity, NaN, NaN, 0);
  const { z } = markTrace({ values, width: 3, height: 2, gaps: (at) => at === 4 });
  assert.deepEqual(z, [
    [null, 0, 1],
    [2, null, null],
  ]);
  assert.deepEqual(
    MARK_KINDS.map(({ name }) => name),
    ["−Inf", "+Inf", "NaN"],
  );
  assert.equal(new Set(MARK_KINDS.map(({ color }) => color)).size, 3);
});

test("a frame stands around its cells, half a cell beyond their middles", () => {
  const { x0, y0, x1, y1 } = frame(2, 3, 4, 3, "#000");
  assert.deepEqual([x0, y0, x1, y1], [1.5, 2.5, 4.5, 3.5]);
});

test("labels stand at their places", () => {
  const { x, y, text } = labelTrace([
    [1, 2, "a"],
    [3, 4, "b"],
  ]);
  assert.deepEqual(
    [x, y, text],
    [
      [1, 3],
      [2, 4],
      ["a", "b"],
    ],
  );
});
