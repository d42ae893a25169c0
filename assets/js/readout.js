// A line that says what to do, and while something is pointed at, what is there.

import { el, setText } from "./dom.js";

export class Readout {
  /** @param {string} hint */
  constructor(hint) {
    this.hint = hint;
    this.root = el("p", { class: "readout", role: "status" });
    this.clear();
  }

  /** @param {string} text */
  say(text) {
    this.root.classList.add("mono");
    setText(this.root, text);
  }

  clear(hint = this.hint) {
    this.hint = hint;
    this.root.classList.remove("mono");
    setText(this.root, hint);
  }
}
