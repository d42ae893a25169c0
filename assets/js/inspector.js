// A page in two: what is looked at, and beside it what is told of it.

import { questionOf } from "./cells.js";
import { el } from "./dom.js";
import { cueOverflow } from "./overflow.js";

/** @import { ExplainedView } from "./contract.js" */
/** @import { Tracer } from "./tracer/tracer.js" */

export class Inspector {
  /**
   * @param {string} name of the page's own class
   * @param {Tracer} tracer the one that all pages share
   * @param {{ looked: Node[], told?: Node[] }} parts nothing is told where all of it is hidden
   */
  constructor(name, tracer, { looked, told = [] }) {
    this.tracer = tracer;
    this.told = el("div", { class: "inspector" }, ...told);
    this.root = el(
      "div",
      { class: `${name} with-inspector`, on: closingByEscape(tracer) },
      el("div", { class: "looked-at" }, ...looked),
      this.told,
    );
    cueOverflow(this.told);
  }

  // What was asked of a stage that the page does not show is not answered there.
  /** @type {(view: ExplainedView, stages: (string | null)[]) => void} */
  draw(view, stages) {
    showTracer(this.tracer, this.told, view);
    if (!stages.includes(questionOf(view.state))) this.tracer.root.hidden = true;
  }
}

// The tracer comes to the page that is shown.
/** @type {(tracer: Tracer, host: HTMLElement, view: ExplainedView) => void} */
export function showTracer(tracer, host, view) {
  if (tracer.root.parentElement !== host) host.prepend(tracer.root);
  tracer.draw(view);
}

// Listeners of what stands beside the tracer.
/** @param {Tracer} tracer */
export const closingByEscape = (tracer) => ({
  /** @param {KeyboardEvent} event */
  keydown: ({ key }) => {
    if (key === "Escape" && !tracer.root.hidden) tracer.close();
  },
});
