// The lab's four axes: two boxes of pads each, what they do, and how much they may be.

import { fillBoxes, joinBoxes } from "../controls.js";
import { el, setText } from "../dom.js";
import { t } from "../i18n.js";
import { AXES, padName, wrongPads } from "../messages.js";
import { axisSentence } from "./axis_sentence.js";

/**
 * @import { LabAxis } from "../contract.js"
 * @import { Problem } from "../messages.js"
 * @import { Store } from "../store.js"
 */

/** @typedef {LabAxis & { at: number, pad: number, limit: number }} Exceeded with its larger pad */

/**
 * What the lab's tensor is padded with.
 * @typedef {{ mode: string, constant: string }} Filling
 */

const SIDES = ["before", "after"];
/** @type {Record<string, number>} */
const STEPS = { ArrowUp: 1, ArrowDown: -1 };

export class LabAxes {
  /** @type {LabAxis[]} */
  #limits = []; // of the tensor
  /** @type {Problem[]} */
  #refused = []; // what the server did not take at all

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.axes = AXES.map((name, at) => this.#axis(name, at));
    this.boxes = this.axes.flatMap(({ boxes }) => boxes);
    this.root = el("div", { class: "lab-axes" }, ...this.axes.map(({ root }) => root));
  }

  /** @type {(name: string, at: number) => Axis} */
  #axis(name, at) {
    const boxes = SIDES.map((side, which) =>
      el("input", {
        type: "text",
        class: "box",
        inputmode: "numeric",
        maxlength: 12,
        autocomplete: "off",
        "aria-label": padName(at, which),
        data: { pad: `${name}-${side}` },
        on: {
          change: () => this.store.set({ lab_paddings: joinBoxes(this.boxes) }),
          keydown: step,
        },
      }),
    );
    const label = el("span", { class: "name" }),
      limit = el("span", { class: "help" }),
      sentence = el("p", { class: "axis-sentence" });
    const root = el(
      "fieldset",
      { class: "lab-axis", data: { axis: name } },
      label,
      el("span", { class: "inputs" }, ...boxes),
      limit,
      sentence,
    );
    return { root, boxes, label, limit, sentence };
  }

  // The boxes hold what is asked for, a wrong value too.
  fill() {
    fillBoxes(this.boxes, this.store.form.lab_paddings);
  }

  // Of another tensor.
  /** @param {LabAxis[]} limits */
  measure(limits) {
    this.#limits = limits;
  }

  // An axis whose pads are sound says what they do, whatever is wrong with another one; without a
  // tensor there are no axes.
  /** @type {(refused: Problem[], filling: Filling) => void} */
  draw(refused, filling) {
    this.#refused = refused;
    for (const [at, axis] of this.axes.entries()) {
      const limits = this.#limits[at];
      axis.root.hidden = !limits?.used;
      if (limits) this.#drawAxis(at, limits, filling);
    }
  }

  /** @type {(at: number, limits: LabAxis, filling: Filling) => void} */
  #drawAxis(at, { name, size, limit: most }, { mode, constant }) {
    const { label, limit, sentence, boxes } = this.axes[at],
      wrong = [0, 1].map((side) => this.#isRefused(at, side) || this.#isTooLarge(at, side));
    const isWrong = wrong.includes(true),
      [before, after] = [0, 1].map((side) => Number(this.#pad(at, side)));
    setText(label, t(`axes.${name}`));
    for (const [side, box] of boxes.entries())
      box.setAttribute("aria-invalid", String(wrong[side]));
    limit.classList.toggle("exceeded", most !== null && isWrong);
    setText(limit, most === null ? t("lab.no_limit") : t("lab.limit", { most, mode }));
    const pad = { before, after, size, mode, constant };
    setText(sentence, isWrong ? "" : axisSentence(name, pad));
  }

  // Axes that mirror more than there is, with the larger pad.
  /** @returns {Exceeded[]} */
  exceeded() {
    return this.#limits.flatMap((axis, at) => {
      const pads = [0, 1]
        .filter((side) => this.#isTooLarge(at, side))
        .map((side) => Number(this.#pad(at, side)));
      const { limit } = axis;
      return pads.length && limit !== null ? [{ ...axis, limit, at, pad: Math.max(...pads) }] : [];
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

/**
 * @typedef {object} Axis
 * @property {HTMLElement} root
 * @property {HTMLInputElement[]} boxes before and after
 * @property {HTMLElement} label
 * @property {HTMLElement} limit
 * @property {HTMLElement} sentence
 */

// One more or less, where the box holds a number.
/** @param {KeyboardEvent} event */
function step(event) {
  const by = STEPS[event.key],
    box = /** @type {HTMLInputElement} */ (event.target);
  if (!by || !/^\d+$/.test(box.value) || Number(box.value) + by < 0) return;
  event.preventDefault();
  box.value = String(Number(box.value) + by);
  box.dispatchEvent(new Event("change"));
}
