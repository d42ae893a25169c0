// Why the lab's tensor cannot be padded so, and the ways out.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { pastLimit, withLimit, wording } from "../messages.js";

/**
 * @import { Problem } from "../messages.js"
 * @import { Changes, Store } from "../store.js"
 */

export class LabProblem {
  root = el("div", { class: "alert", role: "alert", hidden: true, id: "lab-problem" });

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  // `mended`: pads past their limits, which are all that is wrong; `before`: the values of the maps
  // on the screen, where others stand in the controls.
  /** @type {(errors: Problem[], mended: Problem[], before: Changes | null) => void} */
  draw(errors, mended, before) {
    this.root.hidden = !errors.length;
    if (!errors.length) return;
    const fixes = [];
    if (mended.length)
      fixes.push(button("lab-largest", largestWords(mended), () => this.#useLargest(mended)));
    if (before) fixes.push(button("lab-undo", t("ui.last_good"), () => this.store.apply(before)));
    const text = errors.map(wording).join("\n");
    this.root.replaceChildren(el("p", { class: "alert-text", text }), ...fixes);
  }

  /** @param {Problem[]} exceeded */
  #useLargest(exceeded) {
    const pads = exceeded
      .flatMap(({ params }) => pastLimit(params))
      .reduce(
        (found, [axis, limit]) => withLimit(found, axis, limit),
        this.store.form.lab_paddings,
      );
    this.store.apply({ lab_paddings: pads });
  }
}

/** @type {(id: string, text: string, run: () => void) => HTMLElement} */
const button = (id, text, run) => el("button", { type: "button", id, text, on: { click: run } });

/** @param {Problem[]} exceeded */
const largestWords = (exceeded) =>
  exceeded.length === 1 ? t("lab.largest", exceeded[0].params) : t("lab.largest_all");
