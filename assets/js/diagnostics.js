// What is notable about a view, in sentences.

import { el } from "./dom.js";
import { t } from "./i18n.js";

/** @import { View } from "./contract.js" */

export class Diagnostics {
  shown = "";

  constructor() {
    this.root = el("ul", {
      class: "diagnostics",
      "aria-label": t("ui.diagnostics"),
      role: "status",
      hidden: true,
    });
  }

  /** @param {Pick<View, "diagnostics">} view */
  draw({ diagnostics }) {
    const texts = diagnostics.map(({ code, params }) => t(`diagnostics.${code}`, params));
    if (texts.join("\n") === this.shown) return;
    this.shown = texts.join("\n");
    this.root.replaceChildren(...texts.map((text) => el("li", { text })));
    this.root.hidden = texts.length === 0;
  }
}
