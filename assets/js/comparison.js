// Two settings, A and B, flipped between: what is looked at stays, what is computed changes.

import { Emitter } from "./emitter.js";
import { isBox } from "./history.js";
import { known } from "./known.js";
import { only } from "./store.js";

/** @import { Changes, FormValues, Store } from "./store.js" */

/** @typedef {"A" | "B"} Side */
/**
 * One of the two, as it was left: what it computes with, what was selected of it, and the names of
 * the stages that it has.
 * @typedef {{ settings: Changes, selection: Changes, stages: string[] }} Left
 */

const KEPT = "explorer-comparison"; // in the browser's session: a reload goes on with it

/** @extends {Emitter<{ side: undefined }>} */
export class Comparison extends Emitter {
  /** @type {Side | null} */
  side = null; // which one is shown; null where nothing is compared
  /** @type {Left | null} */
  #other = null;

  /**
   * @param {Store} store
   * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} storage which may be
   *   forbidden, as in a frame of another site
   */
  constructor(store, storage = () => sessionStorage) {
    super();
    this.store = store;
    this.storage = storage;
    this.#recall();
  }

  #recall() {
    try {
      const { side, other } = JSON.parse(this.storage().getItem(KEPT) ?? "{}");
      if ((side === "A" || side === "B") && other.stages)
        Object.assign(this, { side }).#other = other;
    } catch {
      // storage is forbidden, or holds something else: nothing is compared yet
    }
  }

  // Keeps what is shown as A; what changes from now on is B.
  begin() {
    if (this.store.view) this.#show("B", this.#left());
  }

  // Shows the other one; this one stays as it is now. What is selected goes along where the other
  // one has such a stage; else it is what was selected of that one last.
  flip() {
    const { view, form } = this.store,
      other = this.#other;
    if (!this.side || !view || !other) return this.begin();
    this.#show(this.side === "A" ? "B" : "A", this.#left());
    const selection = other.stages.includes(view.state.stage)
      ? this.#selection(form)
      : other.selection;
    this.store.apply({ ...selection, ...other.settings }, true);
  }

  end() {
    this.#show(null, null);
  }

  /** @type {(side: Side | null, other: Left | null) => void} */
  #show(side, other) {
    this.side = side;
    this.#other = other;
    try {
      if (side) this.storage().setItem(KEPT, JSON.stringify({ side, other }));
      else this.storage().removeItem(KEPT);
    } catch {
      // storage is forbidden: it is forgotten with the page
    }
    this.emit("side");
  }

  // What a view is computed with, whatever is looked at; and what is selected, as it was chosen.
  /** @returns {Left} */
  #left() {
    const { form } = this.store,
      { state, stages } = known(this.store.view);
    return {
      settings: only(state, (name) => !this.store.looks.has(name)),
      selection: this.#selection(form),
      stages: stages.map(({ name }) => name),
    };
  }

  /** @param {FormValues} form */
  #selection(form) {
    return only(form, (name) => this.store.selections.has(name));
  }
}

const KEY = "x"; // for "exchange"

/** @type {(event: KeyboardEvent, comparison: Comparison) => void} */
export function flipByKey({ key, ctrlKey, metaKey, altKey, target }, comparison) {
  if (key.toLowerCase() !== KEY || ctrlKey || metaKey || altKey || isBox(target)) return;
  comparison.flip();
}
