// A page in two: what is looked at, and beside it what is told of it.

import { el } from "./dom.js";

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
      {
        class: `${name} with-inspector`,
        on: {
          keydown: ({ key }) => {
            if (key === "Escape" && !this.tracer.root.hidden) this.tracer.close();
          },
        },
      },
      el("div", { class: "looked-at" }, ...looked),
      this.told,
    );
  }

  // The tracer comes to the page that is shown.
  /** @param {ExplainedView} view */
  draw(view) {
    if (this.tracer.root.parentElement !== this.told) this.told.prepend(this.tracer.root);
    this.tracer.draw(view);
  }
}
