// What is said of weights: of statistics that tell too little, of layers that are not known.

import assert from "node:assert/strict";
import test from "node:test";
import { t } from "../../assets/js/i18n.js";
import { fileWords, nameOf, wordsOf } from "../../assets/js/weights.js";
import { aState } from "./samples.js";
import { speak } from "./words.js";

/** @import { NamedWeights } from "../../assets/js/opened_files.js" */

/** @type {(shown: string, neutral: string[], supply?: NamedWeights["supply"]) => string[]} */
function said(shown, neutral, supply = {}) {
  const view = { shown, status: "ok", untold: { neutral }, supply };
  return fileWords(/** @type {NamedWeights} */ (/** @type {unknown} */ (view)), aState());
}

test("the switch of statistics is told where it stands: of all, or of each stage", async () => {
  await speak("en");
  assert.equal(said("file", ["fc1"]).at(-1), t("weights.batch_own"));
  assert.equal(said("graph", ["bn"]).at(-1), t("weights.batch_own_stage"));
  assert.deepEqual(said("graph", []), [t("weights.graph")]);
});

test("what makes no picture is called a model, no generator", async () => {
  await speak("en");
  const found = { source: "graph:0", name: "d.h5", fields: { weights: "graph:0" } };
  assert.equal(nameOf({ ...found, draws: true }), "the generator of d.h5");
  assert.equal(nameOf({ ...found, draws: false }), "the model of d.h5");
});

test("unknown layers are named, by what they were given, what was dropped first", async () => {
  await speak("en");
  const supply = { alone: ["pn", "attend"], outdated: ["mix"], given: ["fade"] };
  assert.deepEqual(said("graph", [], supply), [
    t("weights.layers_outdated", { layers: "mix" }),
    t("weights.graph"),
    t("weights.layers_alone", { layers: "pn, attend" }),
    t("weights.layers_given", { layers: "fade" }),
  ]);
});

test("what was done begins a sentence", async () => {
  await speak("en");
  const view = { shown: "untrained", status: "ok", steps: [{ code: "stages_changed", after: 5 }] };
  const weights = /** @type {NamedWeights} */ (/** @type {unknown} */ (view));
  assert.ok(wordsOf(weights, aState(), undefined).startsWith("Changes of single stages: 5. On "));
});

test("what was assumed is said of the file, not of what was changed since", async () => {
  await speak("en");
  const assumptions = [{ code: "torch_window", stages: "main.3", value: "stride 2", told: false }];
  const list = "stride 2 (main.3)";
  for (const [steps, lead] of /** @type {const} */ ([
    [[], "lead"],
    [[{ code: "stages_changed" }], "lead_changed"],
  ])) {
    const view = { shown: "graph", status: "ok", assumptions, steps };
    const weights = /** @type {NamedWeights} */ (/** @type {unknown} */ (view));
    assert.equal(fileWords(weights, aState()).at(-1), t(`assumed.${lead}`, { list }));
  }
});
