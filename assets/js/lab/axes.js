// The lab's axes: what their pads do, how much they may be, and which are more than that.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { wrongPads } from "../messages.js";
import { axisLine, axisSentence } from "./axis_sentence.js";

/**
 * @import { LabAxis } from "../contract.js"
 * @import { Problem } from "../messages.js"
 * @import { Store } from "../store.js"
 */

/**
 * What the lab's tensor is padded with.
 * @typedef {{ mode: string, constant: string }} Filling
 */

export class LabAxes {
  /** @type {LabAxis[]} */
  #limits = []; // of the tensor
  /** @type {Problem[]} */
  #refused = []; // what the server did not take at all

  root = el("ul", { class: "axis-sentences" });

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  // Of another tensor.
  /** @param {LabAxis[]} limits */
  measure(limits) {
    this.#limits = limits;
  }

  // An axis whose pads are sound says what they do, whatever is wrong with another one.
  /** @type {(refused: Problem[], filling: Filling) => void} */
  draw(refused, filling) {
    this.#refused = refused;
    const lines = this.#limits.flatMap((axis, at) =>
      axis.used ? [this.#line(axis, at, filling)] : [],
    );
    this.root.replaceChildren(...lines);
  }

  /** @type {(axis: LabAxis, at: number, filling: Filling) => HTMLElement} */
  #line({ name, size, limit: most }, at, { mode, constant }) {
    const pair = [0, 1].map((side) => this.#pad(at, side)),
      [before, after] = pair.map(Number);
    const isWrong = [0, 1].some((side) => this.#isRefused(at, side) || this.#isTooLarge(at, side));
    const sentence = isWrong ? "" : axisSentence(name, { before, after, size, mode, constant });
    const limit = most === null ? t("lab.no_limit") : t("lab.limit", { most, mode });
    const line = axisLine(pair, sentence, limit);
    line.dataset.axis = name;
    line.classList.toggle("exceeded", most !== null && isWrong);
    return line;
  }

  // Axes that mirror more than there is, each with its larger pad.
  /** @returns {Problem[]} */
  exceeded() {
    return this.#limits.flatMap(({ name, size, limit }, at) => {
      const pads = [0, 1]
        .filter((side) => this.#isTooLarge(at, side))
        .map((side) => Number(this.#pad(at, side)));
      if (!pads.length || limit === null) return [];
      const field = "lab_paddings",
        mode = this.store.form.lab_mode,
        pad = Math.max(...pads);
      const params = { field, mode, at, axis: name, pad, size, limit };
      return [{ code: "pad_too_large", field, params }];
    });
  }

  // A pad as it stands in its box.
  /** @type {(axis: number, side: number) => string} */
  #pad(axis, side) {
    return this.store.form.lab_paddings.split(",")[2 * axis + side];
  }

  /** @type {(axis: number, side: number) => boolean} */
  #isRefused(axis, side) {
    return this.#refused.some((error) => wrongPads(error).includes(2 * axis + side));
  }

  /** @type {(axis: number, side: number) => boolean} */
  #isTooLarge(axis, side) {
    const { used, limit } = this.#limits[axis];
    return (
      used &&
      limit !== null &&
      !this.#isRefused(axis, side) &&
      Number(this.#pad(axis, side)) > limit
    );
  }
}
