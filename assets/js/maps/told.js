// Beside the focused stage: why a cell has its value, and the line of code that makes the stage.

import { el } from "../dom.js";
import { closingByEscape, showTracer } from "../inspector.js";
import { cueOverflow } from "../overflow.js";
import { StageCall } from "./call.js";

/** @import { MapsView } from "../contract.js" */
/** @import { Given } from "../main.js" */
/** @import { Problem } from "../messages.js" */

export class StageTold {
  /** @type {HTMLElement | null} */
  #column = null; // of Gradio's, that it stands in

  /** @param {Given} given */
  constructor({ store, tracer, stageArguments }) {
    this.tracer = tracer;
    this.own = stageArguments;
    this.call = new StageCall(
      (field) => store.emit("lead", field),
      (argument) => stageArguments.lead(argument),
    );
    this.root = el("div", { class: "told", on: closingByEscape(tracer) }, this.call.root);
  }

  /** @param {MapsView} view */
  draw(view) {
    this.#cue();
    showTracer(this.tracer, this.root, view);
    this.call.draw(view);
    this.own.draw(view);
    this.root.toggleAttribute("data-fixed", !view.focus.changeable.arguments.length);
  }

  #cue() {
    if (this.#column) return;
    this.#column = this.root.closest(".inspector");
    if (this.#column) cueOverflow(this.#column);
  }

  /** @param {Problem[]} errors */
  fail(errors) {
    return this.own.fail(errors);
  }

  clear() {
    this.own.clear();
  }
}
