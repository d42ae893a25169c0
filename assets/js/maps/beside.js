// Beside the focused stage: what it does in words, and its numbers.

import { el } from "../dom.js";
import { known } from "../known.js";
import { StageNumbers } from "./numbers.js";
import { StageWords } from "./words.js";

/** @import { MapsView } from "../contract.js" */
/** @import { Given } from "../main.js" */

export class StageBeside {
  /** @param {Given} given */
  constructor({ store }) {
    this.words = new StageWords(store);
    this.numbers = new StageNumbers();
    this.root = el("div", { class: "told" }, this.words.root, this.numbers.root);
  }

  /** @param {MapsView} view */
  draw(view) {
    const stage = known(view.stages.find(({ name }) => name === view.focus.stage));
    this.words.draw(view, stage);
    this.numbers.draw(view, stage);
  }
}
