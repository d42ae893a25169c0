// What the page is, whose weights are shown, where they run, and the link.

import { el, setText } from "./dom.js";
import { t } from "./i18n.js";

/** @import { Comparison } from "./comparison.js" */
/** @import { PartsAnswer } from "./contract.js" */
/** @import { History } from "./history.js" */
/** @import { Given } from "./main.js" */
/** @import { ShownView, Store } from "./store.js" */

const WEIGHT_LABELS = {
  untrained: "ui.weights_label",
  trained: "weights.trained_label",
  file: "weights.label",
  graph: "weights.label",
  run: "weights.run_label",
};
const SAID_MS = 2000;

export class Header {
  /** @type {Store} */
  store;
  /** @type {History} */
  history;
  /** @type {Comparison} */
  comparison;
  weights = el("span", { class: "pill", id: "weights-label" });
  device = el("span", { class: "pill", id: "device-label" });
  share = el("button", {
    type: "button",
    class: "quiet",
    id: "copy-link",
    text: t("ui.copy_link"),
    on: { click: () => this.#copyLink() },
  });
  undo = this.#step("undo", t("ui.undo"), "↶", () => this.history.undo());
  redo = this.#step("redo", t("ui.redo"), "↷", () => this.history.redo());
  examples = el("div");
  compare = el("button", { type: "button", class: "quiet", id: "compare" });
  endCompare = this.#step("end-compare", t("ui.end_compare"), "✕", () => this.comparison.end());
  root = el(
    "header",
    { class: "top" },
    el("h1", { text: t("ui.title") }),
    this.#guide(),
    this.examples,
    el(
      "div",
      { class: "pills" },
      this.weights,
      this.device,
      el("div", { class: "steps" }, this.undo, this.redo),
      this.compare,
      this.endCompare,
      this.share,
    ),
  );

  /** @param {Given} given */
  constructor({ store, history, comparison, examples }) {
    this.examples.append(...this.#unfolded("examples", listed(examples)));
    this.store = store;
    this.history = history;
    this.comparison = comparison;
    this.compare.addEventListener("click", () => comparison.flip());
    comparison.on("side", () => this.#tellSide());
    this.#tellSide();
    document.title = t("ui.title");
    for (const event of /** @type {const} */ (["view", "error"]))
      store.on(event, () => this.#offerSteps());
  }

  // What the page is for, in a few sentences.
  #guide() {
    return el("div", {}, ...this.#unfolded("guide", el("p", { text: t("ui.lead") })));
  }

  // A button, and what it shows over the page until something else is clicked.
  /** @type {(name: "guide" | "examples", content: HTMLElement) => HTMLElement[]} */
  #unfolded(name, content) {
    const sheet = el("div", { class: "sheet", id: name, popover: "auto" }, content);
    sheet.addEventListener("click", ({ target }) => {
      if (target instanceof HTMLAnchorElement) sheet.hidePopover();
    });
    const label = t(name === "guide" ? "ui.guide" : "ui.examples");
    const button = el("button", { type: "button", class: "quiet", text: label });
    button.popoverTargetElement = sheet;
    return [button, sheet];
  }

  // Which of two settings is shown, where two are compared.
  #tellSide() {
    const { side } = this.comparison;
    const words = t(side ? "ui.flip" : "ui.compare", { side: side ?? "" });
    const [a, b] = ["A", "B"].map((one) =>
      el("span", { class: one === side ? "shown" : "", text: one }),
    );
    this.compare.replaceChildren(a, " ", b);
    this.compare.setAttribute("aria-label", `A B: ${words}`); // what is seen, to be spoken
    this.compare.title = words;
    this.endCompare.hidden = !side;
    this.endCompare.disabled = false;
  }

  /** @type {(id: string, label: string, sign: string, click: () => void) => HTMLButtonElement} */
  #step(id, label, sign, click) {
    return el("button", {
      type: "button",
      class: "quiet step",
      id,
      "aria-label": label,
      title: label,
      disabled: true,
      text: sign,
      on: { click },
    });
  }

  #offerSteps() {
    this.undo.disabled = !this.history.canUndo;
    this.redo.disabled = !this.history.canRedo;
  }

  /** @param {ShownView} view */
  draw({ weights, state, device }) {
    const label = t(WEIGHT_LABELS[weights.shown], { ...weights, seed: state.weights_seed });
    setText(this.weights, weights.status === "carried" ? t("carry.label", { label }) : label);
    this.weights.classList.toggle("warn", weights.status === "gone");
    setText(this.device, t("ui.device_label", { device }));
  }

  async #copyLink() {
    let done = true;
    await navigator.clipboard.writeText(this.store.address()).catch(() => {
      done = false;
    });
    setText(this.share, t(done ? "ui.copied_text" : "ui.copy_failed"));
    setTimeout(() => setText(this.share, t("ui.copy_link")), SAID_MS);
  }
}

// Views worth a look, each with what to notice.
/** @param {PartsAnswer["examples"]} examples */
function listed(examples) {
  const links = examples.map(({ name, link }) => {
    const title = el("a", { href: `#${link}`, text: t(`examples.${name}.name`) });
    return el("li", {}, title, el("p", { text: t(`examples.${name}.notice`) }));
  });
  return el("ul", {}, ...links);
}
