// The line of code that makes a stage: what stands in it, and what is told of it.

/** @import { Argument } from "../../assets/js/contract.js" */

import assert from "node:assert/strict";
import test from "node:test";
import { t } from "../../assets/js/i18n.js";
import { countOf, standing, wordsOf } from "../../assets/js/maps/call.js";
import { speak } from "./words.js";

/** @type {(name: string, more?: Partial<Argument>) => Argument} */
const argument = (name, more = {}) => ({
  name,
  code: `${name}=1`,
  default: "",
  sentence: { code: "momentum", params: { keeps: 0.9, takes: 0.1 } },
  fields: [],
  shown: false,
  made: null,
  changes: "",
  ...more,
});

test("folded, those stand that the original writes; unfolded, all", () => {
  const all = [argument("a", { shown: true }), argument("b")];
  assert.deepEqual(standing(all, false), [all[0]]);
  assert.deepEqual(standing(all, true), all);
});

test("arguments of a value's own call count as well", () => {
  const made = { function: "f", arguments: [argument("c"), argument("d")] };
  assert.equal(countOf([argument("a"), argument("b", { made })]), 4);
  assert.equal(countOf([]), 0);
});

for (const language of ["en", "zh-CN"])
  test(`a default is told where the value is another: ${language}`, async () => {
    await speak(language);
    const said = t("arguments.momentum", { keeps: 0.9, takes: 0.1 });
    assert.ok(said.includes("0.9") && !said.includes("{"));
    assert.equal(wordsOf(argument("a")), said);
    const both = wordsOf(argument("a", { default: "0.99" }));
    assert.ok(both.startsWith(said) && both.endsWith(t("call.default", { default: "0.99" })));
  });
