// The moments of a run: the one whose weights are on the screen, and a slider over all of them.

import { el, setText } from "../dom.js";
import { t } from "../i18n.js";
import { movedControls } from "../weights.js";
import { Pictures } from "./pictures.js";

/** @import { TrainView } from "../contract.js" */
/** @import { LiveRun } from "../run.js" */
/** @import { Changes, Store } from "../store.js" */

const MOMENT = /^run:([0-9a-f]{32}):(\d+)$/;

// The run and the step of weights that are a moment's; none of others.
/** @param {string | undefined} weights */
export function momentOf(weights) {
  const [, id, step] = weights?.match(MOMENT) ?? [];
  return { id, step: Number(step) };
}

export class Moments {
  follows = false; // whether the newest moment is shown as soon as there is one
  /** @type {string | undefined} */
  chosen; // the weights that were chosen here last

  slider = el("input", {
    type: "range",
    min: 0,
    max: 0,
    value: 0,
    id: "train-moment",
    on: { input: () => this.#scrub(Number(this.slider.value)) },
  });
  when = el("label", { class: "name", for: "train-moment" });
  scrub = el("div", { class: "train-scrub" }, this.when, this.slider);
  scrubHelp = el("p", { class: "help scrub-help", text: t("train.scrub_help") });
  sets = el("p", { class: "help", id: "train-sets", hidden: true });
  open = el("button", {
    type: "button",
    id: "train-open",
    text: t("train.open"),
    on: { click: () => this.store.set({ page: "maps" }) },
  });
  save = el("button", {
    type: "button",
    id: "train-save",
    text: t("train.save"),
    on: { click: () => this.store.save(".safetensors") },
  });
  newest = el("button", {
    type: "button",
    id: "train-newest",
    text: t("train.newest"),
    on: { click: () => this.#showNewest() },
  });
  pictures = new Pictures();
  root = el(
    "section",
    { class: "train-history", hidden: true },
    this.scrub,
    this.scrubHelp,
    this.sets,
    el("div", { class: "toolbar buttons" }, this.newest, this.open, this.save),
    this.pictures.root,
  );

  /**
   * @param {Store} store
   * @param {LiveRun} run
   */
  constructor(store, run) {
    this.store = store;
    this.run = run;
  }

  // The step that is shown, if it is one of this run's.
  get step() {
    const { id, step } = momentOf(this.store.form.weights);
    return id !== undefined && id === this.run.id ? step : null;
  }

  // The chosen step, where its weights are those on the screen.
  get #shown() {
    return this.store.view?.weights.status === "ok" ? this.step : null;
  }

  get #steps() {
    return this.run.status?.moments.map(({ step }) => step) ?? [];
  }

  // Whether the server has moments to go to.
  get #recorded() {
    return !this.run.gone && this.#steps.length > 0;
  }

  // Weights chosen by hand stay, and so does a structure that the run's do not fit.
  noticeChoice() {
    const weights = this.store.view?.weights;
    const other = weights && weights.source === this.chosen && weights.status !== "ok";
    if (this.store.form.weights !== this.chosen || other) this.follows = false;
  }

  /** @param {Changes & { weights: string }} changes */
  choose(changes) {
    this.chosen = changes.weights;
    this.store.apply(changes);
  }

  // To the newest moment, where it is followed.
  keepUp() {
    const newest = this.#steps.at(-1);
    if (this.follows && newest !== undefined && newest !== this.step)
      this.choose({ weights: this.#source(newest) });
  }

  #showNewest() {
    this.follows = true;
    this.#show(this.#steps.length - 1);
  }

  /** @param {number} at place of a moment */
  #scrub(at) {
    this.follows = at === this.#steps.length - 1;
    this.#show(at);
  }

  // The weights move on, and where they need another structure that as well: all else stays.
  /** @param {number} at place of a moment */
  #show(at) {
    this.choose({ ...this.#structure, weights: this.#source(this.#steps[at]) });
  }

  get #structure() {
    return this.step === null ? this.run.status?.structure : this.store.view?.weights.needs;
  }

  /** @param {number} step */
  #source(step) {
    return `run:${this.run.id}:${step}`;
  }

  arrange() {
    const recorded = this.#recorded;
    this.#offerMoment();
    this.root.hidden = !recorded && this.pictures.root.hidden;
    this.newest.hidden = !recorded || this.#shown === this.#steps.at(-1);
    this.scrub.hidden = !recorded;
    this.scrubHelp.hidden = !recorded || this.#shown === null;
  }

  // A moment that is on the screen can be opened elsewhere and saved while the server has it.
  #offerMoment() {
    const left = this.store.view?.weights.shown === "run" && !(this.run.gone && this.step !== null);
    for (const button of [this.open, this.save]) button.hidden = !left;
  }

  /** @param {TrainView} view */
  drawPictures({ moment }) {
    this.pictures.draw(moment);
  }

  drawScrub() {
    const steps = this.#steps,
      shown = this.#shown;
    const { view } = this.store;
    const changes = view ? movedControls(this.#structure ?? {}, view.state) : [];
    this.sets.hidden = !steps.length || !changes.length;
    setText(this.sets, t("train.sets", { changes: changes.join(", ") }));
    this.slider.max = String(Math.max(0, steps.length - 1));
    this.slider.disabled = steps.length < 2;
    if (shown !== null) this.slider.value = String(Math.max(0, steps.indexOf(shown)));
    const when =
      shown === null
        ? t("train.no_moment")
        : t("train.moment", { step: shown, last: steps.at(-1) ?? 0 });
    setText(this.when, when);
    this.slider.setAttribute("aria-valuetext", when);
  }
}
