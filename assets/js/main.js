// The page's script: one store, the parts that Gradio gives a place to, and Gradio's controls.

import { addressLink } from "./address.js";
import { Alerts } from "./alerts.js";
import { ColorRange } from "./color_range.js";
import { setGround } from "./colors.js";
import { Comparison, flipByKey } from "./comparison.js";
import { el } from "./dom.js";
import { Follower } from "./follower.js";
import { Giver } from "./given.js";
import { expectFiner } from "./heatmap.js";
import { History, undoByKey } from "./history.js";
import { loadWords, spoken, t } from "./i18n.js";
import { known } from "./known.js";
import { PadLab } from "./lab/lab.js";
import { LatentEntry } from "./latent_entry.js";
import { LatentVector } from "./latent_vector.js";
import { StageArguments } from "./maps/arguments.js";
import { hasOffer, problem } from "./messages.js";
import { Opening } from "./opening.js";
import { PLACES } from "./places.js";
import { fetchFields, fetchParts } from "./server.js";
import { Shapes } from "./shapes/shapes.js";
import { keepValues } from "./slider_ends.js";
import { Store } from "./store.js";
import { forgetTheme } from "./theme.js";
import { Tracer } from "./tracer/tracer.js";
import { RunComponents } from "./train/components.js";
import { Training } from "./train/training.js";
import { expectView } from "./views.js";
import { WeightFiles } from "./weight_files.js";

/** @import { Field, PartsAnswer, Stage } from "./contract.js" */
/** @import { Problem } from "./messages.js" */
/** @import { ShownView } from "./store.js" */

/** @typedef {Record<string, Field>} Fields by name */

/**
 * What a part of the page is made with.
 * @typedef {{
 *   store: Store,
 *   fields: Fields,
 *   training: Training,
 *   shapes: Shapes,
 *   examples: PartsAnswer["examples"],
 *   opening: Opening,
 *   alerts: Alerts,
 *   history: History,
 *   comparison: Comparison,
 *   tracer: Tracer,
 *   lab: PadLab,
 *   stageArguments: StageArguments,
 * }} Given
 */

/**
 * What is drawn in a place of Gradio's. That of a page is given views of its own page alone, with
 * that page's part. It may say itself what is wrong: `fail` returns what is left to be said. To be
 * drawn anew, whatever was drawn, it forgets its `key` and `room`.
 * @typedef {{
 *   root: HTMLElement,
 *   draw?(view: ShownView): void | Promise<void>,
 *   fail?(errors: Problem[]): Problem[],
 *   clear?(): void,
 *   key?: string,
 *   room?: number,
 * }} Part
 */

/** @typedef {{ part: Part, page: string }} Placed `page` is "" where it is on every page */

// All that the page begins with is on its way before it is mounted.
const needed = Promise.all([fetchFields(), fetchFields("train/fields"), fetchParts(), loadWords()]);
needed.catch(() => {}); // told where it is waited for
expectView(addressLink());
/** @type {Promise<Explorer> | null} */
let started = null;

async function start() {
  const [[fields, settings, parts]] = await Promise.all([needed, loadStyles()]);
  const explorer = new Explorer(new Store(fields, parts), fields, settings, parts.examples);
  // Gradio's listeners are lines of text, which find these here.
  const { sides, training, lab } = explorer;
  Object.assign(window, { ...sides, training, lab, runSettings: training.controls });
  explorer.store.open(addressLink());
  return explorer;
}

// After Gradio's own, which are there once a part is mounted.
function loadStyles() {
  const href = new URL("../../styles.css", import.meta.url).href;
  return new Promise((done) => {
    document.head.append(el("link", { rel: "stylesheet", href, on: { load: done, error: done } }));
  });
}

/**
 * Draws a part of the page where Gradio mounted its place.
 * @param {string} name of what is drawn
 * @param {HTMLElement} host
 * @param {string} page that it belongs to, "" for all
 */
export async function mount(name, host, page) {
  started ??= start();
  const explorer = await started;
  explorer.place(new PLACES[name](explorer.given), host, page);
}

/**
 * @param {string} name of the side that has news
 * @param {() => void} tell Gradio of it
 */
export async function listen(name, tell) {
  started ??= start();
  const explorer = await started;
  explorer.sides[name].listenTo(tell);
}

