// The words of a language, loaded as the page does, from the repository's own files.

import { readFile } from "node:fs/promises";
import { loadWords, spoken } from "../../assets/js/i18n.js";

let starts = 0;

/** @param {Record<string, unknown>} globals */
function define(globals) {
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true });
}

/**
 * Storage for one text, which may be forbidden.
 * @param {string | null} kept
 */
export const aStorage = (kept = null, forbidden = false) => ({
  kept,
  getItem() {
    if (forbidden) throw new Error("forbidden");
    return this.kept;
  },
  setItem(/** @type {string} */ _, /** @type {string} */ text) {
    if (forbidden) throw new Error("forbidden");
    this.kept = text;
  },
});

/**
 * A document that has just begun, with its language.
 * @param {string[]} languages as a browser prefers them
 */
export async function begin(languages, storage = aStorage()) {
  const root = { lang: "en", dataset: { words: "" } },
    page = { mounted: false };
  let follow = () => {};
  define({
    navigator: { languages, language: languages[0] },
    document: {
      documentElement: root,
      currentScript: { dataset: { languages: "en zh-CN" } },
      querySelector: () => (page.mounted ? {} : null),
    },
    localStorage: storage,
    MutationObserver: class {
      /** @param {() => void} run */
      constructor(run) {
        follow = run;
      }
      observe() {}
    },
  });
  starts += 1;
  await import(`../../assets/js/language.js?${starts}`);
  /** @param {string} tag */
  const setByGradio = (tag) => {
    root.lang = tag;
    follow();
  };
  return { page, setByGradio, words: root.dataset.words, heard: navigator.language };
}

/** @param {string[]} languages as a browser prefers them */
export async function speak(...languages) {
  await begin(languages);
  /** @param {URL} address */
  const fetch = async (address) => ({
    json: async () => JSON.parse(await readFile(address, "utf8")),
  });
  define({ fetch });
  await loadWords();
  return spoken();
}
