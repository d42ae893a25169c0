// Weights: a choice of them, files to open, and files to save in any format.

import { el, setText } from "./dom.js";
import { t } from "./i18n.js";
import { fileWords, goneWords, TRAINED, UNTRAINED } from "./weights.js";

/** @import { Given } from "./main.js" */
/** @import { NamedWeights } from "./opened_files.js" */
/** @import { Changes, ShownView } from "./store.js" */

/** @typedef {{ source: string, name: string, fields?: Changes }} Offered weights to choose */

const FORMATS = [".npz", ".safetensors", ".keras", ".ckpt"];

export class WeightFiles {
  /** @type {Map<string, Offered>} */
  #offered = new Map(); // by source, what may be chosen and the fields that it needs
  shown = ""; // the source of what is shown

  /** @param {Given} given */
  constructor({ store, opening }) {
    this.store = store;
    this.opening = opening;
    this.select = el("select", {
      id: "field-weights",
      on: { change: () => this.#choose(this.select.value) },
    });
    this.file = el("input", {
      type: "file",
      multiple: true,
      class: "file",
      id: "open-weights",
      "aria-label": t("weights.open"),
      on: { change: () => this.#open() },
    });
    this.progress = el("p", { class: "help one-line", role: "status", id: "weights-progress" });
    this.problem = el("p", {
      class: "field-error",
      role: "alert",
      hidden: true,
      id: "weights-problem",
    });
    this.note = el("p", { class: "help", id: "weights-note" });
    this.format = el(
      "select",
      { id: "save-format", "aria-label": t("weights.format") },
      ...FORMATS.map((kind) => el("option", { value: kind, text: t(`weights.${kind.slice(1)}`) })),
    );
    this.save = el("button", {
      type: "button",
      id: "save-weights",
      text: t("weights.save"),
      on: { click: () => this.store.save(this.format.value) },
    });
    this.root = el(
      "div",
      { class: "control", data: { field: "weights" } },
      el("label", { class: "name", for: "field-weights", text: "weights" }),
      el("div", { class: "inputs" }, this.select),
      this.note,
      this.file,
      this.progress,
      this.problem,
      el("p", { class: "help", text: t("weights.help") }),
      el("div", { class: "inputs save" }, this.format, this.save),
    );
    store.opened.on("news", () => {
      if (store.view) this.draw(store.view);
    });
    opening.on("news", () => this.#tell());
    this.#tell();
  }

  /** @param {ShownView} view */
  draw({ weights, state }) {
    const { source, status, shown } = weights;
    if (this.shown && source !== this.shown) this.opening.forgive();
    this.shown = source;
    this.#offer(weights);
    this.select.value = source;
    const note =
      status === "gone"
        ? goneWords(source, this.store.opened.newsOf(source))
        : t(`weights.${shown}`, weights);
    setText(this.note, [note, ...fileWords(weights, state)].join(t("ui.space")));
  }

  // Of a run under a slider only the moment that is shown is offered.
  /** @param {NamedWeights} weights */
  #offer(weights) {
    const trained = { source: TRAINED, name: t("weights.trained_name") };
    const untrained = { source: UNTRAINED, name: t("weights.untrained_name") };
    const shown = { ...weights, name: weights.name ?? t("weights.gone_name") };
    /** @type {Offered[]} */
    const all = [trained, untrained, ...this.store.opened.all];
    if (!all.some(({ source }) => source === shown.source)) all.push(shown);
    this.#offered = new Map(all.map((one) => [one.source, one]));
    this.#list(all.map((one) => [one.source, one.name]));
  }

  /** @param {[value: string, text: string][]} wanted */
  #list(wanted) {
    const listed = [...this.select.options].map(({ value, textContent }) => [value, textContent]);
    if (listed.join() === wanted.join()) return;
    this.select.replaceChildren(...wanted.map(([value, text]) => el("option", { value, text })));
  }

  /** @param {string} source */
  #choose(source) {
    this.opening.begin();
    this.store.apply(this.#offered.get(source)?.fields ?? { weights: source });
  }

  #open() {
    const files = [...(this.file.files ?? [])];
    this.file.value = "";
    this.opening.open(files);
  }

  #tell() {
    const { progress, problem } = this.opening;
    setText(this.progress, progress);
    this.problem.hidden = !problem;
    setText(this.problem, problem);
  }
}
