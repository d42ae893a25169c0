// The range of colours: "frozen" keeps the one that is on the screen when a hand chooses it.

import { coloring, coloringOfWhole } from "./colors.js";
import { known } from "./known.js";
import { singleOf } from "./maps/picture.js";

/** @import { Own } from "./follower.js" */
/** @import { Value } from "./held.js" */
/** @import { ShownView, Store } from "./store.js" */

/** @implements {Own} */
export class ColorRange {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  props() {
    return {};
  }

  /** @param {Value} given */
  set(given) {
    const range = String(given),
      { view } = this.store;
    this.store.set({ range, ...(view && range === "frozen" ? onScreen(view) : {}) });
  }
}

/** @param {ShownView} view */
function onScreen({ stages, state }) {
  const stage = known(stages.find(({ name }) => name === state.stage)),
    single = singleOf(state, stage);
  const of = single === null ? coloringOfWhole : coloring;
  const [frozen_low, frozen_high] = of(state, stage).range(single ?? 0);
  return { frozen_low, frozen_high };
}
