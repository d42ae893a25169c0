// What is wrong, in words: errors, pads by their names, the way back under a limit.

/** @import { Params, Sentence, ServerError } from "../../assets/js/contract.js" */

import assert from "node:assert/strict";
import test from "node:test";
import { t } from "../../assets/js/i18n.js";
import { padName, ruleWords, withLimit, wording, wrongPads } from "../../assets/js/messages.js";
import { speak } from "./words.js";

/** @type {(code: string, params?: Params, message?: string) => ServerError} */
const error = (code, params = {}, message = "in English") => ({
  code,
  field: null,
  params,
  message,
  offer: {},
});
const TWO_PADS = "paddings[1][0] = “70”, paddings[3][1] = “x”";

test("an error is told in the reader's language, one without words as the server did", async () => {
  await speak("en");
  const params = { field: "C", value: "0", allowed: "1 … 256" };
  assert.equal(wording(error("out_of_range", params)), t("errors.out_of_range", params));
  assert.ok(wording(error("out_of_range", params)).includes("1 … 256"));
  assert.equal(wording(error("a_code_of_tomorrow")), "in English");
});

test("an exception is told as a mistake of ours", () => {
  assert.equal(wording(new Error("x is not a function")), t("errors.page_failed"));
});

test("an axis has the reader's word", async () => {
  await speak("zh");
  const said = wording(error("kernel_exceeds_map", { axis: "height", field: "output_kernel" }));
  assert.ok(said.includes(t("axes.height")) && !said.includes("height"));
  await speak("en");
});

test("pads are found by axis and side, and named as their boxes are", () => {
  assert.deepEqual(wrongPads(error("bad_pads", { pads: TWO_PADS })), [2, 7]);
  assert.deepEqual(wrongPads(error("out_of_range")), []);
  assert.equal(padName(1, 0), `${t("axes.height")}, ${t("ui.before")}`);
  assert.equal(padName(3, 1), `${t("axes.channels")}, ${t("ui.after")}`);
  const said = wording(error("bad_pads", { pads: TWO_PADS, allowed: "0 … 64" }));
  assert.ok(said.includes(`${padName(1, 0)} = “70”`) && said.includes(`${padName(3, 1)} = “x”`));
  assert.ok(!said.includes("paddings["));
});

test("a user's own text is no pad's name", () => {
  const pads = "paddings[1][0] = “paddings[2][0]”";
  assert.deepEqual(wrongPads(error("bad_pads", { pads })), [2]);
});

test("no pad of an axis stays above its limit; the other axes stay", () => {
  assert.equal(withLimit("1,2,30,4,50,6,7,80", 1, 9), "1,2,9,4,50,6,7,80");
  assert.equal(withLimit("1,2,30,4,50,6,7,80", 3, 0), "1,2,30,4,50,6,0,0");
  assert.equal(withLimit("[[1, 2], [30, 4], [50, 6], [7, 80]]", 1, 9), "1,2,9,4,50,6,7,80");
});

test("rules stand in a row of sentences", () => {
  /** @type {Sentence[]} */
  const rules = [
    { code: "half_odd", params: { taken: 6, half: 3 } },
    { code: "size_kept", params: { rows: 9, columns: 7 } },
  ];
  const words = ruleWords(rules);
  for (const { code, params } of rules) assert.ok(words.includes(t(`pad_rules.${code}`, params)));
  assert.ok(!words.includes("{"));
  assert.equal(ruleWords([]), "");
});
