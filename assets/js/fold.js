// What is told to those who ask: one line in view, the rest below it once it is opened.

import { el } from "./dom.js";

export class Fold {
  /**
   * @param {string} id
   * @param {string} title
   * @param {Node[]} told
   * @param {() => void} [paint] what is folded away is painted when it is opened
   */
  constructor(id, title, told, paint) {
    this.paint = paint;
    this.root = el(
      "details",
      { class: "fold", id, on: { toggle: () => this.draw() } },
      el("summary", { text: title }),
      ...told,
    );
  }

  draw() {
    if (this.root.open) this.paint?.();
  }
}
