// What went wrong, beside the control at fault and at the top; and the diagnostics of a view.

import { el, setText } from "./dom.js";
import { has, t } from "./i18n.js";

// An error of the server or the API in the reader's language.
export function wording(error) {
  const key = `errors.${error.code}`;
  const name = error.params?.axis;
  const axis = name && has(`axes.${name}`) ? t(`axes.${name}`) : name;
  return has(key) ? t(key, { ...error.params, axis }) : error.message;
}

export class Alerts {
  constructor(host, store) {
    this.text = el("p", { class: "alert-text" });
    this.undo = el("button", { type: "button", class: "quiet", text: t("ui.undo"), on: { click: () => store.undo() } });
    this.close = el("button", { type: "button", class: "quiet", text: t("ui.dismiss"), on: { click: () => this.hide() } });
    this.box = el("div", { class: "alert", role: "alert", hidden: true }, this.text, this.undo, this.close);
    host.append(this.box);
  }

  show(errors, { undo = true } = {}) {
    setText(this.text, errors.map(wording).join("\n"));
    this.undo.hidden = !undo;
    this.close.hidden = undo;
    this.box.hidden = false;
  }

  hide() {
    this.box.hidden = true;
  }
}

export class Diagnostics {
  constructor() {
    this.root = el("ul", { class: "diagnostics", "aria-label": t("ui.diagnostics"), role: "status" });
  }

  draw({ diagnostics }) {
    const texts = diagnostics.map(({ code, params }) => t(`diagnostics.${code}`, params));
    if (texts.join("\n") === this.shown) return;
    this.shown = texts.join("\n");
    this.root.replaceChildren(...texts.map((text) => el("li", { text })));
    this.root.hidden = texts.length === 0;
  }
}
