// Every word on the page comes from assets/locales; the browser's language chooses the file.

/** @typedef {{ [name: string]: string | Words }} Words */

/** @type {Words} */
let words = {};
let language = "en";

function chosen() {
  const first = (navigator.languages ?? [navigator.language]).find((tag) =>
    /^(zh|en)\b/i.test(tag),
  );
  return /^zh/i.test(first ?? "") ? "zh-CN" : "en";
}

export async function loadWords() {
  language = chosen();
  const answer = await fetch(new URL(`../locales/${language}.json`, import.meta.url));
  words = await answer.json();
  document.documentElement.lang = language;
}

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
