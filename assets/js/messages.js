// What went wrong, beside the control at fault and at the top; and the diagnostics of a view.

import { el, setText } from "./dom.js";
import { has, t } from "./i18n.js";

// An error of the server or the API in the reader's language; an exception is a mistake of ours.
export function wording(error) {
  if (error instanceof Error) return t("errors.page_failed");
  const key = `errors.${error.code}`;
  const name = error.params?.axis;
  const axis = name && has(`axes.${name}`) ? t(`axes.${name}`) : name;
  const field = error.params?.field,
    label = `lab.${field}`;
  return has(key)
    ? t(key, { ...error.params, axis, field: has(label) ? t(label) : field, pads: padNames(error) })
    : error.message;
}

// The rules of size behind a stage, in a row of sentences.
export const ruleWords = (rules) =>
  rules.map(({ code, params }) => t(`stage_rules.${code}`, params)).join(t("ui.space"));

export const AXES = ["batch", "height", "width", "channels"];

// A pad in a message, as Python names it: axis and side.
const PAD = /paddings\[(\d)\]\[(\d)\](?= = “)/g;

// Which of the eight pads a message is about, counted as the form holds them.
export function wrongPads({ params }) {
  return [...String(params?.pads ?? "").matchAll(PAD)].map(
    ([, axis, side]) => 2 * Number(axis) + Number(side),
  );
}

// Errors of pads that mirror more than there is, and the words of the way out.
export const TOO_LARGE = { pad_too_large: "lab.largest", pads_too_large: "lab.largest_all" };

// The axes of such an error, each with its limit.
function pastLimit({ axis, limit, pads = "" }) {
  const several = [...pads.matchAll(/paddings\[(\d)\]\[\d\] = “\d+” > (\d+)/g)].map(
    ([, at, most]) => [Number(at), Number(most)],
  );
  return several.length ? several : [[AXES.indexOf(axis), limit]];
}

// "height, before": as the boxes are called.
export function padName(axis, side) {
  return `${t(`axes.${AXES[axis]}`)}, ${t(side ? "ui.after" : "ui.before")}`;
}

const padNames = ({ params }) =>
  params?.pads?.replace(PAD, (_, axis, side) => padName(axis, Number(side)));

// Eight pads as one text, none on that axis above the limit.
export function withLimit(pads, axis, limit) {
  return String(pads)
    .split(",")
    .map((pad, at) => (Math.floor(at / 2) === axis ? Math.min(Number(pad), limit) : pad))
    .join(",");
}

export class Alerts {
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
  show(errors, { undo = true, aside = false } = {}) {
    this.aside = aside;
    setText(this.text, errors.map(wording).join("\n"));
    this.undo.hidden = !undo;
    this.#offerLargest(errors[0]);
    this.close.hidden = undo;
    this.box.hidden = false;
  }

  // Pads that mirror more than there is: the largest that work, in one click.
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
  constructor() {
    this.root = el("ul", {
      class: "diagnostics",
      "aria-label": t("ui.diagnostics"),
      role: "status",
    });
  }

  draw({ diagnostics }) {
    const texts = diagnostics.map(({ code, params }) => t(`diagnostics.${code}`, params));
    if (texts.join("\n") === this.shown) return;
    this.shown = texts.join("\n");
    this.root.replaceChildren(...texts.map((text) => el("li", { text })));
    this.root.hidden = texts.length === 0;
  }
}
