// What a visitor gives to a stage: a picture to an input, or what an unknown layer gave.

import { el } from "./dom.js";
import { toMessage } from "./messages.js";

/** @import { Own } from "./follower.js" */
/** @import { Store } from "./store.js" */

/** @implements {Own} */
export class Giver {
  #stage = "";
  picker = el("input", {
    type: "file",
    hidden: true,
    id: "give-file",
    on: { change: () => this.#take() },
  });

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  // Lets the visitor choose a file for a stage.
  /** @param {string} stage */
  pick(stage) {
    this.#stage = stage;
    this.picker.click();
  }

  #take() {
    const file = this.picker.files?.[0];
    this.picker.value = ""; // the same file may be chosen again
    if (file) this.#give(this.#stage, file);
  }

  props() {
    return {};
  }

  set() {
    // Only files count.
  }

  // Whether a file that was dropped on the page is for a stage of the generator that is shown.
  /** @param {File} file */
  accepts(file) {
    const stage = this.#wanting(file);
    if (stage) this.#give(stage.name, file);
    return Boolean(stage);
  }

  // The stage in focus first, where it takes such a file.
  /** @param {File} file */
  #wanting({ name }) {
    const takers = (this.store.view?.stages ?? []).filter(({ endings }) =>
      endings.some((ending) => name.toLowerCase().endsWith(ending)),
    );
    return takers.find((stage) => stage.name === this.store.form.stage) ?? takers[0];
  }

  /** @type {(stage: string, file: File) => Promise<void>} */
  async #give(stage, file) {
    this.store.forget();
    await this.store.give(stage, file).catch((caught) => this.store.refuse(toMessage(caught)));
  }
}
