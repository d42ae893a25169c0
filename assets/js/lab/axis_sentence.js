// What a pad does to one axis, in a sentence, and in a line with the pair and its limit.

import { el } from "../dom.js";
import { t, unit } from "../i18n.js";

/**
 * @typedef {object} AxisPad
 * @property {number} before
 * @property {number} after
 * @property {number} size
 * @property {string} mode
 * @property {string} [constant] what is put in, in words
 */

// "height: 3 rows mirrored above, 3 below: 32 → 38."
/** @type {(name: string, pad: AxisPad) => string} */
export function axisSentence(name, { before, after, size, mode, constant = "0" }) {
  const key = before + after === 0 ? "none" : mode === "CONSTANT" ? "constant" : "mirrored";
  return t(`pad_axis.${key}`, {
    axis: t(`axes.${name}`),
    before,
    after,
    size,
    padded: size + before + after,
    unit: unit(name, before),
    first: t(`sides.${name}.before`),
    last: t(`sides.${name}.after`),
    constant,
  });
}

/** @type {(pair: (number | string)[], sentence: string, limit: string) => HTMLElement} */
export const axisLine = (pair, sentence, limit) =>
  el(
    "li",
    {},
    el("code", { text: `[${pair.join(", ")}]` }),
    ` ${sentence} `,
    el("span", { class: "help", text: limit }),
  );
