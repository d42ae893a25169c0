// The tracer's pure parts.

import assert from "node:assert/strict";
import test from "node:test";
import { known } from "../../assets/js/known.js";
import { span } from "../../assets/js/tracer/span.js";

test("set positions are told as runs", () => {
  assert.equal(span([]), "");
  assert.equal(span([0, 0]), "");
  assert.equal(span([1, 1, 1]), "0–2");
  assert.equal(span([1, 0, 1, 1, 0, 0, 1]), "0, 2–3, 6");
});

test("many runs are cut short", () => {
  const every = Array.from({ length: 14 }, (_, at) => (at + 1) % 2);
  assert.equal(span(every), "0, 2, 4, 6, 8, 10 …");
  assert.equal(span(every.slice(0, 12)), "0, 2, 4, 6, 8, 10");
});

test("what is not there is a mistake that says so; 0, empty and false are there", () => {
  for (const value of [0, "", false]) assert.equal(known(value), value);
  for (const value of [null, undefined]) assert.throws(() => known(value), /before it was there/);
});
