// Weights: untrained or opened from files, dropped anywhere on the page; saved in any format.

import { el, setText } from "./dom.js";
import { has, t } from "./i18n.js";
import { wording } from "./messages.js";
import { saveAddress, sendWeights } from "./store.js";

export const UNTRAINED = "untrained", TRAINED = "trained";
const RUN = "run:";
const FORMATS = [".npz", ".safetensors", ".keras", ".ckpt"];
const VECTOR_FILE = /\.(npy|json|csv|txt)$/i; // a file of z, not of weights

// "kernel_size = 5", "C = 3"
const spelled = (values) => Object.entries(values).map(([name, value]) => `${name} = ${value}`);

// The controls that weights move, as words: those of their fields that differ from a view's.
export function movedControls(fields, state) {
  return spelled(Object.fromEntries(Object.entries(fields).filter(([name, value]) => name !== "weights" && state[name] !== value)));
}

// What the button that swaps trained and untrained weights says.
export function swapWords({ shown, trained }, state) {
  if (shown === TRAINED) return t("weights.show_untrained");
  const changes = movedControls(trained, state);
  if (changes.length === 0) return t("weights.show_trained");
  return t(changes.length < 3 ? "weights.show_trained_with" : "weights.show_trained_setting", { changes: changes.join(", "), count: changes.length });
}

const goneWords = (source) => t(source.startsWith(RUN) ? "weights.gone_run" : "weights.gone");

// The way back to weights that the structure on the screen does not fit.
const backWords = (source) => t(source === TRAINED ? "weights.back_trained" : source.startsWith(RUN) ? "weights.back_run" : "weights.back");

// Says above the page that the weights on the screen are not the chosen ones, and leads back.
export class WeightsNotice {
  constructor(store) {
    this.text = el("p");
    this.back = el("button", { type: "button", class: "quiet", id: "weights-notice-back", on: { click: () => store.apply(this.needs) } });
    this.root = el("div", { class: "notice", id: "weights-notice", role: "status", hidden: true }, this.text, this.back);
  }

  draw({ weights }) {
    const { status, name, needs } = weights;
    this.root.hidden = status === "ok";
    if (this.root.hidden) return;
    this.needs = needs;
    this.back.hidden = status !== "unfit";
    const trained = weights.source === TRAINED;
    setText(this.back, backWords(weights.source));
    setText(this.text, status === "gone" ? goneWords(weights.source) : t(trained ? "weights.unfit_trained" : "weights.unfit_opened", { name, needed: needs && spelled(needs).join(", ") }));
  }
}

export class WeightFiles {
  #known = new Map([[TRAINED, null], [UNTRAINED, null]]); // source -> opened weights

  constructor(store, latent) {
    Object.assign(this, { store, latent });
    this.select = el("select", { id: "field-weights", on: { change: () => this.#choose(this.select.value) } });
    this.file = el("input", { type: "file", multiple: true, class: "file", id: "open-weights", "aria-label": t("weights.open"), on: { change: () => this.#opened(this.file.files) } });
    this.problem = el("p", { class: "field-error", role: "alert", hidden: true, id: "weights-problem" });
    this.note = el("p", { class: "help", id: "weights-note" });
    this.back = el("button", { type: "button", id: "weights-back", hidden: true, on: { click: () => this.store.apply(this.needs) } });
    this.format = el("select", { id: "save-format", "aria-label": t("weights.format") }, ...FORMATS.map((kind) => el("option", { value: kind, text: t(`weights.${kind.slice(1)}`) })));
    this.save = el("button", { type: "button", id: "save-weights", text: t("weights.save"), on: { click: () => this.#save() } });
    this.root = el("div", { class: "control", data: { field: "weights" } }, el("label", { class: "name", for: "field-weights", text: "weights" }),
      el("div", { class: "inputs" }, this.select), this.note, this.back, this.file, this.problem, el("p", { class: "help", text: t("weights.help") }),
      el("div", { class: "inputs" }, this.format, this.save));
    this.#acceptDrops();
  }

  // The same content keeps the name under which it was opened here.
  draw({ weights }) {
    if (weights.source !== this.shown) this.problem.hidden = true; // it was about other files
    this.shown = weights.source;
    this.#known.set(TRAINED, { name: t("weights.trained_name"), fields: weights.trained });
    const opened = this.#known.get(weights.source);
    if (opened?.fields && weights.fields) Object.assign(weights, { name: opened.name, others: opened.others });
    // Of a run under a slider only the moment that is shown is offered.
    for (const source of this.#known.keys()) if (source.startsWith(RUN)) this.#known.delete(source);
    if (weights.fields) this.#known.set(weights.source, weights);
    else if (!this.#known.has(weights.source)) this.#known.set(weights.source, { name: t("weights.gone_name") });
    this.#offer(weights);
    this.select.value = weights.source;
    const { status, shown, others } = weights;
    this.needs = weights.needs;
    const note = status === "gone" ? goneWords(weights.source) : t(`weights.${status === "ok" ? shown : status}`, weights);
    setText(this.note, status === "ok" && others ? `${note} ${t("weights.others", weights)}` : note);
    this.back.hidden = status !== "unfit";
    setText(this.back, backWords(weights.source));
  }

  #offer({ source: chosen, status }) {
    const unfit = (source) => source === chosen && status === "unfit";
    const name = (source, opened) => (source === UNTRAINED ? t("weights.untrained_name") : unfit(source) ? t("weights.unfit_name", opened) : opened.name);
    const wanted = [...this.#known].map(([source, opened]) => [source, name(source, opened)]);
    const shown = [...this.select.options].map(({ value, text }) => [value, text]);
    if (shown.join() !== wanted.join()) this.select.replaceChildren(...wanted.map(([value, text]) => el("option", { value, text })));
  }

  #choose(source) {
    const fields = this.#known.get(source)?.fields;
    this.store.apply(fields ?? { weights: source });
  }

  async #opened(files) {
    if (!files.length) return;
    try {
      const { weights } = await sendWeights([...files], this.store.form);
      for (const opened of weights) this.#known.set(opened.source, opened);
      this.problem.hidden = true;
      this.store.apply(weights[0].fields);
    } catch (error) {
      this.problem.hidden = false;
      setText(this.problem, has(`errors.${error.code}`) ? wording(error) : t("errors.offline"));
      this.store.refuse(error); // seen wherever the file was dropped
    }
    this.file.value = "";
  }

  #save() {
    el("a", { href: saveAddress(this.format.value, this.store.view.link), download: "" }).click();
  }

  #acceptDrops() {
    const page = document.body;
    page.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
    page.addEventListener("drop", (event) => {
      const files = event.dataTransfer?.files ?? [];
      if (!files.length) return;
      event.preventDefault();
      if (files.length === 1 && VECTOR_FILE.test(files[0].name)) this.latent.open(files[0]);
      else this.#opened(files);
    });
  }
}
