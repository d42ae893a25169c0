// What went wrong, at the top of the page, with the ways out.

import { el, setText } from "./dom.js";
import { t } from "./i18n.js";
import { pastLimit, TOO_LARGE, withLimit, wording } from "./messages.js";

/** @import { Params } from "./contract.js" */
/** @import { Given } from "./main.js" */
/** @import { Problem } from "./messages.js" */
/** @import { Changes, Store } from "./store.js" */

export class Alerts {
  aside = false;
  /** @type {Changes} */
  offer = {}; // values that do instead

  /** @param {Store} store */
  constructor(store) {
    this.text = el("p", { class: "alert-text" });
    this.undo = el("button", {
      type: "button",
      class: "quiet",
      text: t("ui.last_good"),
      on: { click: () => store.undo() },
    });
    this.fix = el("button", { type: "button", class: "quiet", id: "use-offer", hidden: true });
    this.fix.addEventListener("click", () => store.applyApart(this.offer));
    this.form = () => store.form;
    this.close = el("button", {
      type: "button",
      class: "quiet",
      text: t("ui.dismiss"),
      on: { click: () => this.hide() },
    });
    this.box = el(
      "div",
      { class: "alert", role: "alert", hidden: true },
      this.text,
      this.fix,
      this.undo,
      this.close,
    );
    this.root = el("div", { class: "alerts" }, this.box);
    addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  // `aside`: whether they are about something else than the values in the form.
  /** @param {Problem[]} errors */
  show(errors, { undo = true, aside = false } = {}) {
    this.aside = aside;
    setText(this.text, errors.map(wording).join("\n"));
    this.undo.hidden = !undo;
    this.#offer(errors[0]);
    this.box.hidden = false;
  }

  // What does instead, in one click: what the server found, or the largest pads that mirror what
  // there is.
  /** @param {Problem} error */
  #offer({ code, field, params, offer = {} }) {
    const isOfPads = code in TOO_LARGE && field === "paddings";
    this.offer = isOfPads ? { paddings: this.#largest(params) } : offer;
    this.fix.hidden = !Object.keys(this.offer).length;
    const key = code === "change_excess" ? "take_back" : "complete";
    setText(this.fix, isOfPads ? t(TOO_LARGE[code], params) : t(`changeable.${key}`));
  }

  /** @param {Params} params */
  #largest(params) {
    return pastLimit(params).reduce(
      (pads, [axis, limit]) => withLimit(pads, axis, limit),
      this.form().paddings,
    );
  }

  // Escape uncovers what it lies over, and closes nothing else at once.
  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape" || this.box.hidden) return;
    event.stopPropagation();
    this.hide();
  }

  hide() {
    this.box.hidden = true;
  }

  hideAside() {
    if (this.aside) this.hide();
  }
}

// Their place on the page.
export class AlertsPlace {
  /** @param {Given} given */
  constructor({ alerts }) {
    this.root = alerts.root;
  }
}
