// Every word on the page comes from assets/locales; language.js says out of which file.

/** @typedef {{ [name: string]: string | Words }} Words */

/** @type {Words} */
let words = {};
let language = "en";

export async function loadWords() {
  language = document.documentElement.dataset.words ?? language;
  const answer = await fetch(new URL(`../locales/${language}.json`, import.meta.url));
  words = await answer.json();
}

// Of our words; the document's is Gradio's, for which there may be none.
export const spoken = () => language;

/** @param {string} key */
export function has(key) {
  return lookUp(key) !== undefined;
}

// t("errors.out_of_range", {field: "C"}): the text with {placeholders} filled in.
/**
 * @param {string} key
 * @param {Readonly<Record<string, unknown>>} params
 */
export function t(key, params = {}) {
  const text = lookUp(key) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}

// A sentence that begins with a small letter of a word, not of a name in code such as z or
// kernel_size; Chinese has no such letters.
/** @param {string} text */
export const asSentence = (text) =>
  text.replace(/^\p{Ll}(?=\p{Ll}+[ ,])(?!\p{Ll}+ (= |\S+ → ))/u, (letter) => letter.toUpperCase());

// How a choice of a field is called in plain words, where it has any.
/** @type {(field: string, choice: string) => string} */
export const choiceName = (field, choice) => lookUp(`choices.${field}.${choice}`) ?? choice;

// "1 row", "2 rows": the word for so many of an axis's places.
/** @type {(axis: string, count: number) => string} */
export function unit(axis, count) {
  return t(`units.${axis}.${new Intl.PluralRules(language).select(count)}`);
}

/** @param {string} key */
function lookUp(key) {
  /** @type {string | Words | undefined} */
  let part = words;
  for (const name of key.split(".")) part = typeof part === "object" ? part[name] : undefined;
  return typeof part === "string" ? part : undefined;
}
