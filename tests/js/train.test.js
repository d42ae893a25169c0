// A run's settings, and what Gradio's buttons and plots of it are told.

import assert from "node:assert/strict";
import test from "node:test";
import { t } from "../../assets/js/i18n.js";
import { Told } from "../../assets/js/told.js";
import { RunComponents } from "../../assets/js/train/components.js";
import { figurePlot, lossPlot } from "../../assets/js/train/plots.js";
import { Settings } from "../../assets/js/train/settings.js";
import { aField, aRun, aState } from "./samples.js";
import { speak } from "./words.js";

/** @import { RunMoment, RunPoint } from "../../assets/js/contract.js" */
/** @import { Training } from "../../assets/js/train/training.js" */

await speak("en");

/** @type {(step: number, generator: number | null) => RunPoint} */
const aPoint = (step, generator) => {
  return { step, speed: 1, generator, discriminator: 0.5, realness: 0 };
};
/** @type {(step: number, dead: number) => RunMoment} */
const aMoment = (step, dead) => ({ step, checkerboard: 0.1, dead, drift: null });

/** @param {Record<string, unknown>} plot */
const rowsOf = ({ value }) => /** @type {{ data: unknown[][] }} */ (value).data;

test("losses go on under a paler name after the step that is shown", () => {
  const run = aRun([], { points: [aPoint(1, 2), aPoint(5, 3), aPoint(9, 1.23456)] });
  const plot = lossPlot(run, 5),
    after = t("train.later", { name: "generator" });
  const generator = rowsOf(plot).filter(([, , name]) => String(name).startsWith("generator"));
  assert.deepEqual(generator, [
    [1, 2, "generator"],
    [5, 3, "generator"],
    [5, 3, after],
    [9, 1.235, after],
  ]);
  const colors = /** @type {Record<string, string>} */ (plot.color_map);
  assert.equal(colors[after], "var(--generator-later)");
  assert.deepEqual(plot.x_lim, [0, 1000]);
  for (const at of [null, 9, 1, 0]) {
    const names = rowsOf(lossPlot(run, at)).map(([, , name]) => name);
    assert.equal(names.length, 8);
    assert.equal(new Set(names).size, 4, "of which the plot knows from its beginning");
  }
});

test("what was not finite is left out, and one point is no line", () => {
  const some = aRun([], { points: [aPoint(1, null), aPoint(2, 4)] });
  assert.deepEqual(rowsOf(lossPlot(some, null))[0], [2, 4, "generator"]);
  const one = aRun([], { moments: [aMoment(0, 0.5)] });
  assert.equal(figurePlot("dead", one, null).value, null);
});

test("a long run is thinned; its last point and the one that is shown stay", () => {
  const points = Array.from({ length: 299 }, (_, at) => aPoint(at, at));
  const steps = rowsOf(lossPlot(aRun([], { points }), 7)).map(([step]) => step);
  assert.ok(steps.length < 300);
  for (const step of [0, 7, 298]) assert.ok(steps.includes(step));
});

test("a figure's plot names its value at the step that is shown, and has a scale", () => {
  const none = aRun([], { moments: [aMoment(0, 0), aMoment(50, 0)] });
  assert.equal(figurePlot("dead", none, 50).label, "Dead channels: 0");
  assert.equal(figurePlot("dead", none, null).label, "Dead channels");
  assert.deepEqual(figurePlot("dead", none, 50).y_lim, [0, 1]);
  const some = aRun([], { moments: [aMoment(0, 0), aMoment(50, 0.25)] });
  assert.deepEqual(figurePlot("dead", some, 50).y_lim, [0, null]);
});

test("a component is told once what is news", () => {
  const told = new Told();
  assert.deepEqual(told.news("a", { visible: true, value: [1] }), { visible: true, value: [1] });
  assert.deepEqual(told.tell("a", { visible: true, value: [1] }), { visible: true, value: [1] });
  assert.deepEqual(told.tell("a", { visible: true, value: [2] }), { value: [2] });
  assert.deepEqual(told.news("a", { visible: true, value: [2] }), {});
  assert.deepEqual(told.news("b", { visible: true }), { visible: true });
});

const FIELDS = {
  upsample_dim: aField("upsample_dim", { default: 64, low: 8, high: 96, roles: ["structure"] }),
  steps: aField("steps", { default: 6000, low: 100, high: 20000 }),
  seed: aField("seed", { roles: ["unseen"] }),
};

test("the settings are those of the generator on the screen, where it may be trained", () => {
  const settings = new Settings(FIELDS);
  assert.deepEqual(settings.names, ["upsample_dim", "steps"]);
  settings.suggest({ ...aState(), upsample_dim: 32 });
  assert.deepEqual(settings.read(settings.names), { upsample_dim: 32, steps: 6000 });
  settings.suggest({ ...aState(), upsample_dim: 512 });
  assert.equal(settings.form.upsample_dim, 64);
});

test("what a hand has set stays until there is a run", () => {
  const settings = new Settings(FIELDS);
  /** @type {string[]} */
  const set = [];
  settings.on("set", (names) => set.push(...names));
  settings.set({ steps: "" });
  settings.suggest({ ...aState(), upsample_dim: 32 });
  assert.deepEqual(settings.read(settings.names), { upsample_dim: 64, steps: "" });
  assert.deepEqual(set, ["steps"]);
  settings.fill({ ...aRun([]).settings, upsample_dim: 8, steps: 500 });
  assert.deepEqual(settings.read(settings.names), { upsample_dim: 8, steps: 500 });
});

const BUTTONS = { parts: ["run", "start", "pause", "stop"], plots: [] };

// What the page, the run's column and the buttons show of a run in some state.
/** @type {(state: { run: object, going?: boolean, looks?: boolean }) => unknown[]} */
function shown(state) {
  const moments = { recorded: false, offered: false, shown: null, steps: [], step: null };
  const training = { moments, going: true, looks: false, on: () => {}, ...state };
  const components = new RunComponents(/** @type {Training} */ (/** @type {unknown} */ (training)));
  const [run, start, pause, stop] = components.follow(BUTTONS);
  return [run.visible, start.interactive, start.value, pause.visible, pause.value, stop.visible];
}

test("who began a run may act on it while it is heard of, and begins no other meanwhile", () => {
  const status = aRun([1]),
    [start, pause] = [t("train.start"), t("train.pause")];
  const run = { status, mine: true, lost: false };
  assert.deepEqual(shown({ run }), [true, false, start, true, pause, true]);
  const resume = t("train.resume"),
    paused = aRun([1], { state: "paused" }),
    waiting = aRun([], { state: "waiting", place: 2 });
  assert.deepEqual(shown({ run: { ...run, status: paused } }).slice(3), [true, resume, true]);
  assert.deepEqual(shown({ run: { ...run, status: waiting } }).slice(3), [false, pause, true]);
  assert.deepEqual(shown({ run: { ...run, lost: true } }).slice(3), [false, pause, false]);
  assert.deepEqual(shown({ run, going: false }).slice(1), [true, start, false, pause, false]);
});

test("who looks on may only begin a run of his own", () => {
  const run = { status: aRun([1]), mine: false, lost: false };
  const seen = [true, true, t("train.start_own"), false, t("train.pause"), false];
  assert.deepEqual(shown({ run, looks: true }), seen);
});
