// The focused stage as one picture, and the cell at a place of it.

import assert from "node:assert/strict";
import test from "node:test";
import { cellAt, heightOf, layOut, pictureOf } from "../../assets/js/maps/picture.js";
import { aStage, aState } from "./samples.js";

/** @import { Coloring } from "../../assets/js/colors.js" */
/** @import { MapsView, Stage } from "../../assets/js/contract.js" */
/** @import { Shown } from "../../assets/js/maps/picture.js" */

/** @type {(stage: Stage, data: Float32Array) => MapsView} */
const viewOf = (stage, data) => ({
  state: aState(),
  link: "",
  messages: [],
  device: "CPU:0",
  controls: {},
  changes: [],
  pages: [],
  weights: {
    ...{ source: "untrained", shown: "untrained", status: "ok", steps: [] },
    initializer: "glorot_uniform",
  },
  stages: [stage],
  unfolded: {},
  picture: { shape: [0, 0, 0], data: new Float32Array() },
  z: { shape: [0], data: new Float32Array() },
  focus: {
    stage: stage.name,
    changeable: { arguments: [], without: null },
    questions: [],
    call: { target: "h", function: "f", arguments: [], first: "", notes: [] },
    statistics: {
      ...{ min: 0, max: 0, mean: 0, std: 0, count: 0, zeros: 0, dead: 0, constant: 0 },
      ...{ nan: 0, pos_inf: 0, neg_inf: 0, histogram: [], items_differ: null },
    },
  },
  values: { shape: stage.map_shape, data },
  mapping: "tanh",
  diagnostics: [],
  totals: { parameters: 0, macs: 0, bytes: 0, at_least: false, bytes_at_least: false },
  output_leads: {},
  kernels: null,
  explanation: null,
});

const STAGE = aStage([1, 2, 2]);
const VALUES = Float32Array.of(1, 10, 3, 30); // two cells of two channels

/** @type {(single: number | null) => Shown} */
const shownOf = (single) => ({
  view: viewOf(STAGE, VALUES),
  stage: STAGE,
  single,
  layout: layOut(STAGE, single, 800),
});

/** @type {Coloring} */
const COLORS = { name: "viridis", perChannel: false, range: () => [0, 30] };

test("all channels stand apart, and the gap between them is no cell", () => {
  const shown = shownOf(null),
    { values, gaps } = pictureOf(shown, COLORS);
  const cells = [...values].filter((_, at) => !gaps?.(at));
  assert.deepEqual(cells, [1, 3, 10, 30]);
  assert.ok([...values].every((value, at) => Number.isNaN(value) === gaps?.(at)));
});

test("channels on scales of their own go from 0 to 1 each", () => {
  /** @type {[number, number][]} */
  const ranges = [
    [1, 3],
    [0, 40],
  ];
  const colors = {
    name: "viridis",
    perChannel: true,
    range: (/** @type {number} */ at) => ranges[at],
  };
  const { values } = pictureOf(shownOf(null), colors);
  assert.deepEqual(
    [...values].filter((value) => !Number.isNaN(value)),
    [0, 1, 0.25, 0.75],
  );
  const alone = pictureOf(shownOf(1), colors);
  assert.deepEqual([...alone.values], [10, 30]); // one channel has the legend to itself
});

test("a cell of a channel that is shown alone is that channel's", () => {
  assert.deepEqual(cellAt(shownOf(1), 1, 0), { channel: 1, row: 0, column: 1 });
  assert.equal(cellAt(shownOf(1), 2, 0), null);
});

test("a stage of many cells shows as many channels as stay quick, one at least", () => {
  assert.equal(layOut(aStage([99, 99, 64]), null, 800).channels, 30); // 30 · 100² = 300 000
  assert.equal(layOut(aStage([999, 999, 4]), null, 800).channels, 1);
});

test("a picture is as high as its shape asks for, within bounds", () => {
  const { layout } = shownOf(0);
  assert.equal(heightOf({ ...layout, totalWidth: 100, totalHeight: 50 }, 590), 306);
  assert.equal(heightOf({ ...layout, totalWidth: 100, totalHeight: 500 }, 590), 430);
  assert.equal(heightOf({ ...layout, totalWidth: 500, totalHeight: 5 }, 590), 130);
});
