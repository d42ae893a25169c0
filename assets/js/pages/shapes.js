// Shapes: the place of the shape debugger's answer; all else on the page is Gradio's.

/** @import { ShapesView } from "../contract.js" */
/** @import { Given } from "../main.js" */
/** @import { Problem } from "../messages.js" */

export class ShapesPage {
  /** @param {Given} given */
  constructor({ shapes }) {
    this.shapes = shapes;
    this.root = shapes.root;
  }

  /** @param {ShapesView} view */
  draw(view) {
    return this.shapes.draw(view);
  }

  // Whatever was refused, the debugger waits no more.
  /** @param {Problem[]} errors */
  fail(errors) {
    this.shapes.refused();
    return errors;
  }
}
