// A training run on the page: its settings, what acts on it, and what becomes of it.

import { pressEnded } from "../dom.js";
import { Emitter } from "../emitter.js";
import { Follower } from "../follower.js";
import { toMessage, wording } from "../messages.js";
import { LiveRun } from "../run.js";
import { UNTRAINED } from "../weights.js";
import { momentOf, RunMoments } from "./run_moments.js";
import { Settings } from "./settings.js";
import { ENDED } from "./words.js";

/** @import { Field, RunStatus, ServerError, TrainView } from "../contract.js" */
/** @import { Problem } from "../messages.js" */
/** @import { Store } from "../store.js" */
/** @import { Setting } from "./settings.js" */

const REST_MS = 400; // after which what was typed is checked

/** @extends {Emitter<{ change: undefined }>} */
export class Training extends Emitter {
  run = new LiveRun();
  problem = ""; // what the server refuses
  /** @type {string | undefined} */
  #met; // the run that was told of last
  /** @type {string | null | undefined} */
  #missing = null; // the run that the server does not have, while it says so
  /** @type {Promise<void> | null} */
  #asked = null; // for this browser's own run
  /** @type {Map<Setting, ServerError>} */
  #wrong = new Map();
  /** @type {Set<Setting>} */
  #typed = new Set(); // since the last check
  #rest = 0;

  /**
   * @param {Store} store
   * @param {Record<string, Field>} fields of the settings
   */
  constructor(store, fields) {
    super();
    this.store = store;
    this.settings = new Settings(fields);
    this.controls = new Follower(this.settings, fields);
    this.moments = new RunMoments(store, this.run);
    this.settings.on("set", (names) => this.#checkLater(names));
    this.run.on("news", () => this.#news());
  }

  /** @param {TrainView} view */
  see(view) {
    const { id } = momentOf(view.state.weights);
    if (id && (!this.run.id || this.run.gone)) this.run.follow(id);
    else if (!this.run.id) this.#rejoin();
    if (this.#missing && id !== this.#missing) this.#forgive(); // the run it is about was left
    if (!this.run.id) this.settings.suggest(view.state); // a run fills the settings as well
    this.moments.noticeChoice();
    this.#changed();
  }

  #rejoin() {
    this.#asked ??= this.run.rejoin().catch(() => {
      this.#asked = null;
    });
  }

  // ----------------------------------------------------------------------------- Gradio's buttons

  async start() {
    clearTimeout(this.#rest);
    const wrong = await this.#try(() => this.#check(this.settings.names));
    if (wrong?.length) return this.settings.emit("lead", wrong[0]);
    if (wrong && (await this.#try(() => this.#begin()))) this.moments.follows = true;
  }

  // Who watches another's run while one of his own goes on is led back to that.
  #begin() {
    const settings = this.settings.read(this.settings.names);
    return this.run.begin(settings).catch(async (/** @type {Problem} */ error) => {
      if (error.code === "one_run_each") await this.run.rejoin({ leave: true });
      throw error;
    });
  }

  pause() {
    return this.#act(this.run.status?.state === "paused" ? "resume" : "pause");
  }

  stop() {
    return this.#act("stop");
  }

  /** @param {string} action */
  #act(action) {
    return this.#try(() => this.run.act(action));
  }

  newest() {
    this.moments.showNewest();
  }

  save() {
    this.store.save(".safetensors");
  }

  // --------------------------------------------------------------------------------- the settings

  /** @param {Setting[]} names */
  #checkLater(names) {
    for (const name of names) this.#typed.add(name);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#try(() => this.#check([...this.#typed])), REST_MS);
  }

  // Marks what is wrong with these settings; returns the names of the wrong ones.
  /** @param {Setting[]} names */
  async #check(names) {
    this.#typed.clear();
    const sent = this.settings.read(names),
      errors = await this.run.check(sent);
    await pressEnded();
    for (const name of names.filter((name) => this.settings.form[name] === sent[name])) {
      const error = errors.find(({ field }) => field === name);
      if (error) this.#wrong.set(name, error);
      else this.#wrong.delete(name);
    }
    this.controls.fail([...this.#wrong.values()]);
    return names.filter((name) => this.#wrong.has(name));
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
    this.problem = wording(error);
    this.#changed();
    return null;
  }

  #forgive() {
    this.problem = "";
    this.#missing = null;
    this.#changed();
  }

  // -------------------------------------------------------------------------------------- the run

  #news() {
    const { status, gone, id } = this.run;
    if (gone) this.moments.follows = false;
    if (status) return this.#hear(status);
    this.#missing = id;
    if (gone) this.#fail(gone);
  }

  /** @param {RunStatus} status */
  #hear(status) {
    if (this.#met !== this.run.id) this.#meet(status);
    this.moments.noticeChoice();
    this.moments.keepUp();
    this.#changed();
  }

  // A run that was begun here takes the page along; one that was found again waits to be asked.
  /** @param {RunStatus} status */
  #meet({ settings, fields }) {
    this.#met = this.run.id;
    this.settings.fill(settings);
    if (this.moments.follows) this.moments.choose({ ...fields, weights: UNTRAINED });
  }

  // A run goes on, as far as is known.
  get going() {
    const { status, gone } = this.run;
    return status !== null && !gone && !ENDED.has(status.state);
  }

  // It goes on and is another visitor's.
  get looks() {
    return this.going && !this.run.mine;
  }

  #changed() {
    this.emit("change");
  }
}
