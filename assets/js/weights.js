// Weights: untrained or opened from files, dropped anywhere on the page; saved in any format.

import { assignments as spelled } from "./assignments.js";
import { el, setText } from "./dom.js";
import { droppedFiles } from "./dropped_files.js";
import { t } from "./i18n.js";
import { toMessage, wording } from "./messages.js";
import { shownName } from "./opened_files.js";

/** @import { FreshWeights, State } from "./contract.js" */
/** @import { Latent } from "./latent.js" */
/** @import { NamedWeights, News } from "./opened_files.js" */
/** @import { Changes, ShownView, Store } from "./store.js" */

/** @typedef {{ source: string, name: string, fields?: Changes }} Offered weights to choose */
/** @typedef {Exclude<NamedWeights, FreshWeights>} FoundWeights */

export const UNTRAINED = "untrained";
const TRAINED = "trained";
const RUN = "run:";
const FORMATS = [".npz", ".safetensors", ".keras", ".ckpt"];
const VECTOR_FILE = /\.(npy|json|csv|txt)$/i; // a file of z, not of weights

// The controls that weights move, as words: those of their fields that differ from a view's.
/** @type {(fields: Changes, state: State) => string[]} */
export function movedControls(fields, state) {
  /** @type {Record<string, unknown>} */
  const now = state;
  const moved = Object.entries(fields).filter(
    ([name, value]) => name !== "weights" && now[name] !== value,
  );
  return spelled(Object.fromEntries(moved));
}

/** @type {(...all: string[]) => string} */
const sentences = (...all) => all.filter(Boolean).join(t("ui.space"));

// How weights are called: as their visitor calls the file, or in plain words.
/** @param {Pick<NamedWeights, "source" | "name" | "fields">} weights */
function nameOf({ source, name = t("weights.opened_name"), fields }) {
  return t(`carry.name_${source.split(":")[0]}`, { ...fields, name });
}

// Networks that were trained beside the one that is shown.
/** @type {(words: string, weights: NamedWeights) => string} */
function withSiblings(words, { siblings = [] }) {
  if (!siblings.length) return words;
  const others = siblings.join(t("tracer.comma"));
  return sentences(words, t("carry.siblings", { others }));
}

// Weights that the server lost: where they are sent again, how that goes.
/** @type {(source: string, news: News | undefined) => string} */
function goneWords(source, news) {
  if (news?.sending) return t("weights.sending", news);
  const gone = t(source.startsWith(RUN) ? "weights.gone_run" : "weights.gone");
  if (news?.changed) return `${gone} ${t("weights.changed", news)}`;
  if (!news?.refused) return gone;
  return `${gone} ${t("weights.not_taken", { ...news, why: wording(news.refused) })}`;
}

// What was done to weights of another structure, what it makes of the output first.
/** @param {FoundWeights} weights */
function carriedWords(weights) {
  const steps = weights.steps.map(({ code, ...places }) => t(`carry.${code}`, places));
  const done = t("carry.done", { done: steps.join(t("carry.and")) });
  return sentences(done, t("carry.carried", { name: nameOf(weights) }));
}

/** @param {FoundWeights} weights */
function setAsideWords(weights) {
  return t("carry.set_aside", { name: nameOf(weights), needed: spelled(weights.needs).join(", ") });
}

/** @type {(weights: NamedWeights, state: State) => string} */
function shownWords(weights, state) {
  const { shown } = weights,
    fresh = state.reuse ? "carry.shown_untrained" : "carry.shown_fresh";
  const what =
    shown === UNTRAINED
      ? t(fresh, { seed: state.weights_seed })
      : withSiblings(t("carry.shown", { name: nameOf(weights) }), weights);
  return sentences(unlikeWords(weights), what);
}

// What else a network was trained with, though its variables do not depend on it.
/** @param {NamedWeights} weights */
function unlikeWords({ unlike = {} }) {
  const values = spelled(unlike).join(", ");
  return values && t("carry.done", { done: t("carry.unlike", { before: values }) });
}

// Where the weights on the screen come from, and the ways to others.
/** @type {(weights: NamedWeights, state: State, news: News | undefined) => string} */
function wordsOf(weights, state, news) {
  switch (weights.status) {
    case "carried":
      return carriedWords(weights);
    case "set_aside":
      return setAsideWords(weights);
    case "gone":
      return goneWords(weights.source, news);
    default:
      return shownWords(weights, state);
  }
}

// What the weights on the screen do not hold, and what their file holds besides.
/** @type {(weights: NamedWeights, state: State) => string[]} */
function fileWords({ status, others, assumed = [], untold }, state) {
  const { base_height: rows, base_width: columns } = state,
    area = rows * columns;
  const words = Object.entries(untold ?? {})
    .filter(([, blocks]) => blocks.length)
    .map(([kind, blocks]) =>
      t(`weights.${assumed.includes("moving") && kind === "neutral" ? "moving_missing" : kind}`, {
        blocks: blocks.join(", "),
      }),
    );
  if (status === "ok" && assumed.includes("base"))
    words.unshift(t("weights.base_assumed", { area, rows, columns }));
  if (others) words.push(t("weights.others", { others }));
  return words;
}

