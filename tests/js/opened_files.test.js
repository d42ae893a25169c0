// File names as they are shown.

import assert from "node:assert/strict";
import test from "node:test";
import { shownName } from "../../assets/js/opened_files.js";

test("a short name is shown whole", () => {
  assert.equal(shownName("weights.npz"), "weights.npz");
  assert.equal(shownName("权重.npz"), "权重.npz");
});

test("a long one is cut in the middle: its suffix stays", () => {
  const shown = shownName(`${"a".repeat(100)}-step-400.npz`);
  assert.equal([...shown].length, 48);
  assert.ok(shown.startsWith("a".repeat(31)) && shown.includes("…"));
  assert.ok(shown.endsWith("-step-400.npz"));
});

test("letters are counted, not halves of them", () => {
  const name = "😀".repeat(48);
  assert.equal(shownName(name), name);
  assert.equal([...shownName(`${name}.npz`)].length, 48);
  const cut = `${"😀".repeat(31)}…${"😀".repeat(12)}.npz`;
  assert.equal(shownName(`${"😀".repeat(300)}.npz`), cut);
});

test("what cannot be seen, or turns the text around, is marked", () => {
  assert.equal(shownName("a\u202egnp.exe"), "a\ufffdgnp.exe");
  assert.equal(shownName("a\nb\u0000c"), "a\ufffdb\ufffdc");
  assert.equal(shownName("half \ud83d"), "half \ufffd");
});