class Explorer {
  /** @type {Placed[]} */
  #placed = [];
  /** @type {ShownView | null} */
  #received = null;
  #page = ""; // that is drawn
  root = /** @type {HTMLElement} */ (document.querySelector(".explorer"));

  /**
   * @param {Store} store
   * @param {Fields} fields
   * @param {Fields} settings of a training run
   * @param {PartsAnswer["examples"]} examples
   */
  constructor(store, fields, settings, examples) {
    this.store = store;
    this.alerts = new Alerts(this.store);
    this.history = new History(this.store);
    this.comparison = new Comparison(this.store);
    this.comparison.on("side", () => this.history.separate());
    this.giver = new Giver(this.store);
    this.store.on("give", (stage) => this.giver.pick(stage));
    this.opening = new Opening(this.store, this.giver);
    this.vector = new LatentVector(this.store);
    this.files = new WeightFiles(this.store, this.opening);
    this.controls = new Follower(this.store, fields, {
      weights: this.files,
      z_value: new LatentEntry(this.store),
      z_data: this.vector,
      given: this.giver,
      range: new ColorRange(this.store),
    });
    const { opening, alerts, history, comparison } = this;
    const tracer = new Tracer(store),
      training = new Training(store, settings),
      shapes = new Shapes(store),
      stageArguments = new StageArguments(store);
    this.training = training;
    this.lab = new PadLab(store, fields, this.controls);
    const parts = { training, shapes, tracer, lab: this.lab, stageArguments };
    this.given = { store, fields, examples, opening, alerts, history, comparison, ...parts };
    const runComponents = new RunComponents(training);
    /** @type {Record<string, { listenTo(tell: () => void): void }>} */
    this.sides = { explorer: this.controls, runComponents, shapes, stageArguments };
    this.root.setAttribute("aria-busy", "true");
    this.root.lang = spoken();
    this.root.append(this.files.picker, this.vector.picker, this.giver.picker);
    this.#listen();
  }

  #listen() {
    this.store.on("view", (view) => this.#receive(view));
    this.store.on("error", (error) => this.#fail(error));
    this.store.on("forget", () => this.alerts.hideAside());
    window.addEventListener("popstate", () => this.store.leave());
    window.addEventListener("hashchange", () => this.store.open(addressLink()));
    window.addEventListener("keydown", (event) => {
      undoByKey(event, this.history);
      flipByKey(event, this.comparison);
    });
    this.opening.acceptDrops(document.body);
    keepValues(this.root);
    window.navigation?.addEventListener("currententrychange", ({ navigationType }) => {
      if (navigationType === "replace") this.store.holdLink();
    });
    const takeTheme = () => {
      forgetTheme();
      setGround(document.body.classList.contains("dark"));
    };
    takeTheme();
    new MutationObserver(() => {
      takeTheme();
      this.#redraw();
    }).observe(document.body, { attributeFilter: ["class"] });
    new MutationObserver(() => this.#beginAnew()).observe(document.documentElement, {
      attributeFilter: ["lang"],
    });
  }

