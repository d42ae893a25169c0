// The padding lab: where a padded cell comes from, and what is marked for it.

import assert from "node:assert/strict";
import test from "node:test";
import { FROM, TO } from "../../assets/js/colors.js";
import { axisSentence } from "../../assets/js/lab/axis_sentence.js";
import {
  arrow,
  isWhollyAdded,
  marksOf,
  mirrorAt,
  originOf,
  padsOf,
  tileOf,
} from "../../assets/js/lab/sources.js";
import { speak } from "./words.js";

/** @import { Lab, Pair } from "../../assets/js/contract.js" */

/** @type {(name: string, size: number, pads: Pair, sources: number[]) => Lab["axes"][number]} */
const axis = (name, size, pads, sources) => ({
  name,
  used: size > 1 || sources.length > 1,
  size,
  limit: null,
  pads,
  sources,
});

const EMPTY = { shape: [0], data: new Float32Array() },
  NO_CODES = { shape: [0, 0, 0], data: new Uint8Array() };
const TILES = {
  places: [],
  low: EMPTY,
  high: EMPTY,
  codes: NO_CODES,
  first: { shape: [0], data: new Float32Array() },
};

// Three rows, padded by two above and one below; two columns, padded by one on the right.
/** @type {(changes?: Partial<Lab>) => Lab} */
const aLab = (changes = {}) => ({
  axes: [
    axis("batch", 1, [0, 0], [0]),
    axis("height", 3, [2, 1], [2, 1, 0, 1, 2, 1]),
    axis("width", 2, [0, 1], [0, 1, 0]),
    axis("channels", 1, [0, 1], [0, -1]),
  ],
  signed: true,
  mode: "REFLECT",
  constant: 0.5,
  item: 0,
  channel: 0,
  source: { shape: [3, 2], data: new Float32Array(6) },
  padded: { shape: [6, 3], data: new Float32Array(18) },
  items: TILES,
  channels: TILES,
  ...changes,
});

test("a padded cell copies the one that each of its axes names", () => {
  assert.deepEqual(originOf(aLab(), [0, 2]), [0, 2, 0, 0]);
  assert.deepEqual(originOf(aLab({ channel: 1 }), [2, 1]), [0, 0, 1, -1]);
});

test("a channel of constants has no original", () => {
  assert.ok(isWhollyAdded(aLab({ channel: 1 })));
  assert.ok(!isWhollyAdded(aLab()));
});

test("a tile says what it holds: of an added item of constants, constants alone", async () => {
  await speak("en");
  const channels = axis("channels", 2, [1, 1], [1, 0, 1, -1]);
  const told = (/** @type {boolean} */ isConstant) =>
    channels.sources.map((_, place) => tileOf(place, channels, isConstant));
  assert.deepEqual(told(false), [
    { added: true, text: "padded 0 ← original 1, a copy" },
    { added: false, text: "padded 1 = original 0" },
    { added: false, text: "padded 2 = original 1" },
    { added: true, text: "padded 3 ← constant" },
  ]);
  assert.ok(told(true).every(({ text }, place) => text === `padded ${place} ← constant`));
});

test("pairs of axes that the tensor lacks stay the generator’s", () => {
  const [pads, own] = ["0,0,2,1,0,1,0,1", "1,0,3,3,3,3,4,5"];
  assert.equal(padsOf(aLab(), pads, own), "1,0,2,1,0,1,0,1");
  assert.equal(padsOf(null, pads, own), pads);
});

test("REFLECT mirrors about the middle of an edge cell, SYMMETRIC about the edge", () => {
  const [, rows] = aLab().axes;
  assert.deepEqual([mirrorAt(rows, 1, "REFLECT"), mirrorAt(rows, 1, "SYMMETRIC")], [2.5, 2]);
  assert.deepEqual([mirrorAt(rows, 5, "REFLECT"), mirrorAt(rows, 5, "SYMMETRIC")], [4.5, 5]);
});

test("a cell beside the original is marked with its source and one mirror line", () => {
  assert.deepEqual(marksOf(aLab(), [1, 1], [1, 1]), [
    { row: 3, column: 1, color: FROM },
    { row: 2.5, column: 0, rows: 0, columns: 3, color: TO },
  ]);
});

test("a corner has both lines, and the two cells in between", () => {
  const marks = marksOf(aLab(), [5, 2], [1, 0]);
  assert.deepEqual(marks.slice(1, 3), [
    { row: 4.5, column: 0, rows: 0, columns: 3, color: TO },
    { row: 0, column: 1.5, rows: 6, columns: 0, color: TO },
  ]);
  assert.deepEqual(
    marks.slice(3).map(({ row, column }) => [row, column]),
    [
      [3, 2],
      [5, 0],
    ],
  );
});

test("a cell of the original is marked alone", () => {
  assert.deepEqual(marksOf(aLab(), [2, 0], [0, 0]), [{ row: 2, column: 0, color: FROM }]);
});

test("words name the axes that the tensor has, and those that were mirrored", async () => {
  await speak("en");
  const corner = arrow(aLab(), [5, 2]);
  assert.ok(corner.includes("[5, 2, 0]") && corner.includes("[1, 0, 0]"), corner);
  for (const word of ["REFLECT", "height", "width"]) assert.ok(corner.includes(word), corner);
  assert.ok(!arrow(aLab(), [2, 0]).includes("REFLECT"));
  assert.ok(arrow(aLab({ channel: 1 }), [2, 0]).includes("← 0.5"));
});

test("a pad's sentence tells the sizes before and after", async () => {
  await speak("en");
  const mirrored = axisSentence("height", { before: 3, after: 2, size: 32, mode: "REFLECT" });
  for (const number of ["3", "2", "32", "37"]) assert.ok(mirrored.includes(number), mirrored);
  const constant = { before: 1, after: 0, size: 4, mode: "CONSTANT", constant: "−2" };
  assert.ok(axisSentence("width", constant).includes("−2"));
  const none = axisSentence("width", { before: 0, after: 0, size: 4, mode: "CONSTANT" });
  assert.ok(none.includes("4") && !none.includes("5"), none);
});
