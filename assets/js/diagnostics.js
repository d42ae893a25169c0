// What is notable about a view, in sentences: the first on one line, all of them under the pointer.

import { el } from "./dom.js";
import { t } from "./i18n.js";
import { markLong } from "./overflow.js";

/** @import { View } from "./contract.js" */

/** @param {Element} item */
const isCut = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
  scrollWidth > clientWidth || scrollHeight > clientHeight;

export class Diagnostics {
  shown = "";
  list = el("ul", { hidden: true });
  root = el(
    "div",
    { class: "diagnostics", role: "status", "aria-label": t("ui.diagnostics") },
    this.list,
  );

  constructor() {
    new ResizeObserver(() => this.#cue()).observe(this.root);
  }

  /** @param {Pick<View, "diagnostics">} view */
  draw({ diagnostics }) {
    const texts = diagnostics.map(({ code, params }) => t(`diagnostics.${code}`, params));
    if (texts.join("\n") === this.shown) return;
    this.shown = texts.join("\n");
    this.list.replaceChildren(...texts.map((text) => el("li", { text })));
    this.list.hidden = texts.length === 0;
    this.#cue();
  }

  #cue() {
    const items = [...this.list.children];
    markLong(this.list, items.length > 1 || items.some(isCut));
  }
}
