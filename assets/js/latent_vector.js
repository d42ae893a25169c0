// Whole vectors of z, pasted or out of a file: what Gradio's controls call.

import { el } from "./dom.js";
import { editsBesides, withVectors } from "./latent_edits.js";
import { toMessage } from "./messages.js";

/** @import { Own } from "./follower.js" */
/** @import { Store } from "./store.js" */

/** @implements {Own} */
export class LatentVector {
  value = undefined; // what was pasted stays as it is
  picker = el("input", {
    type: "file",
    accept: ".npy,.json,.csv,.txt",
    hidden: true,
    id: "open-vector",
    on: { change: () => this.#load() },
  });

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    store.on("vector", (file) => this.open(file));
  }

  // Lets the visitor choose a file.
  pick() {
    this.picker.click();
  }

  #load() {
    const file = this.picker.files?.[0];
    if (file) this.open(file);
    this.picker.value = ""; // the same file may be chosen again
  }

  props() {
    return {};
  }

  set() {
    // Numbers count once they are all there.
  }

  // Takes what was pasted for z; what is wrong is said at its box.
  /** @param {string} text */
  async use(text) {
    try {
      await this.#use(new TextEncoder().encode(text), "");
    } catch (caught) {
      const error = toMessage(caught),
        field = "z_data";
      this.store.emit("error", { ...error, field, changes: [field] });
    }
  }

  // A file of z, chosen here or dropped on the page; what is wrong is seen wherever that was.
  /** @param {File} file */
  async open(file) {
    await this.#use(file, file.name).catch((caught) => this.store.refuse(toMessage(caught)));
  }

  /** @type {(bytes: Blob | BufferSource, name: string) => Promise<void>} */
  async #use(bytes, name) {
    this.store.forget();
    const { z_data, shape } = await this.store.readVector(bytes, name);
    const { form, view } = this.store,
      item = Math.min(Number(form.item), (view?.state.batch_size ?? 1) - 1);
    this.store.apply({
      z_data: withVectors(String(form.z_data), z_data, shape[0]),
      z_edits: editsBesides(String(form.z_edits), item, shape[0]),
      z_scale: "1",
    });
  }
}
