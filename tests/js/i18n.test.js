// Words: placeholders, plurals.

import assert from "node:assert/strict";
import test from "node:test";
import { asSentence, has, t, unit } from "../../assets/js/i18n.js";
import { speak } from "./words.js";

test("placeholders are filled; those without a value stay, so that a mistake is seen", async () => {
  await speak("en");
  assert.equal(
    t("ui.device_label", { device: "CPU:0" }),
    t("ui.device_label").replace("{device}", "CPU:0"),
  );
  assert.ok(t("ui.device_label").includes("{device}"));
  assert.ok(t("ui.device_label", { device: 0 }).includes("0"));
});

test("what is filled in is never read as a placeholder or a pattern", () => {
  assert.ok(t("ui.device_label", { device: "{device} $& $1" }).includes("{device} $& $1"));
});

test("a text that is missing shows its key, and a section is no text", () => {
  assert.equal(t("ui.no_such_text"), "ui.no_such_text");
  assert.equal(t("ui"), "ui");
  assert.equal(t("ui.title.deeper"), "ui.title.deeper");
  assert.deepEqual([has("ui.title"), has("ui"), has("no.such")], [true, false, false]);
});

test("a sentence begins with a large letter, unless with a name in code", () => {
  assert.equal(asSentence("changes of single stages: 5."), "Changes of single stages: 5.");
  const names = ["z has", "kernel_size = 5: all", "stride = 3: all", "z 的", "fc1 drawn"];
  for (const name of [...names, "actv relu → elu: all"]) assert.equal(asSentence(name), name);
});

test("one row, two rows; Chinese counts all alike", async () => {
  await speak("en");
  assert.ok(unit("height", 1) !== unit("height", 2));
  assert.equal(unit("height", 0), unit("height", 2));
  await speak("zh");
  assert.equal(unit("height", 1), unit("height", 2));
  assert.ok(!unit("height", 1).startsWith("units."));
});
