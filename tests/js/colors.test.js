// Which colours values get: the rule of signs, ranges, and what is not finite.

/** @import { Stage } from "../../assets/js/contract.js" */

import assert from "node:assert/strict";
import test from "node:test";
import {
  codeTable,
  coloring,
  coloringOfWhole,
  cssGradient,
  LEVELS,
  markOf,
  pixel,
  plotlyScale,
  scaleOf,
  setGround,
  valueTable,
} from "../../assets/js/colors.js";
import { aStage, aState } from "./samples.js";

const ANY = aState();

/** @param {number} word */
const rgb = (word) => [word & 255, (word >> 8) & 255, (word >> 16) & 255];

/** @type {(low: number[], high: number[], signed?: boolean) => Stage} */
const ranged = (low, high, signed = false) =>
  aStage([2, 1, low.length], {
    low: { shape: [low.length], data: Float32Array.from(low) },
    high: { shape: [high.length], data: Float32Array.from(high) },
    signed,
  });

test("what can be negative is diverging around 0, what cannot sequential from 0", () => {
  assert.deepEqual(scaleOf([1, -3, 2], true), { name: "blue_orange", low: -3, high: 3 });
  assert.deepEqual(scaleOf([1, 3], false), { name: "viridis", low: 0, high: 3 });
  assert.deepEqual(scaleOf([1, 3], true), { name: "blue_orange", low: -3, high: 3 });
});

test("values that are not finite, or none, leave a scale that can be drawn", () => {
  assert.deepEqual(scaleOf([NaN, Infinity, 2], false), { name: "viridis", low: 0, high: 2 });
  assert.deepEqual(scaleOf([], true), { name: "blue_orange", low: -1, high: 1 });
  assert.deepEqual(scaleOf([0, 0], false), { name: "viridis", low: 0, high: 1 });
});

test("a stage's colours: one range for all channels", () => {
  const { name, perChannel, range } = coloring(ANY, ranged([0, 2], [4, 8]));
  assert.deepEqual([name, perChannel, range(0), range(1)], ["viridis", false, [0, 8], [0, 8]]);
});

test("each channel's own range, and the whole stage's where one is wanted", () => {
  const state = { ...ANY, range: /** @type {const} */ ("channel") };
  const stage = ranged([0, 2], [4, 8]);
  const each = coloring(state, stage);
  assert.deepEqual([each.perChannel, each.range(0), each.range(1)], [true, [0, 4], [2, 8]]);
  const whole = coloringOfWhole(state, stage);
  assert.deepEqual([whole.perChannel, whole.range(1)], [false, [0, 8]]);
});

test("where a channel is one value, or there is one, the range is the whole stage's", () => {
  const state = { ...ANY, range: /** @type {const} */ ("channel") };
  for (const stage of [
    { ...ranged([1, 2], [1, 2]), map_shape: [1, 1, 2] },
    { ...ranged([1], [2]), map_shape: [2, 1, 1] },
  ]) {
    const { perChannel, range } = coloring(state, stage);
    assert.deepEqual([perChannel, range(0)], [false, [1, 2]]);
  }
});

test("a signed stage, and one that is asked to be, lies around 0", () => {
  const signed = coloring(ANY, ranged([-1], [3], true));
  assert.deepEqual([signed.name, signed.range(0)], ["blue_orange", [-3, 3]]);
  const asked = coloring({ ...ANY, range: "symmetric" }, ranged([1], [3]));
  assert.deepEqual([asked.name, asked.range(0)], ["blue_orange", [-3, 3]]);
  const chosen = coloring({ ...ANY, colormap: "greys" }, ranged([-1], [3], true));
  assert.deepEqual([chosen.name, chosen.range(0)], ["greys", [-1, 3]]);
});

test("a frozen range holds whatever the values are; an empty one is opened", () => {
  const state = { ...ANY, range: /** @type {const} */ ("frozen"), frozen_low: -2, frozen_high: 5 };
  assert.deepEqual(coloring(state, ranged([0], [100])).range(0), [-2, 5]);
  const empty = { ...state, frozen_low: 4, frozen_high: 4 };
  assert.deepEqual(coloring(empty, ranged([0], [100])).range(0), [4, 5]);
  assert.deepEqual(coloring(ANY, ranged([7], [7])).range(0), [7, 8]);
});

