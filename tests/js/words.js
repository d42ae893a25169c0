// The words of a language, loaded as the page does, from the repository's own files.

import { readFile } from "node:fs/promises";
import { loadWords } from "../../assets/js/i18n.js";

/** @param {string[]} languages as a browser prefers them */
export async function speak(...languages) {
  /** @param {URL} address */
  const fetched = async (address) => ({
    json: async () => JSON.parse(await readFile(address, "utf8")),
  });
  const documentElement = { lang: "" };
  for (const [name, value] of Object.entries({
    fetch: fetched,
    navigator: { languages },
    document: { documentElement },
  }))
    Object.defineProperty(globalThis, name, { value, configurable: true });
  await loadWords();
  return documentElement.lang;
}
