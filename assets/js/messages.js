// Mistakes in the reader's words, and what is said of pads.

import { sidesOf } from "./held.js";
import { has, t } from "./i18n.js";

/** @import { Params, Sentence, State } from "./contract.js" */

/**
 * A mistake to tell: the server's, or one that the page itself found.
 * @typedef {object} Problem
 * @property {string} code
 * @property {string | null} field the control at fault, if one is
 * @property {Params} params
 * @property {string} [message] in English, of the server
 * @property {Partial<State>} [offer] values that do instead
 * @property {Problem[]} [others] more mistakes of the same input
 * @property {boolean} [retried] whether what failed is tried again by itself
 * @property {string[]} [changes] the fields that were changed last
 * @property {boolean} [aside] whether it is about something else than the values in the form
 */

/** @type {(code: string) => Problem} */
export const problem = (code) => ({ code, field: null, params: {}, others: [] });

// What was thrown, as a message: an exception is a mistake of ours.
/** @type {(caught: unknown) => Problem} */
export function toMessage(caught) {
  if (!(caught instanceof Error)) return /** @type {Problem} */ (caught);
  console.error(caught);
  return problem("page_failed");
}

// An error of the server or the API in the reader's language; an exception is a mistake of ours.
/** @param {Problem | Error} error */
export function wording(error) {
  if (error instanceof Error) return t("errors.page_failed");
  const key = `errors.${error.code}`;
  if (!has(key)) return error.message ?? key;
  const { axis: name, field } = error.params,
    label = `lab.${field}`;
  const axis = name && has(`axes.${name}`) ? t(`axes.${name}`) : name;
  const words = { axis, field: has(label) ? t(label) : field, pads: padNames(error) };
  return t(key, { ...error.params, ...words });
}

// The rules of size behind the pad, in a row of sentences.
/** @param {Sentence[]} rules */
export const ruleWords = (rules) =>
  rules.map(({ code, params }) => t(`pad_rules.${code}`, params)).join(t("ui.space"));

export const AXES = ["batch", "height", "width", "channels"];

// A pad in a message, as Python names it: axis and side.
const PAD = /paddings\[(\d)\]\[(\d)\](?= = “)/g;

// Which of the eight pads a message is about, counted as the form holds them.
/** @param {Pick<Problem, "params">} error */
export function wrongPads({ params }) {
  return [...String(params.pads ?? "").matchAll(PAD)].map(
    ([, axis, side]) => 2 * Number(axis) + Number(side),
  );
}

// Whether a pad, counted as the form holds them, is at fault.
/** @type {(error: Problem, at: number, pads: unknown) => boolean} */
export function isWrongPad(error, at, pads) {
  if (!(error.code in TOO_LARGE)) return wrongPads(error).includes(at);
  const sides = sidesOf(pads);
  return pastLimit(error.params).some(
    ([axis, limit]) => axis === Math.floor(at / 2) && Number(sides[at]) > limit,
  );
}

// What a pad's own control is told of an error that is about several.
/** @type {(error: Problem, at: number) => string} */
export function wordsOfPad(error, at) {
  if (error.code === "bad_pads") return t("changeable.allowed", error.params);
  const own = pastLimit(error.params).find(([axis]) => axis === Math.floor(at / 2));
  return own ? t("lab.largest", { limit: own[1] }) : wording(error);
}

// Errors of pads that mirror more than there is, and the words of the way out.
/** @type {Record<string, string>} */
export const TOO_LARGE = { pad_too_large: "lab.largest", pads_too_large: "lab.largest_all" };

// The axes of such an error, each with its limit; an axis may be called what its tensor calls it,
// and stand `at` another place.
/** @type {(params: Params) => [axis: number, limit: number][]} */
export function pastLimit({ axis, at: place = AXES.indexOf(String(axis)), limit, pads = "" }) {
  const several = String(pads).matchAll(/paddings\[(\d)\]\[\d\] = “\d+” > (\d+)/g);
  /** @type {[number, number][]} */
  const limits = Array.from(several, ([, at, most]) => [Number(at), Number(most)]);
  return limits.length ? limits : [[Number(place), Number(limit)]];
}

// Whether there is a way out in one click.
/** @param {Problem} error */
export const hasOffer = ({ code, offer = {} }) =>
  code in TOO_LARGE || Object.keys(offer).length > 0;

// "height, before": as the boxes are called.
/** @type {(axis: number, side: number) => string} */
export function padName(axis, side) {
  return `${t(`axes.${AXES[axis]}`)}, ${t(side ? "ui.after" : "ui.before")}`;
}

/** @param {Problem} error */
const padNames = ({ params: { pads } }) =>
  pads && String(pads).replace(PAD, (_, axis, side) => padName(Number(axis), Number(side)));

// Eight pads as one text, in pairs or not, none on that axis above the limit.
/** @type {(pads: string, axis: number, limit: number) => string} */
export function withLimit(pads, axis, limit) {
  return sidesOf(pads)
    .map((pad, at) => (Math.floor(at / 2) === axis ? Math.min(Number(pad), limit) : pad))
    .join(",");
}