test("codes run from the first colour to the last", () => {
  const stage = ranged([0], [10]);
  const table = codeTable(stage, 0, coloring({ ...ANY, colormap: "greys" }, stage));
  assert.deepEqual(rgb(table[0]), [0, 0, 0]);
  assert.deepEqual(rgb(table[LEVELS]), [255, 255, 255]);
  const greys = Array.from(table.slice(0, LEVELS + 1), (word) => word & 255);
  assert.ok(greys.every((grey, at) => at === 0 || grey >= greys[at - 1]));
  assert.ok(Math.abs(greys[LEVELS / 2] - 127.5) < 1);
  assert.ok(table.every((word) => word >>> 24 === 255 || word === 0));
});

test("a channel inside a wider range takes its part of the colours, one outside is clipped", () => {
  const state = { ...ANY, colormap: /** @type {const} */ ("greys") };
  const wide = ranged([0, 5], [10, 10]);
  const upper = codeTable(wide, 1, coloring(state, wide));
  assert.ok(Math.abs((upper[0] & 255) - 127.5) < 1);
  assert.equal(upper[LEVELS] & 255, 255);
  const frozen = {
    ...state,
    range: /** @type {const} */ ("frozen"),
    frozen_low: 4,
    frozen_high: 6,
  };
  const clipped = codeTable(wide, 0, coloring(frozen, wide));
  assert.deepEqual([clipped[0] & 255, clipped[LEVELS] & 255], [0, 255]);
});

test("what is not finite has marks of its own, as a code and as a value", () => {
  const stage = ranged([0], [1]);
  const table = codeTable(stage, 0, coloring(ANY, stage));
  const color = valueTable({ name: "greys" }, 0, 1);
  for (const [code, value] of /** @type {const} */ ([
    [253, -Infinity],
    [254, Infinity],
    [255, NaN],
  ])) {
    assert.equal(table[code], pixel(markOf(value)));
    assert.equal(color(value), pixel(markOf(value)));
  }
  assert.equal(new Set([markOf(NaN), markOf(Infinity), markOf(-Infinity)]).size, 3);
});

test("a value's pixel: ends, middle, beyond, and a range of no width", () => {
  const color = valueTable({ name: "greys" }, -1, 1);
  assert.deepEqual(
    [-1, 0, 1].map((value) => color(value) & 255),
    [0, 128, 255],
  );
  assert.deepEqual(
    [-9, 9].map((value) => color(value) & 255),
    [0, 255],
  );
  assert.equal(valueTable({ name: "greys" }, 3, 3)(3) & 255, 0);
});

test("pixels are little-endian RGBA, opaque", () => {
  assert.deepEqual([...new Uint8Array(Uint32Array.of(pixel([1, 2, 3])).buffer)], [1, 2, 3, 255]);
});

test("Plotly's scale and the legend's gradient hold the same colours", () => {
  assert.deepEqual(plotlyScale("greys"), [
    [0, "rgb(0,0,0)"],
    [1, "rgb(255,255,255)"],
  ]);
  assert.equal(cssGradient("greys"), "linear-gradient(to top, rgb(0,0,0), rgb(255,255,255))");
  for (const name of /** @type {const} */ (["viridis", "cividis", "blue_orange"])) {
    const scale = plotlyScale(name);
    assert.deepEqual([scale[0][0], scale[scale.length - 1][0]], [0, 1]);
    for (const [, color] of scale) assert.ok(cssGradient(name, "to right").includes(color));
  }
});

test("0 is as the page's ground, and both signs grow away from it evenly", () => {
  /** @param {string} color */
  const brightness = (color) => {
    const [red, green, blue] = (color.match(/\d+/g) ?? []).map(Number);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  for (const [dark, away] of /** @type {[boolean, number][]} */ ([
    [false, -1],
    [true, 1],
  ])) {
    setGround(dark);
    const lights = plotlyScale("blue_orange").map(([, color]) => away * brightness(color)),
      middle = (lights.length - 1) / 2;
    assert.equal(Math.min(...lights), lights[middle]);
    for (let at = 0; at < middle; at++) {
      assert.ok(lights[at] > lights[at + 1]);
      assert.ok(lights[lights.length - 1 - at] > lights[lights.length - 2 - at]);
      assert.ok(Math.abs(lights[at] - lights[lights.length - 1 - at]) < 45);
    }
    assert.equal(valueTable({ name: "viridis" }, 0, 1)(0), pixel([68, 1, 84]));
  }
  setGround(false);
});
