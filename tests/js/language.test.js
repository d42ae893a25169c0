// Which language the page speaks, and that Gradio hears of the same one.

import assert from "node:assert/strict";
import test from "node:test";
import { aStorage, begin } from "./words.js";

/** @type {(languages: string[], kept?: string) => Promise<[words: string, heard: string]>} */
async function begun(languages, kept) {
  const { words, heard } = await begin(languages, aStorage(kept));
  return [words, heard];
}

test("the first language of the browser's that there are words for", async () => {
  assert.deepEqual(await begun(["zh-TW", "en"]), ["zh-CN", "zh-CN"]);
  assert.deepEqual(await begun(["fr", "zh"]), ["zh-CN", "zh-CN"]);
  assert.deepEqual(await begun(["english-like", "zh"]), ["zh-CN", "zh-CN"]); // no tag of English
  assert.deepEqual(await begun(["en-GB", "zh"]), ["en", "en"]);
});

test("without words for any of them ours are English, and Gradio speaks as it can", async () => {
  assert.deepEqual(await begun(["fr", "de"]), ["en", "fr"]);
});

test("what was chosen in Gradio's settings goes before the browser's languages", async () => {
  assert.deepEqual(await begun(["en"], "zh-CN"), ["zh-CN", "zh-CN"]);
  assert.deepEqual(await begun(["en"], "zh-TW"), ["zh-CN", "zh-TW"]);
  assert.deepEqual(await begun(["zh"], "fr"), ["en", "fr"]);
});

test("the language that Gradio starts with is no choice, one on a page is", async () => {
  const storage = aStorage();
  const { page, setByGradio } = await begin(["en"], storage);
  setByGradio("en");
  assert.equal(storage.kept, null);
  page.mounted = true;
  setByGradio("fr");
  assert.equal(storage.kept, "fr");
});

test("where nothing can be kept the browser's language holds", async () => {
  const { page, setByGradio, words } = await begin(["zh"], aStorage("fr", true));
  assert.equal(words, "zh-CN");
  page.mounted = true;
  setByGradio("fr");
});
