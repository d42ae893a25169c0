// The form's values, the last good view, and what keeps the two together.

import { AddressBar } from "./address.js";
import { Emitter } from "./emitter.js";
import { Line } from "./line.js";
import { toMessage } from "./messages.js";
import { OpenedFiles } from "./opened_files.js";
import { saveFile } from "./saved_file.js";
import { saveAddress, sendFiles } from "./sent_weights.js";
import { ask, NOT_REACHED, notReached, post } from "./server.js";
import { Views } from "./views.js";

/** @import { Field, FieldName, PartsAnswer, ReadVector, Role, State } from "./contract.js" */
/** @import { Savable } from "./contract.js" */
/** @import { Problem } from "./messages.js" */
/** @import { NamedWeights } from "./opened_files.js" */
/** @import { DrawnView } from "./views.js" */

/**
 * Values as the controls hold them: a number may be the text that was typed.
 * @typedef {{ [Name in FieldName]: State[Name] | string }} FormValues
 */
/** @typedef {Partial<FormValues>} Changes */

/** @typedef {{ link: string, state?: undefined, changes?: undefined }} LinkRequest */
/**
 * `hasty`: another one may come soon; `fine`: the exact values of the view that is shown; `still`:
 * whatever place it has, it is no step to another one.
 * @typedef {{
 *   state: FormValues, changes?: Changes, link?: undefined, hasty?: boolean, fine?: boolean,
 *   still?: boolean,
 * }} StateRequest
 */
/** @typedef {LinkRequest | StateRequest} ViewRequest */

/**
 * A view under this visitor's names for weights; `waiting` while a wrong value is in the form.
 * @typedef {DrawnView & { weights: NamedWeights, waiting: boolean }} ShownView
 */

/**
 * @typedef {object} StoreEvents
 * @property {ShownView} view
 * @property {Problem} error
 * @property {Changes} wish values that are asked for now
 * @property {undefined} form other values than those in the controls
 * @property {undefined} forget what was said of something that is begun anew
 * @property {string} give the name of a stage that is to be given a file
 * @property {File} vector a file of z that was dropped on the page
 * @property {string} lead the name of a control that is to be shown
 * @property {undefined} idle nothing is under way any more
 * @property {undefined} apart what comes next is a change of its own
 */

const MOST_REGAINED = 4; // of one view: a generator, and what its stages were given
const RETRY_MS = 2000;
const GENERATOR_GONE = "generator_gone",
  LOST = [GENERATOR_GONE, "given_gone"], // without which there is no view
  GONE = ["weights_gone", GENERATOR_GONE]; // what the server lost and this browser may have
const REST_MS = 150; // without another wish, after which a drag rests

