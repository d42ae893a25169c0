// The moments of a run: which one is shown, and the way to another one.

import { movedControls } from "../weights.js";

/** @import { LiveRun } from "../run.js" */
/** @import { Changes, Store } from "../store.js" */

const MOMENT = /^run:([0-9a-f]{32}):(\d+)$/;

// The run and the step of weights that are a moment's; none of others.
/** @param {string | undefined} weights */
export function momentOf(weights) {
  const [, id, step] = weights?.match(MOMENT) ?? [];
  return { id, step: Number(step) };
}

export class RunMoments {
  follows = false; // whether the newest moment is shown as soon as there is one
  /** @type {string | undefined} */
  #chosen; // the weights that were chosen here last

  /**
   * @param {Store} store
   * @param {LiveRun} run
   */
  constructor(store, run) {
    this.store = store;
    this.run = run;
  }

  // The step that is chosen, if it is one of this run's.
  get step() {
    const { id, step } = momentOf(this.store.form.weights);
    return id !== undefined && id === this.run.id ? step : null;
  }

  // The chosen step, where its weights are those on the screen.
  get shown() {
    return this.store.view?.weights.status === "ok" ? this.step : null;
  }

  // Whether the chosen step is seen in another structure than its own, or set aside for that.
  get isElsewhere() {
    const status = this.store.view?.weights.status ?? "gone";
    return this.step !== null && ["carried", "set_aside"].includes(status);
  }

  get steps() {
    return this.run.status?.moments.map(({ step }) => step) ?? [];
  }

  // Whether the server has moments to go to.
  get recorded() {
    return !this.run.gone && this.steps.length > 0;
  }

  // Whether a moment is on the screen that the server has still, to be opened elsewhere or saved.
  get offered() {
    const isMoment = this.store.view?.weights.shown === "run";
    return isMoment && !(this.run.gone && this.step !== null);
  }

  // Weights chosen by hand stay, and so does a structure that the run's do not fit.
  noticeChoice() {
    const weights = this.store.view?.weights;
    const other = weights && weights.source === this.#chosen && weights.status !== "ok";
    if (this.store.form.weights !== this.#chosen || other) this.follows = false;
  }

  /** @param {Changes & { weights: string }} changes */
  choose(changes) {
    this.#chosen = changes.weights;
    this.store.apply(changes);
  }

  // To the newest moment, where it is followed.
  keepUp() {
    const newest = this.steps.at(-1);
    if (this.follows && newest !== undefined && newest !== this.step)
      this.choose({ weights: this.#source(newest) });
  }

  showNewest() {
    this.show(this.steps.length - 1);
  }

  // The weights move on, and where they need another structure that as well: all else stays.
  /** @param {number} at place of a moment */
  show(at) {
    this.follows = at === this.steps.length - 1;
    this.choose({ ...this.#structure, weights: this.#source(this.steps[at]) });
  }

  // What else the showing of a moment sets.
  get changes() {
    const { view } = this.store;
    return view && this.steps.length ? movedControls(this.#structure ?? {}, view.state) : [];
  }

  get #structure() {
    return this.step === null ? this.run.status?.structure : this.store.view?.weights.needs;
  }

  /** @param {number} step */
  #source(step) {
    return `run:${this.run.id}:${step}`;
  }
}