// Says above the page whose weights are on the screen and what was done to them. Always there, and
// of one height, so that nothing moves when they are carried over.
export class WeightsNotice {
  source = ""; // of what is shown
  /** @type {Changes} */
  needs = {};
  /** @type {Changes} */
  others = {}; // the way to other weights
  /** @type {{ source: string, name?: string }} */
  last = { source: TRAINED }; // of the weights that were shown last and are not untrained

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.opened = store.opened;
    /** @type {(id: string, click: () => void) => HTMLButtonElement} */
    const button = (id, click) =>
      el("button", { type: "button", class: "quiet", id, on: { click } });
    this.text = el("p", { id: "weights-words" });
    this.words = el("div", { class: "words", "aria-labelledby": "weights-words" }, this.text);
    this.other = button("weights-notice-other", () => store.apply(this.others));
    this.back = button("weights-notice-back", () => store.apply(this.needs));
    this.again = button("weights-notice-again", () => store.retry(this.source));
    this.again.textContent = t("weights.send_again");
    this.root = el(
      "div",
      { class: "notice", id: "weights-notice", role: "status" },
      this.words,
      el("div", { class: "ways" }, this.other, this.back, this.again),
    );
    store.opened.on("news", () => {
      if (store.view) this.draw(store.view);
    });
  }

  /** @param {ShownView} view */
  draw({ weights, state }) {
    const { status, source } = weights,
      news = this.opened.newsOf(source);
    const needs = { ...weights.needs, ...weights.unlike };
    this.source = source;
    this.needs = needs;
    this.root.dataset.status = news?.sending ? "gone" : status;
    setText(this.text, wordsOf(weights, state, news));
    this.#unfold(this.text.scrollHeight > this.text.clientHeight);
    this.#offerOthers(weights);
    this.back.hidden = Object.keys(needs).length === 0;
    const needed = spelled(needs);
    setText(
      this.back,
      needed.length < 3 ? t("carry.back_to", { needed: needed.join(", ") }) : t("carry.back"),
    );
    this.again.hidden = !news?.refused;
  }

  // What does not fit is read in full under the pointer, or the focus, as a finger gives it.
  /** @param {boolean} long */
  #unfold(long) {
    this.words.classList.toggle("long", long);
    if (long) this.words.tabIndex = 0;
    else this.words.removeAttribute("tabindex");
  }

  // Trained against untrained, whatever the structure; from untrained ones, back to those that were
  // shown last.
  /** @param {NamedWeights} weights */
  #offerOthers(weights) {
    const { status, shown, source } = weights;
    if (shown !== UNTRAINED) this.last = { source, name: nameOf(weights) };
    const { source: before, name } = this.last;
    /** @type {Record<NamedWeights["status"], [words: string, changes: Changes]>} */
    const ways = {
      carried: ["carried", { carry: "untrained" }],
      set_aside: ["set_aside", { carry: "carried" }],
      ok:
        shown === UNTRAINED
          ? [before === TRAINED ? "ok" : "last", { weights: before }]
          : ["carried", { weights: UNTRAINED }],
      gone: ["gone", { weights: TRAINED }],
    };
    const [words, changes] = ways[status];
    this.others = changes;
    setText(this.other, t(`carry.other_${words}`, { name }));
  }
}

export class WeightFiles {
  /** @type {Map<string, Offered>} */
  #offered = new Map(); // by source, what may be chosen and the fields that it needs
  /** @type {object | null} */
  #turn = null; // of the files, or the weights, that were chosen last

  shown = ""; // the source of what is shown

  /**
   * @param {Store} store
   * @param {Latent} latent
   */
  constructor(store, latent) {
    this.store = store;
    this.latent = latent;
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
      on: { change: () => this.#open([...(this.file.files ?? [])]) },
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
    this.#acceptDrops();
    store.opened.on("news", () => {
      if (store.view) this.draw(store.view);
    });
  }

  /** @param {ShownView} view */
  draw({ weights, state }) {
    const { source, status, shown } = weights;
    if (source !== this.shown) this.problem.hidden = true; // it was about other files
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
    this.#begin();
    this.store.apply(this.#offered.get(source)?.fields ?? { weights: source });
  }

  // What is chosen takes the place of what was; its files may come to their end before or after.
  #begin(words = "") {
    setText(this.progress, words);
    this.problem.hidden = true;
    this.store.forget();
    const turn = {};
    this.#turn = turn;
    return turn;
  }

  /** @param {File[]} files */
  async #open(files) {
    if (!files.length) return;
    this.file.value = "";
    const turn = this.#begin(t("weights.opening", { name: shownName(files[0].name) }));
    const outcome = await this.store.opened
      .open(files, this.store.form)
      .then(
        ([first]) =>
          () =>
            this.store.apply(first.fields),
      )
      .catch((/** @type {unknown} */ caught) => () => this.#fail(caught));
    if (turn !== this.#turn) return;
    setText(this.progress, "");
    outcome();
  }

  /** @param {unknown} caught */
  #fail(caught) {
    const error = toMessage(caught);
    this.problem.hidden = false;
    setText(this.problem, wording(error));
    this.store.refuse(error); // seen wherever the file was dropped
  }

  #acceptDrops() {
    const page = document.body;
    page.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    page.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      droppedFiles(event.dataTransfer).then(
        (files) => this.#take(files),
        (/** @type {unknown} */ caught) => this.#fail(caught),
      );
    });
  }

  /** @param {File[]} files */
  #take(files) {
    if (files.length === 1 && VECTOR_FILE.test(files[0].name)) this.latent.open(files[0]);
    else this.#open(files);
  }
}
