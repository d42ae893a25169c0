// What went wrong, beside the control at fault and at the top; and the diagnostics of a view.

import { el, setText } from "./dom.js";
import { has, t } from "./i18n.js";

/** @import { Params, Sentence, ServerError, View } from "./contract.js" */
/** @import { Store } from "./store.js" */

/**
 * A mistake to tell: the server's, or one that the page itself found.
 * @typedef {object} Problem
 * @property {string} code
 * @property {string | null} field the control at fault, if one is
 * @property {Params} params
 * @property {string} [message] in English, of the server
 * @property {Problem[]} [others] more mistakes of the same input
 * @property {boolean} [retried] whether what failed is tried again by itself
 * @property {string[]} [changes] the fields that were changed last
 * @property {boolean} [aside] whether it is about something else than the values in the form
 */

/** @type {(code: string) => Problem} */
export const problem = (code) => ({ code, field: null, params: {}, others: [] });

// What was thrown, as a message: an exception is a mistake of ours.
/** @type {(caught: unknown) => Problem} */
export function toMessage(caught) {
  if (!(caught instanceof Error)) return /** @type {Problem} */ (caught);
  console.error(caught);
  return problem("page_failed");
}

// An error of the server or the API in the reader's language; an exception is a mistake of ours.
/** @param {Problem | Error} error */
export function wording(error) {
  if (error instanceof Error) return t("errors.page_failed");
  const key = `errors.${error.code}`;
  if (!has(key)) return error.message ?? key;
  const { axis: name, field } = error.params,
    label = `lab.${field}`;
  const axis = name && has(`axes.${name}`) ? t(`axes.${name}`) : name;
  const words = { axis, field: has(label) ? t(label) : field, pads: padNames(error) };
  return t(key, { ...error.params, ...words });
}

// The rules of size behind the pad, in a row of sentences.
/** @param {Sentence[]} rules */
export const ruleWords = (rules) =>
  rules.map(({ code, params }) => t(`pad_rules.${code}`, params)).join(t("ui.space"));

export const AXES = ["batch", "height", "width", "channels"];

// A pad in a message, as Python names it: axis and side.
const PAD = /paddings\[(\d)\]\[(\d)\](?= = “)/g;

// Which of the eight pads a message is about, counted as the form holds them.
/** @param {Pick<Problem, "params">} error */
export function wrongPads({ params }) {
  return [...String(params.pads ?? "").matchAll(PAD)].map(
    ([, axis, side]) => 2 * Number(axis) + Number(side),
  );
}

// Errors of pads that mirror more than there is, and the words of the way out.
/** @type {Record<string, string>} */
export const TOO_LARGE = { pad_too_large: "lab.largest", pads_too_large: "lab.largest_all" };

// The axes of such an error, each with its limit.
/** @type {(params: Params) => [axis: number, limit: number][]} */
function pastLimit({ axis, limit, pads = "" }) {
  const several = String(pads).matchAll(/paddings\[(\d)\]\[\d\] = “\d+” > (\d+)/g);
  /** @type {[number, number][]} */
  const limits = Array.from(several, ([, at, most]) => [Number(at), Number(most)]);
  return limits.length ? limits : [[AXES.indexOf(String(axis)), Number(limit)]];
}

// "height, before": as the boxes are called.
/** @type {(axis: number, side: number) => string} */
export function padName(axis, side) {
  return `${t(`axes.${AXES[axis]}`)}, ${t(side ? "ui.after" : "ui.before")}`;
}

/** @param {Problem} error */
const padNames = ({ params: { pads } }) =>
  pads && String(pads).replace(PAD, (_, axis, side) => padName(Number(axis), Number(side)));

// Eight pads as one text, none on that axis above the limit.
/** @type {(pads: string, axis: number, limit: number) => string} */
export function withLimit(pads, axis, limit) {
  return String(pads)
    .split(",")
    .map((pad, at) => (Math.floor(at / 2) === axis ? Math.min(Number(pad), limit) : pad))
    .join(",");
}

export class Alerts {
  aside = false;
  largest = ""; // pads, of the offer

  /**
   * @param {HTMLElement} host
   * @param {Store} store
   */
  constructor(host, store) {
    this.text = el("p", { class: "alert-text" });
    this.undo = el("button", {
      type: "button",
      class: "quiet",
      text: t("ui.undo"),
      on: { click: () => store.undo() },
    });
    this.fix = el("button", { type: "button", class: "quiet", id: "use-largest", hidden: true });
    this.fix.addEventListener("click", () => store.apply({ paddings: this.largest }));
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
    host.append(this.box);
  }

  // `aside`: whether they are about something else than the values in the form.
  /** @param {Problem[]} errors */
  show(errors, { undo = true, aside = false } = {}) {
    this.aside = aside;
    setText(this.text, errors.map(wording).join("\n"));
    this.undo.hidden = !undo;
    this.#offerLargest(errors[0]);
    this.close.hidden = undo;
    this.box.hidden = false;
  }

  // Pads that mirror more than there is: the largest that work, in one click.
  /** @param {Problem} error */
  #offerLargest({ code, field, params }) {
    this.fix.hidden = !(code in TOO_LARGE) || field !== "paddings";
    if (this.fix.hidden) return;
    this.largest = pastLimit(params).reduce(
      (pads, [axis, limit]) => withLimit(pads, axis, limit),
      this.form().paddings,
    );
    setText(this.fix, t(TOO_LARGE[code], params));
  }

  hide() {
    this.box.hidden = true;
  }

  hideAside() {
    if (this.aside) this.hide();
  }
}

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