/** @extends {Emitter<StoreEvents>} */
export class Store extends Emitter {
  form = /** @type {FormValues} */ ({}); // until the first view
  /** @type {ShownView | null} */
  view = null;
  /** @type {boolean | string} */
  asked = false; // whether what comes is the answer to a question by hand, or where it is given
  opened = new OpenedFiles(sendFiles);
  #good = /** @type {FormValues} */ ({});
  #address = new AddressBar();
  #views;
  /** @type {Set<string>} */
  #choices; // fields of one of a few values
  #line = /** @type {Line<ViewRequest, ShownView>} */ (
    new Line({
      send: (request, signal) => this.#look(request, signal),
      grant: (request, view) => this.#accept(request, view),
      fail: (request, error, signal) => this.#fail(request, error, signal),
      rest: () => this.#rest(),
    })
  );
  /** @type {(() => void) | null} */
  #hurry = null; // ends the rest before another try
  /** @type {{ view: ShownView, good: FormValues } | null} */
  #drawn = null; // the last view that was drawn whole, and the good values of that time
  /** @type {string | null} */
  #place = null;
  #wished = 0; // when something was wished for last
  #restTimer = 0;

  /** @type {Changes} */
  #unselected; // the selections of a generator that nobody has looked at yet

  /**
   * @param {Record<string, Field>} fields as the server declares them, by name
   * @param {PartsAnswer} parts
   */
  constructor(fields, parts) {
    super();
    this.#views = new Views(fields, parts);
    // What is looked at, not what is computed: these move on even while a wrong value waits in the
    // form.
    this.looks = new Set(having(fields, "view"));
    this.#choices = new Set(
      Object.values(fields)
        .filter(({ kind }) => kind === "choice")
        .map(({ name }) => name),
    );
    // What makes a view another place: the browser's Back returns to it. The rest changes in place.
    this.places = having(fields, "place");
    this.selections = new Set(having(fields, "selection"));
    // Where in a view one looks.
    this.whereabouts = new Set([...this.places, ...this.selections, ...having(fields, "fold")]);
    for (const name of having(fields, "asked")) this.whereabouts.delete(name);
    this.#unselected = Object.fromEntries(
      [...this.selections].map((name) => [name, fields[name].default]),
    );
    this.usual = having(fields, "long").map((name) => ({
      name,
      text: String(fields[name].default),
    }));
    this.opened.on("back", (source) => {
      if (this.form.weights === source) this.set({ weights: source });
    });
  }

  /** @type {(asked: Changes, dragged?: boolean, still?: boolean) => void} */
  set(asked, dragged = false, still = false) {
    const changes = this.#withCell(asked);
    Object.assign(this.form, changes);
    const now = Date.now(),
      hasty = dragged || now - this.#wished < REST_MS;
    this.#wished = now;
    this.emit("wish", changes);
    this.#wish({ state: { ...this.form }, changes, hasty, still });
  }

  /** @param {StateRequest} request */
  #wish(request) {
    clearTimeout(this.#restTimer);
    this.#line.ask(request);
    this.#hurry?.();
  }

  // An explained cell goes along to another item, and keeps its place in another channel's map.
  /** @param {Changes} changes */
  #withCell(changes) {
    const { item, channel } = changes,
      index = this.form.cell?.split(",") ?? [];
    if ("cell" in changes || index.length < 2) return changes;
    if (isIndex(item)) return { ...changes, cell: index.with(0, `${Number(item)}`).join(",") };
    if (index.length < 4 || !isIndex(channel)) return changes;
    return { ...changes, cell: index.with(3, `${Number(channel)}`).join(","), trail: "" };
  }

  // A mistake that has nothing to do with the values in the form, such as a damaged file.
  /** @param {Problem} error */
  refuse(error) {
    this.emit("error", { ...error, changes: [], aside: true });
  }

  // Begins something of that kind anew: what is on the screen of the last time is the past.
  forget() {
    this.emit("forget");
  }

  // What a hand does at once is undone by itself, however soon it comes after another.
  /** @param {Changes} wanted */
  applyApart(wanted) {
    this.emit("apart");
    this.apply(wanted);
  }

  // Changes that do not come from the controls: the controls follow.
  /** @type {(wanted: Changes, still?: boolean) => void} */
  apply(wanted, still = false) {
    const changes = { ...this.#leaving(wanted), ...wanted };
    Object.assign(this.form, changes);
    this.emit("form");
    this.set(changes, false, still);
  }

  // What was selected of an opened generator no other one has, nor the stages that were changed.
  /** @type {(changes: Changes) => Changes} */
  #leaving({ weights }) {
    const shown = this.view?.weights;
    if (weights === undefined || !shown || shown.source === weights) return {};
    if (shown.shown === "graph") return { ...this.#unselected, changes: "" };
    return String(weights).startsWith("graph:") ? { changes: "" } : {};
  }

  /** @param {string} link */
  open(link) {
    clearTimeout(this.#restTimer);
    this.#address.hold();
    this.#line.askAnew({ link });
    this.#hurry?.();
  }

  // What a view is made of, wherever in it one looks.
  /** @param {State} state */
  settingsOf(state) {
    return only(state, (name) => !this.whereabouts.has(name));
  }

  // Back to what a view was made of; where one looks stays, unless that is of another generator.
  /** @param {State} state */
  restore(state) {
    const isOther = Object.keys(this.#leaving(state)).length > 0,
      selection = isOther ? only(state, (name) => this.selections.has(name)) : {},
      changes = { ...selection, ...this.settingsOf(state) };
    clearTimeout(this.#restTimer);
    Object.assign(this.form, changes);
    this.emit("form");
    this.#line.askAnew({ state: { ...this.form }, changes, still: true });
    this.#hurry?.();
  }

  // Gives a file to a stage of the opened generator that is shown.
  /** @type {(stage: string, file: File) => Promise<void>} */
  async give(stage, file) {
    const [{ fields }] = await this.opened.open([file], { ...this.form, giving: stage });
    this.apply({ ...fields, weights: this.form.weights });
  }

  // Back to the values of the view on the screen.
  undo() {
    this.form = { ...this.#good };
    this.emit("form");
    this.set({});
  }

  // Opened weights that the server lost and did not take again: once more, as the visitor asks.
  /** @param {string} source */
  retry(source) {
    this.opened.forgive(source);
    this.set({ weights: source });
  }

  // Hands the weights on the screen to the browser as a file, if the server has them.
  /** @param {string} format */
  async save(format) {
    if (!this.view) return;
    const { link, weights } = this.view,
      href = saveAddress(format, link, this.usual);
    this.forget();
    try {
      const { told } = await this.#checkSave(href, weights.source);
      saveFile(href, (error) => this.refuse(this.opened.inWords(error ?? NOT_REACHED)));
      if (told) this.refuse(told);
    } catch (error) {
      this.refuse(this.opened.inWords(toMessage(error)));
    }
  }

  // Asks before the file is made; opened weights that the server lost are sent again.
  /** @type {(href: string, source: string) => Promise<Savable>} */
  async #checkSave(href, source) {
    const check = () => ask(`${href}&check=1`, { cache: "no-store" }).catch(notReached);
    const checked = await check().catch(async (/** @type {Problem} */ error) => {
      if (!GONE.includes(error.code) || !(await this.opened.bringBack(source))) throw error;
      return check();
    });
    this.opened.forgive(source);
    return /** @type {Savable} */ (checked);
  }

  get pending() {
    return this.#line.busy;
  }

  /** @type {(bytes: BufferSource | Blob, name: string) => Promise<ReadVector>} */
  async readVector(bytes, name) {
    const { batch_size, item } = this.form,
      isOpened = this.view?.weights.shown === "graph",
      noise_dim = isOpened ? this.view?.z.data.length : this.form.noise_dim;
    const asked = Object.entries({ name, noise_dim, batch_size, item });
    const query = new URLSearchParams(asked.map(([field, value]) => [field, String(value)]));
    return /** @type {ReadVector} */ (await post(`z?${query}`, bytes));
  }

  // The view of a request, with opened weights under this visitor's names; those that the server
  // lost are sent again before. While a drag goes on it may be a coarse one.
  /** @type {(request: ViewRequest, signal: AbortSignal, again?: number) => Promise<ShownView>} */
  async #look(request, signal, again = MOST_REGAINED) {
    const coarse = Boolean(request.state && request.hasty) && !this.#rests();
    const view = await this.#views
      .find(request, { coarse, signal })
      .catch(async (/** @type {Problem} */ error) => {
        if (again && (await this.#regain([error]))) return null;
        throw error;
      });
    if (!view || (again && (await this.#regain(view.messages))))
      return this.#look(request, signal, again - 1);
    await this.opened.ready;
    if (await this.opened.seen(view.weights)) return this.#look(request, signal);
    const weights = this.opened.name(view.weights);
    return { ...view, weights, waiting: false };
  }

  // Whether what the server lost and there is no view without is there again: an opened generator,
  // or what was given to a stage of it.
  /** @param {Problem[]} problems */
  async #regain(problems) {
    const lost = problems.find(({ code }) => LOST.includes(code));
    if (!lost) return false;
    await this.opened.ready;
    const source = String(lost.params.value);
    this.opened.forgive(source);
    return this.opened.bringBack(source);
  }

  #rests() {
    return Date.now() - this.#wished >= REST_MS;
  }

  /** @type {(request: ViewRequest, view: ShownView) => void} */
  #accept(request, view) {
    const { link, state, changes } = request;
    if (state && request.fine) return this.#refine(view);
    if (link === undefined) this.#settle(state, view.state);
    else {
      this.#good = { ...view.state };
      this.form = { ...view.state };
      this.emit("form");
    }
    const still = link !== undefined || request.still;
    this.#show(view, { still, asked: changes });
  }

  // The exact values of a coarse view follow as soon as the drag rests.
  #rest() {
    if (!this.view?.coarse) return this.emit("idle");
    clearTimeout(this.#restTimer);
    const wait = Math.max(0, this.#wished + REST_MS - Date.now());
    this.#restTimer = setTimeout(() => {
      if (!this.#line.busy) this.#wish({ state: { ...this.#good }, fine: true });
    }, wait);
  }

  /** @param {ShownView} view */
  #refine(view) {
    this.view = { ...view, waiting: Boolean(this.view?.waiting) };
    this.emit("view", this.view);
  }

  // A value stands as it was taken: 1e2 as 100, and a page that the generator has not as the one in
  // its place. A selection stays as it was chosen, as what a smaller structure moved comes back
  // with a larger one.
  /** @type {(sent: FormValues, taken: State) => void} */
  #settle(sent, taken) {
    this.#good = sent;
    const read = fieldNames(sent).filter(
      (name) =>
        (!this.looks.has(name) || this.#choices.has(name)) &&
        this.form[name] === sent[name] &&
        String(sent[name]) !== String(taken[name]),
    );
    if (!read.length) return;
    const values = Object.fromEntries(read.map((name) => [name, taken[name]]));
    Object.assign(this.form, values);
    Object.assign(this.#good, values);
    this.emit("form");
  }

  // A place that was asked for is a step in the browser's history; one that a smaller structure
  // moved is none, or Back would lead through the middle of a drag.
  /** @type {(view: ShownView, how?: { still?: boolean, asked?: Changes }) => void} */
  #show(view, { still = false, asked = {} } = {}) {
    this.view = view;
    this.emit("view", view);
    const place = this.#placeOf(view);
    const leads = this.places.some((name) => name in asked);
    if (leads && place !== this.#place && !still) this.#address.step(view.link);
    else this.#address.show(view.link);
    this.#place = place;
  }

  /** @type {(request: ViewRequest, caught: unknown, signal: AbortSignal) => Promise<void>} */
  async #fail(request, caught, signal) {
    const error = toMessage(caught);
    this.emit("error", { ...error, changes: Object.keys(request.changes ?? {}) });
    if (error.retried) await this.#retryLater(request);
    else await this.#goOn(request, error, signal);
  }

  // A wrong value waits in the form, with its message; what was asked for besides is done
  // meanwhile, with the last good values in the place of wrong ones. Where it is the whole that is
  // refused, only what is looked at moves on.
  /** @type {(request: ViewRequest, error: Problem, signal: AbortSignal) => Promise<void>} */
  async #goOn({ changes = {} }, { field, others = [] }, signal) {
    const names = fieldNames(changes),
      wrong = [field, ...others.map((other) => other.field)].filter(Boolean);
    const apart = wrong.length
      ? !names.some((name) => wrong.includes(name))
      : names.every((name) => this.looks.has(name));
    if (!this.view || !names.length || !apart) return;
    const state = { ...this.#good, ...changes };
    const view = await this.#look({ state }, signal).catch(() => null);
    if (!view || signal.aborted) return;
    this.#settle(state, view.state);
    this.#show({ ...view, waiting: true }, { asked: changes });
  }

  // After a rest, or as soon as something else is wished for, which is asked for in its place.
  /** @param {ViewRequest} request */
  async #retryLater(request) {
    if (this.#line.isOlder(request)) return;
    await new Promise((done) => {
      this.#hurry = () => done(null);
      setTimeout(done, RETRY_MS);
    });
    this.#hurry = null;
    if (!this.#line.isOlder(request)) this.#line.ask(request);
  }

  /** @param {ShownView} view */
  #placeOf({ state }) {
    return this.places.map((name) => state[name]).join(" ");
  }

  // The page has drawn a view whole.
  /** @param {ShownView} view */
  keep(view) {
    if (view === this.view && !view.coarse) this.#drawn = { view, good: { ...this.#good } };
  }

  // The page could not draw a view: the last one that it drew is shown again; null where there is
  // none. The controls keep what was asked for.
  fallBack() {
    this.#views.distrust();
    if (!this.#drawn) return null;
    this.view = this.#drawn.view;
    this.#good = { ...this.#drawn.good };
    this.#place = this.#placeOf(this.view);
    this.#address.show(this.view.link);
    return this.view;
  }

  // Of the view that is shown.
  address() {
    return this.#address.now();
  }

  // The browser has gone to another place, and says only later that its link is to be opened.
  leave() {
    this.#address.hold();
  }

  // Gradio's own dialogs write a query into the address, without the link.
  holdLink() {
    this.#address.restore();
  }
}

/** @param {number | string | undefined} value */
const isIndex = (value) => /^\d+$/.test(String(value));

/** @type {(values: Changes) => FieldName[]} */
const fieldNames = (values) => /** @type {FieldName[]} */ (Object.keys(values));

/** @type {(values: Changes, isWanted: (name: FieldName) => boolean) => Changes} */
export const only = (values, isWanted) =>
  Object.fromEntries(
    fieldNames(values).flatMap((name) => (isWanted(name) ? [[name, values[name]]] : [])),
  );

/** @type {(fields: Record<string, Field>, role: Role) => FieldName[]} */
export const having = (fields, role) =>
  /** @type {FieldName[]} */ (Object.keys(fields)).filter((name) =>
    fields[name].roles.includes(role),
  );
