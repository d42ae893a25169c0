// Why the lab's tensor cannot be padded so, and the ways out.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { TOO_LARGE, withLimit, wording } from "../messages.js";

/**
 * @import { Problem } from "../messages.js"
 * @import { Changes, Store } from "../store.js"
 * @import { Exceeded } from "./axes.js"
 */

export class LabProblem {
  root = el("div", { class: "alert", role: "alert", hidden: true, id: "lab-problem" });

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  // `before`: the values of the maps on the screen, where others stand in the controls.
  /** @type {(errors: Problem[], exceeded: Exceeded[], before: Changes | null) => void} */
  draw(errors, exceeded, before) {
    this.root.hidden = !errors.length;
    if (!errors.length) return;
    const mirrored = exceeded.length > 0 && errors.some(({ code }) => code in TOO_LARGE);
    const texts = [
      ...(mirrored ? [] : errors.map(wording)),
      ...exceeded.map((axis) => this.#tooLarge(axis)),
    ];
    const fixes = [];
    if (mirrored)
      fixes.push(button("lab-largest", largestWords(exceeded), () => this.#useLargest(exceeded)));
    if (before) fixes.push(button("lab-undo", t("ui.last_good"), () => this.store.apply(before)));
    this.root.replaceChildren(el("p", { class: "alert-text", text: texts.join("\n") }), ...fixes);
  }

  /** @param {Exceeded} axis */
  #tooLarge({ name, pad, size, limit }) {
    const mode = this.store.form.lab_mode;
    return wording({
      code: "pad_too_large",
      field: "lab_paddings",
      params: { field: "lab_paddings", mode, axis: name, pad, size, limit },
    });
  }

  /** @param {Exceeded[]} exceeded */
  #useLargest(exceeded) {
    const pads = exceeded.reduce(
      (found, { at, limit }) => withLimit(found, at, limit),
      this.store.form.lab_paddings,
    );
    this.store.apply({ lab_paddings: pads });
  }
}

/** @type {(id: string, text: string, run: () => void) => HTMLElement} */
const button = (id, text, run) => el("button", { type: "button", id, text, on: { click: run } });

/** @param {Exceeded[]} exceeded */
const largestWords = (exceeded) =>
  exceeded.length === 1 ? t("lab.largest", { ...exceeded[0] }) : t("lab.largest_all");
