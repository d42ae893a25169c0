// Weights to choose from, and files of them to open and to save: what Gradio's controls call.

import { el } from "./dom.js";
import { t } from "./i18n.js";
import { TRAINED, UNTRAINED } from "./weights.js";

/** @import { Own } from "./follower.js" */
/** @import { NamedWeights } from "./opened_files.js" */
/** @import { Opening } from "./opening.js" */
/** @import { Changes, ShownView, Store } from "./store.js" */

/** @typedef {{ source: string, name: string, fields?: Changes }} Offered weights to choose */

/** @implements {Own} */
export class WeightFiles {
  /** @type {Map<string, Offered>} */
  #offered = new Map(); // by source, what may be chosen and the fields that it needs
  picker = el("input", {
    type: "file",
    multiple: true,
    hidden: true,
    id: "open-weights",
    on: { change: () => this.#open() },
  });

  /**
   * @param {Store} store
   * @param {Opening} opening
   */
  constructor(store, opening) {
    this.store = store;
    this.opening = opening;
  }

  // Lets the visitor choose files.
  pick() {
    this.picker.click();
  }

  #open() {
    const files = [...(this.picker.files ?? [])];
    this.picker.value = ""; // the same file may be chosen again
    this.opening.open(files);
  }

  /** @param {string} format */
  save(format) {
    this.store.save(format);
  }

  // Weights that were opened come with the structure that they were opened with.
  /** @param {unknown} source */
  set(source) {
    this.opening.begin();
    this.store.apply(this.#offered.get(String(source))?.fields ?? { weights: String(source) });
  }

  // Of a run under a slider only the moment that is shown is offered.
  /** @param {ShownView} view */
  props({ weights }) {
    const trained = { source: TRAINED, name: t("weights.trained_name") };
    const untrained = { source: UNTRAINED, name: t("weights.untrained_name") };
    const shown = { ...weights, name: weights.name ?? t("weights.gone_name") };
    /** @type {Offered[]} */
    const all = [trained, untrained, ...this.store.opened.all];
    if (!all.some(({ source }) => source === shown.source)) all.push(shown);
    this.#offered = new Map(all.map((one) => [one.source, one]));
    return { choices: all.map(({ source, name }) => [name, source]) };
  }
}
