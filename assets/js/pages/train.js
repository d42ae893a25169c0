// Watch it learn: a run on the server, its history under a slider, and what to look for.

import { el, pressEnded, setText } from "../dom.js";
import { t } from "../i18n.js";
import { toMessage, wording } from "../messages.js";
import { LiveRun } from "../run.js";
import { Figures } from "../train/figures.js";
import { Moments, momentOf } from "../train/moments.js";
import { Progress } from "../train/progress.js";
import { SettingsForm } from "../train/settings.js";
import { ENDED } from "../train/words.js";
import { UNTRAINED } from "../weights.js";

/** @import { RunStatus, TrainView } from "../contract.js" */
/** @import { Problem } from "../messages.js" */
/** @import { Given } from "../main.js" */
/** @import { Setting } from "../train/settings.js" */

export class TrainPage {
  run = new LiveRun();
  progress = new Progress(this.run, (action) => this.#try(() => this.run.act(action)));
  figures = new Figures();
  /** @type {string | undefined} */
  met; // the run that was told of last
  /** @type {string | null | undefined} */
  missing = null; // the run that the server does not have, while it says so
  /** @type {Promise<void> | null} */
  asked = null; // for this browser's own run

  /** @param {Given} given */
  constructor({ store, settings }) {
    this.store = store;
    this.form = new SettingsForm(settings, {
      check: (name) => this.#try(() => this.#check([name])),
      begin: () => this.#begin(),
    });
    this.moments = new Moments(store, this.run);
    this.run.on("news", () => this.#news());
    this.root = el(
      "div",
      { class: "train-page" },
      el("h2", { class: "stage-title", text: t("train.title") }),
      el("p", { class: "sentence", text: t("train.lead") }),
      this.form.root,
      this.progress.root,
      this.moments.root,
      this.figures.root,
    );
  }

  // A run fills the boxes as well.
  /** @param {TrainView} view */
  #suggest({ state }) {
    if (!this.run.id) this.form.suggest(state);
  }

  async #begin() {
    const wrong = await this.#try(() => this.#check(this.form.names));
    if (wrong?.length) return this.form.boxes[wrong[0]].focus();
    if (wrong && (await this.#try(() => this.#beginRun()))) this.moments.follows = true;
  }

  // Who watches another's run while one of his own goes on is led back to that.
  #beginRun() {
    return this.run
      .begin(this.form.read(this.form.names))
      .catch(async (/** @type {Problem} */ error) => {
        if (error.code === "one_run_each") await this.run.rejoin({ leave: true });
        throw error;
      });
  }

  // The names of the wrong ones.
  /** @param {Setting[]} names */
  async #check(names) {
    const errors = await this.run.check(this.form.read(names));
    await pressEnded();
    return this.form.mark(names, errors);
  }

  // What the server answers; null where it has a message instead.
  /**
   * @template Answer
   * @param {() => Promise<Answer>} action
   * @returns {Promise<Answer | null>}
   */
  async #try(action) {
    this.#forgive();
    return action().catch((/** @type {unknown} */ caught) => this.#fail(toMessage(caught)));
  }

  /** @param {Problem} error */
  #fail(error) {
    this.form.problem.hidden = false;
    setText(this.form.problem, wording(error));
    return null;
  }

  #forgive() {
    this.form.problem.hidden = true;
    this.missing = null;
  }

  #news() {
    const { status, gone, id } = this.run;
    if (gone) this.moments.follows = false;
    if (status) return this.#hear(status);
    this.missing = id;
    if (gone) this.#fail(gone);
  }

  /** @param {RunStatus} status */
  #hear(status) {
    if (this.met !== this.run.id) this.#meet(status);
    this.moments.noticeChoice();
    this.moments.keepUp();
    return this.#draw();
  }

  // A run that was begun here takes the page along; one that was found again waits to be asked.
  /** @param {RunStatus} status */
  #meet({ settings, fields }) {
    this.met = this.run.id;
    this.form.fill(settings);
    if (this.moments.follows) this.moments.choose({ ...fields, weights: UNTRAINED });
  }

  /** @param {TrainView} view */
  draw(view) {
    const { id } = momentOf(view.state.weights);
    if (id && (!this.run.id || this.run.gone)) this.run.follow(id);
    else if (!this.run.id) this.#rejoin();
    if (this.missing && id !== this.missing) this.#forgive(); // the run that it is about was left
    this.#suggest(view);
    this.moments.noticeChoice();
    this.moments.drawPictures(view);
    return this.#draw();
  }

  #rejoin() {
    this.asked ??= this.run.rejoin().catch(() => {
      this.asked = null;
    });
  }

  async #draw() {
    const { status, gone, mine } = this.run;
    const going = status !== null && !gone && !ENDED.has(status.state),
      looks = going && !mine;
    this.form.offerStart(going, looks);
    this.progress.arrange(status, looks);
    this.moments.arrange();
    this.figures.arrange(status);
    if (!status || !this.root.isConnected) return;
    this.progress.describe(status);
    this.moments.drawScrub();
    const at = this.moments.step;
    await Promise.all([this.progress.drawLosses(status, at), this.figures.draw(status, at)]);
  }
}
