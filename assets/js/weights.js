// Weights: untrained or opened from files, dropped anywhere on the page; saved in any format.

import { el, setText } from "./dom.js";
import { t } from "./i18n.js";
import { wording } from "./messages.js";

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

// Weights that the server lost: where they are sent again, how that goes.
function goneWords(source, news) {
  if (news?.sending) return t("weights.sending", news);
  const gone = t(source.startsWith(RUN) ? "weights.gone_run" : "weights.gone");
  if (news?.changed) return `${gone} ${t("weights.changed", news)}`;
  return news ? `${gone} ${t("weights.not_taken", { ...news, why: wording(news.refused) })}` : gone;
}

// The way back to weights that the structure on the screen does not fit.
const backWords = (source) => t(source === TRAINED ? "weights.back_trained" : source.startsWith(RUN) ? "weights.back_run" : "weights.back");

function unfitWords({ source, name, needs }) {
  const needed = spelled(needs).join(", ");
  return t(source === TRAINED ? "weights.unfit_trained" : "weights.unfit_opened", { name, needed });
}

// Says above the page that the weights on the screen are not the chosen ones, and leads back.
export class WeightsNotice {
  constructor(store) {
    this.opened = store.opened;
    this.text = el("p");
    this.back = el("button", { type: "button", class: "quiet", id: "weights-notice-back", on: { click: () => store.apply(this.needs) } });
    const retry = () => store.retry(this.source);
    this.again = el("button", {
      type: "button", class: "quiet", id: "weights-notice-again", text: t("weights.send_again"), on: { click: retry },
    });
    this.root = el("div", { class: "notice", id: "weights-notice", role: "status", hidden: true },
      this.text, this.back, this.again);
    store.opened.addEventListener("news", () => { if (store.view) this.draw(store.view); });
  }

  draw({ weights }) {
    const { status, source, needs } = weights, news = this.opened.newsOf(source);
    Object.assign(this, { source, needs });
    this.root.hidden = status === "ok" && !news?.sending;
    if (this.root.hidden) return;
    this.back.hidden = status !== "unfit";
    this.again.hidden = !news?.refused;
    setText(this.back, backWords(source));
    setText(this.text, status === "unfit" ? unfitWords(weights) : goneWords(source, news));
  }
}

export class WeightFiles {
  #offered = new Map(); // source -> weights that may be chosen: their name, the fields they need

  constructor(store, latent) {
    Object.assign(this, { store, latent });
    this.select = el("select", { id: "field-weights", on: { change: () => this.#choose(this.select.value) } });
    this.file = el("input", { type: "file", multiple: true, class: "file", id: "open-weights", "aria-label": t("weights.open"), on: { change: () => this.#opened(this.file.files) } });
    this.problem = el("p", { class: "field-error", role: "alert", hidden: true, id: "weights-problem" });
    this.note = el("p", { class: "help", id: "weights-note" });
    this.back = el("button", { type: "button", id: "weights-back", hidden: true, on: { click: () => this.store.apply(this.needs) } });
    this.format = el("select", { id: "save-format", "aria-label": t("weights.format") }, ...FORMATS.map((kind) => el("option", { value: kind, text: t(`weights.${kind.slice(1)}`) })));
    this.save = el("button", { type: "button", id: "save-weights", text: t("weights.save"), on: { click: () => this.store.save(this.format.value) } });
    this.root = el("div", { class: "control", data: { field: "weights" } }, el("label", { class: "name", for: "field-weights", text: "weights" }),
      el("div", { class: "inputs" }, this.select), this.note, this.back, this.file, this.problem, el("p", { class: "help", text: t("weights.help") }),
      el("div", { class: "inputs" }, this.format, this.save));
    this.#acceptDrops();
    store.opened.addEventListener("news", () => { if (store.view) this.draw(store.view); });
  }

  draw({ weights }) {
    const { source, status, shown, others } = weights;
    if (source !== this.shown) this.problem.hidden = true; // it was about other files
    this.shown = source;
    this.needs = weights.needs;
    this.#offer(weights);
    this.select.value = source;
    const there = t(`weights.${status === "ok" ? shown : status}`, weights);
    const note = status === "gone" ? goneWords(source, this.store.opened.newsOf(source)) : there;
    setText(this.note, status === "ok" && others ? `${note} ${t("weights.others", weights)}` : note);
    this.back.hidden = status !== "unfit";
    setText(this.back, backWords(source));
  }

  // Of a run under a slider only the moment that is shown is offered.
  #offer(weights) {
    const trained = { source: TRAINED, name: t("weights.trained_name"), fields: weights.trained };
    const untrained = { source: UNTRAINED, name: t("weights.untrained_name") };
    const shown = { ...weights, name: weights.name ?? t("weights.gone_name") };
    const all = [trained, untrained, ...this.store.opened.all];
    if (!all.some(({ source }) => source === shown.source)) all.push(shown);
    this.#offered = new Map(all.map((one) => [one.source, one]));
    const unfit = ({ source }) => source === shown.source && shown.status === "unfit";
    this.#list(all.map((one) => [one.source, unfit(one) ? t("weights.unfit_name", one) : one.name]));
  }

  #list(wanted) {
    const listed = [...this.select.options].map(({ value, textContent }) => [value, textContent]);
    if (listed.join() === wanted.join()) return;
    this.select.replaceChildren(...wanted.map(([value, text]) => el("option", { value, text })));
  }

  #choose(source) {
    this.store.apply(this.#offered.get(source)?.fields ?? { weights: source });
  }

  async #opened(files) {
    if (!files.length) return;
    try {
      const [first] = await this.store.opened.open([...files], this.store.form);
      this.problem.hidden = true;
      this.store.apply(first.fields);
    } catch (error) {
      this.problem.hidden = false;
      setText(this.problem, wording(error));
      this.store.refuse(error); // seen wherever the file was dropped
    }
    this.file.value = "";
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
