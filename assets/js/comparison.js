// Two settings, A and B, flipped between: what is looked at stays, what is computed changes.

import { Emitter } from "./emitter.js";
import { isBox } from "./history.js";

/** @import { Changes, ShownView, Store } from "./store.js" */

/** @typedef {"A" | "B"} Side */

const KEPT = "explorer-comparison"; // in the browser's session: a reload goes on with it

/** @extends {Emitter<{ side: undefined }>} */
export class Comparison extends Emitter {
  /** @type {Side | null} */
  side = null; // which one is shown; null where nothing is compared
  /** @type {Changes} */
  #other = {}; // what the other one computes with

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
      if (side === "A" || side === "B") Object.assign(this, { side }).#other = other;
    } catch {
      // storage is forbidden, or holds something else: nothing is compared yet
    }
  }

  // Keeps what is shown as A; what changes from now on is B.
  begin() {
    if (this.store.view) this.#show("B", this.#settings(this.store.view));
  }

  // Shows the other one; this one stays as it is now.
  flip() {
    if (!this.side || !this.store.view) return this.begin();
    const other = this.#other;
    this.#show(this.side === "A" ? "B" : "A", this.#settings(this.store.view));
    this.store.apply(other);
  }

  end() {
    this.#show(null, {});
  }

  /** @type {(side: Side | null, other: Changes) => void} */
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

  // What a view is computed with, whatever is looked at.
  /** @param {ShownView} view */
  #settings({ state }) {
    const computed = Object.entries(state).filter(
      ([name]) => !this.store.looks.has(/** @type {keyof typeof state} */ (name)),
    );
    return /** @type {Changes} */ (Object.fromEntries(computed));
  }
}

const KEY = "x"; // for "exchange"

/** @type {(event: KeyboardEvent, comparison: Comparison) => void} */
export function flipByKey({ key, ctrlKey, metaKey, altKey, target }, comparison) {
  if (key.toLowerCase() !== KEY || ctrlKey || metaKey || altKey || isBox(target)) return;
  comparison.flip();
}
