// Values of arguments between a link's text and the controls that hold them.

import assert from "node:assert/strict";
import test from "node:test";
import { isUsual, setsBoth, shownIn, writtenOf } from "../../assets/js/maps/entries.js";

/** @import { Changeable } from "../../assets/js/contract.js" */

/** @type {(told: Partial<Changeable>) => Changeable} */
const anArgument = (told) => ({
  ...{ name: "size", entry: "number", value: "", usual: "", choices: [] },
  ...{ low: 0, high: 9, whole: true, grouped: false, none: "", tops: [], none_as: [] },
  ...{ without: "", others: "" },
  ...told,
});

test("what controls hold of a value is that value again", () => {
  /** @type {[Partial<Changeable>, number, unknown[]][]} */
  const cases = [
    [{ value: "12" }, 1, [12]],
    [{ value: "0.001" }, 1, [0.001]],
    [{ entry: "pair", value: "5,3" }, 2, [5, 3]],
    [{ entry: "pair", value: "none", none: "none" }, 2, [null, null]],
    [{ entry: "numbers", value: "4,8,-1" }, 1, ["4, 8, -1"]],
    [{ entry: "numbers", value: "0,0,3,3", grouped: true }, 1, ["[[0, 0], [3, 3]]"]],
    [{ entry: "choice", value: "same" }, 1, ["same"]],
    [{ entry: "switch", value: "false" }, 1, [false]],
  ];
  for (const [told, parts, held] of cases) {
    const argument = anArgument(told);
    const shown = Array.from({ length: parts }, (_, part) => shownIn(argument, part));
    assert.deepEqual(shown, held);
    assert.equal(writtenOf(argument, shown), argument.value);
  }
});

test("half of a pair waits for the other; of none the other keeps what that means", () => {
  const pair = anArgument({ entry: "pair", value: "5,5" }),
    none = anArgument({ entry: "pair", value: "none", none: "none" }),
    partly = { ...none, none_as: [null, 0] },
    wholly = { ...none, none_as: [1, 0] };
  assert.equal(writtenOf(pair, [3, null]), "");
  assert.equal(writtenOf(pair, [null, null]), "");
  assert.equal(writtenOf(none, [null, 1]), "1,1");
  assert.equal(writtenOf(partly, [2, null]), "2,0");
  assert.equal(writtenOf(partly, [null, ""]), "none");
  assert.equal(writtenOf(partly, ["", 1]), "1,1");
  assert.deepEqual(
    [none, partly, wholly, pair].map((one) => setsBoth(one)),
    [true, true, false, false],
  );
  assert.equal(writtenOf(anArgument({ value: "5" }), [null]), "");
});

test("numbers are read with brackets, other commas and crosses", () => {
  const sizes = anArgument({ entry: "numbers", value: "4,8,256" });
  assert.equal(writtenOf(sizes, ["(4×8， 64)"]), "4,8,64");
});

test("a number is the usual one however it is written, and of an unknown one none is", () => {
  assert.equal(isUsual(anArgument({ usual: "1e-05" }), "0.00001"), true);
  assert.equal(isUsual(anArgument({ usual: "" }), "0"), false);
  assert.equal(isUsual(anArgument({ entry: "pair", usual: "5,5" }), "5,3"), false);
});
