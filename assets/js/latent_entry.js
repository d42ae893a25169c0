// One entry of z, which a slider of Gradio's holds and the link keeps among its edits.

import { exact } from "./dom.js";
import { readEntry, withEdit } from "./latent_edits.js";

/** @import { Own } from "./follower.js" */
/** @import { Value } from "./held.js" */
/** @import { ShownView, Store } from "./store.js" */

const NAME = "z_value";

/** @implements {Own} */
export class LatentEntry {
  /** @type {ShownView | null} */
  #view = null;
  /** @type {number | undefined} */
  #given; // by a hand, until it is shown
  /** @type {number | undefined} */
  #shown;

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    store.on("idle", () => {
      this.#given = undefined;
    });
  }

  get value() {
    return this.#given ?? this.#shown;
  }

  /** @param {ShownView} view */
  props(view) {
    this.#shown = Number(exact(view.z.data[view.state.z_dim]).replaceAll("−", "-"));
    this.#view = view;
    return { label: this.#name(view) };
  }

  /** @param {ShownView} view */
  #name({ state: { item, batch_size, z_dim } }) {
    return `z[${Math.min(item, batch_size - 1)}, ${z_dim}]`;
  }

  /** @param {Value} given */
  set(given) {
    if (!this.#view) return;
    const { item, batch_size, z_dim } = this.#view.state;
    const { value, problem } = readEntry(String(given ?? ""));
    if (problem) {
      const params = {
        field: this.#name(this.#view),
        value: String(given ?? ""),
        allowed: "−3.4e38 … 3.4e38",
      };
      this.store.emit("error", { code: problem, field: NAME, params, others: [], changes: [NAME] });
    } else {
      this.#given = value;
      const edits = String(this.store.form.z_edits);
      const shown = Math.min(item, batch_size - 1);
      this.store.set({ z_edits: withEdit(edits, shown, z_dim, value) });
    }
  }
}
