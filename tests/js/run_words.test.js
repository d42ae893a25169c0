// A training run's state and its times in words.

import assert from "node:assert/strict";
import test from "node:test";
import { t } from "../../assets/js/i18n.js";
import { momentOf } from "../../assets/js/train/run_moments.js";
import { agoWords, stateWords, timeLeft } from "../../assets/js/train/words.js";
import { aRun } from "./samples.js";
import { speak } from "./words.js";

await speak("en");

test("a run that has no step yet is starting", () => {
  assert.equal(stateWords(aRun([])), t("train.state.starting"));
  assert.equal(stateWords(aRun([1])), t("train.state.running"));
  const place = 3;
  assert.equal(
    stateWords(aRun([], { state: "waiting", place })),
    t("train.state.waiting", { place }),
  );
});

test("a stopped run says why, with its minutes", () => {
  const said = stateWords(aRun([1], { state: "stopped", reason: "time" }));
  assert.equal(said, "stopped: its 20 minutes are over");
  assert.equal(stateWords(aRun([1], { state: "stopped" })), t("train.state.stopped"));
});

test("silence is told in steps of five seconds, and in minutes from a hundred on", () => {
  assert.equal(agoWords(6.9), "5 s");
  assert.equal(agoWords(99.9), "95 s");
  assert.equal(agoWords(100), "2 min");
});

test("the time left goes by the middle one of the last nine speeds", () => {
  const slow = [0.1, 0.1], // the first steps
    last = [4, 9, 4, 9, 9, 4, 9, 4, 9];
  const said = timeLeft(aRun([...slow, ...last]), 198);
  assert.equal(said, t("train.seconds_left", { amount: 22, speed: 9 }));
});

test("nothing is said of the time left before there are nine speeds", () => {
  assert.equal(timeLeft(aRun([4, 4, 4, 4, 4, 4, 4, 4]), 200), "");
});

test("no more time is left than a run may take", () => {
  const run = aRun(Array(9).fill(1), { seconds: 1170 });
  assert.equal(timeLeft(run, 900), t("train.seconds_left", { amount: 30, speed: 1 }));
  const early = aRun(Array(9).fill(1), { seconds: 0 });
  assert.equal(timeLeft(early, 900), t("train.minutes_left", { amount: 15, speed: 1 }));
});

test("weights that are a moment of a run name it and the step", () => {
  const id = "0123456789abcdef".repeat(2);
  assert.deepEqual(momentOf(`run:${id}:250`), { id, step: 250 });
  for (const weights of ["trained", `file:${id}`, `run:${id}`, undefined])
    assert.equal(momentOf(weights).id, undefined);
});