  // In the language that was chosen in Gradio's settings, which change Gradio's own words alone.
  #beginAnew() {
    this.store.holdLink();
    location.reload();
  }

  /** @type {(part: Part, host: HTMLElement, page: string) => void} */
  place(part, host, page) {
    host.replaceChildren(part.root);
    this.#placed.push({ part, page });
    if (page) this.#watchWidth(part);
    const { view } = this.store;
    if (!view) return;
    if (this.#received === view) this.#redraw();
    else this.#receive(view);
  }

  // Mosaics are laid out for the room they have, so they are laid out anew when it changes.
  /** @param {Part} part */
  #watchWidth(part) {
    let last = 0;
    new ResizeObserver(() => {
      const width = part.root.clientWidth;
      if (!width || width === last) return;
      last = width;
      forget(part);
      this.#redraw();
    }).observe(part.root);
  }

  // All that is on the screen while a page is.
  /** @param {string} page */
  #partsOf(page) {
    return this.#placed.filter((placed) => !placed.page || placed.page === page);
  }

  /** @param {ShownView} view */
  async #receive(view) {
    try {
      this.controls.draw(view); // the tabs: Gradio makes a page when it is turned to first
      if (!this.#placed.some(({ page }) => page === view.state.page)) return;
      this.#received = view;
      if (!view.waiting) this.#clear();
      if (view.messages.length) this.alerts.show(view.messages, { undo: false });
      offerPages(view.pages);
      nameGradios();
      this.root.toggleAttribute("data-opened", view.weights.shown === "graph");
      this.root.toggleAttribute("data-without-z", view.z.data.length === 0);
      await this.#opened(view);
      if (this.#received !== view) return;
      this.#turnTo(view.state.page);
      await this.#draw(view);
    } catch (error) {
      await null; // until the store has told the address of this view, which is to go again
      return this.#goBack(view, error);
    }
    this.store.keep(view);
    this.root.setAttribute("aria-busy", String(view.coarse)); // exact numbers are on their way
    this.root.dispatchEvent(new CustomEvent("painted", { bubbles: true, detail: view.state }));
  }

  // Gradio opens a tab some frames after it is turned to; nothing can be laid out before.
  /** @param {ShownView} view */
  async #opened(view) {
    const { part } = known(this.#placed.find(({ page }) => page === view.state.page));
    while (this.#received === view && !part.root.checkVisibility())
      await new Promise(requestAnimationFrame);
  }

  // A page that is turned to begins at its top, below the strip and the tabs.
  /** @param {string} page */
  #turnTo(page) {
    const pages = document.getElementById("pages"),
      strip = document.getElementById("strip");
    if (page !== this.#page && pages && strip) {
      const covered = strip.getBoundingClientRect().bottom - pages.getBoundingClientRect().top;
      if (covered > 1) window.scrollBy(0, -covered);
    }
    this.#page = page;
  }

  // A view that cannot be drawn is our mistake: the last good one is drawn again.
  /** @type {(view: ShownView, error: unknown) => void} */
  #goBack(view, error) {
    console.error(error);
    this.root.setAttribute("aria-busy", "false");
    if (view !== this.store.view) return; // a newer one takes its place
    if (this.store.fallBack()) this.#drawAnew();
    this.alerts.show([problem("not_drawn")], { undo: true });
  }

  #clear() {
    this.alerts.hide();
    this.controls.clear();
    for (const { part } of this.#placed) part.clear?.();
  }

  // Draws a view, or draws it again for another theme or width; a message on the screen stays.
  /** @param {ShownView} view */
  async #draw(view) {
    expectFiner(view.coarse);
    for (const { part } of this.#partsOf(view.state.page)) await part.draw?.(view);
  }

  #redraw() {
    if (this.store.view) this.#draw(this.store.view).catch(console.error);
  }

  #drawAnew() {
    for (const { part, page } of this.#placed) if (page) forget(part);
    if (this.store.view) this.controls.draw(this.store.view);
    this.#redraw();
  }

  /** @param {Problem} error */
  #fail(error) {
    const apart = error.aside || error.retried; // nothing that the controls hold
    const errors = [error, ...(error.others ?? [])],
      unsaid = apart ? errors : this.#blame(errors);
    if (unsaid.length)
      this.alerts.show(unsaid, { undo: Boolean(this.store.view) && !apart, aside: error.aside });
    else this.alerts.hide();
  }

  // Marks what is at fault; returns what is left to be said at the top.
  /** @param {Problem[]} errors */
  #blame(errors) {
    if (!this.store.view) return errors;
    const unmarked = this.controls.fail(errors);
    return this.#partsOf(this.store.form.page)
      .reduce((unsaid, { part }) => (part.fail ? part.fail(unsaid) : unsaid), errors)
      .filter((error) => unmarked.includes(error) || hasOffer(error));
  }
}

// What it drew: it is drawn anew, whatever that was.
/** @param {Part} part */
const forget = (part) => Object.assign(part, { key: "", room: 0 });

// The tabs of the pages that the generator has; Gradio's buttons bear the names of their pages.
/** @param {string[]} pages */
function offerPages(pages) {
  /** @type {NodeListOf<HTMLElement>} */
  const tabs = document.querySelectorAll("#pages [role=tab]");
  for (const tab of tabs) tab.hidden = !pages.some((page) => tab.id === `page-${page}-button`);
}

// Gradio names these in English alone.
function nameGradios() {
  const names = {
    "#pages .overflow-menu > button": "ui.more_pages",
    "#sidebar > button": "ui.all_controls",
  };
  for (const [button, name] of Object.entries(names))
    document.querySelector(button)?.setAttribute("aria-label", t(name));
}
