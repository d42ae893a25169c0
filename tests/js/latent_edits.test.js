// z as the link writes it.

import assert from "node:assert/strict";
import test from "node:test";
import { editsBesides, readEntry, withEdit, withVectors } from "../../assets/js/latent_edits.js";

test("an entry is any number that a float32 holds", () => {
  for (const [text, value] of Object.entries({ 0.5: 0.5, " −1e3 ": -1000, "3.4e38": 3.4e38 }))
    assert.deepEqual(readEntry(text), { value, problem: null });
  for (const text of ["", "  ", "x", "1,5", "Infinity", "NaN", "1 2", "1e", "-"])
    assert.equal(readEntry(text).problem, "not_a_number", text);
  for (const text of ["3.5e38", "−4e38", "1e39", "1e400", "-1e999"])
    assert.equal(readEntry(text).problem, "out_of_range", text);
});

test("an entry is set once, the newest last; others stay", () => {
  assert.equal(withEdit("", 0, 3, 1.5), "0.3:1.5");
  assert.equal(withEdit("0.3:1.5,1.3:2", 0, 3, -1), "1.3:2,0.3:-1");
  assert.equal(withEdit("0.31:1,10.3:2", 0, 3, 0), "0.31:1,10.3:2,0.3:0");
});

test("a vector takes the place of its item's edits, a batch of all", () => {
  const edits = "0.3:1,1.3:2,10.3:3";
  assert.equal(editsBesides(edits, 1, 1), "0.3:1,10.3:3");
  assert.equal(editsBesides(edits, 0, 1), "1.3:2,10.3:3");
  assert.equal(editsBesides(edits, 0, 2), "");
  assert.equal(editsBesides("", 0, 1), "");
});

test("a vector takes the place of its item's vector, a batch of everything", () => {
  assert.equal(withVectors("", "0.1.AAA", 1), "0.1.AAA");
  assert.equal(withVectors("0.1.AAA~1.1.BBB", "0.1.CCC", 1), "1.1.BBB~0.1.CCC");
  assert.equal(withVectors("10.1.AAA", "1.1.BBB", 1), "10.1.AAA~1.1.BBB");
  assert.equal(withVectors("0.1.AAA~1.1.BBB", "0.2.DDD", 2), "0.2.DDD");
  assert.equal(withVectors("0.3.AAA", "0.1.BBB", 1), "0.3.AAA~0.1.BBB"); // a batch stays below
});
