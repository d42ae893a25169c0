// The cells that led to the one that is explained, each a click away.

import { askWhy, goBack, split, steps } from "../cells.js";
import { el } from "../dom.js";

/**
 * @import { State } from "../contract.js"
 * @import { Store } from "../store.js"
 */

export class Trail {
  root = el("ol", { class: "trail" });

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  /** @param {State} state */
  draw(state) {
    const past = steps(state.trail).map((step, at) => {
      const [stage, cell] = split(step);
      const back = el("button", {
        type: "button",
        class: "link",
        text: inWords(stage, cell),
        on: { click: () => askWhy(this.store, goBack(state, at)) },
      });
      return el("li", {}, back);
    });
    const here = el("li", { "aria-current": "step", text: inWords(state.stage, state.cell) });
    this.root.replaceChildren(...past, here);
    this.root.hidden = past.length === 0;
  }
}

/** @type {(stage: string, cell: string) => string} */
const inWords = (stage, cell) => `${stage} [${cell.replaceAll(",", ", ")}]`;
