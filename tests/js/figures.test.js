// Small pictures: a histogram's bars and an activation's curve.

import assert from "node:assert/strict";
import test from "node:test";
import { curvePath, curveScales, HEIGHT, ROOM, WIDTH } from "../../assets/js/curve.js";
import { barHeight, HIGHEST } from "../../assets/js/histogram.js";

/** @type {(one: number, other: number) => boolean} */
const near = (one, other) => Math.abs(one - other) < 1e-9;

test("bars grow with the logarithm: none, one that is seen, the highest", () => {
  assert.equal(barHeight(0, 1000), 0);
  assert.equal(barHeight(1, 1e30), 2);
  assert.ok(near(barHeight(1000, 1000), HIGHEST));
  assert.ok(near(barHeight(1, 1), HIGHEST));
  assert.ok(near(barHeight(99, 9999), HIGHEST / 2)); // 100 is half of 10000, in powers
});

test("a curve fills its width and, with the axis, its height", () => {
  const xs = Float32Array.of(-4, 0, 4),
    ys = Float32Array.of(0, 0, 4);
  const { left, top, first, last, high } = curveScales(xs, ys);
  assert.deepEqual([first, last, high], [-4, 4, 4]);
  assert.deepEqual([left(-4), left(0), left(4)], [0, WIDTH / 2, WIDTH]);
  assert.deepEqual([top(0), top(4)], [HEIGHT - ROOM, ROOM]);
});

test("the axis is inside a curve that lies above or below it", () => {
  const xs = Float32Array.of(0, 1);
  const above = curveScales(xs, Float32Array.of(2, 3));
  assert.equal(above.top(0), HEIGHT - ROOM);
  const below = curveScales(xs, Float32Array.of(-2, -3));
  assert.deepEqual([below.top(0), below.top(-3), below.high], [ROOM, HEIGHT - ROOM, 0]);
});

test("a curve of zeros can be drawn", () => {
  const flat = curveScales(Float32Array.of(0, 1), Float32Array.of(0, 0));
  assert.equal(flat.top(0), HEIGHT - ROOM);
});

test("the path goes through every point, to a tenth of a unit", () => {
  const xs = Float32Array.of(0, 1, 2),
    ys = Float32Array.of(0, 0.25, 1);
  const scales = {
    left: (/** @type {number} */ x) => 10 * x,
    top: (/** @type {number} */ y) => y / 3,
  };
  assert.equal(curvePath(xs, ys, scales), "M0.0,0.0L10.0,0.1L20.0,0.3");
});
