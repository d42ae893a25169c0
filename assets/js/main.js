// Builds the page inside the component that Gradio mounts, and joins controls, views and pages.

import { addressLink } from "./address.js";
import { byKey, el, setText } from "./dom.js";
import { Form } from "./form.js";
import { hurry } from "./heatmap.js";
import { loadWords, t } from "./i18n.js";
import { Alerts, Diagnostics, problem } from "./messages.js";
import { cueOverflow } from "./overflow.js";
import { MapsPage } from "./pages/maps.js";
import { OutputPage } from "./pages/output.js";
import { OverlapPage } from "./pages/overlap.js";
import { PaddingPage } from "./pages/padding.js";
import { ShapesPage } from "./pages/shapes.js";
import { TrainPage } from "./pages/train.js";
import { Pipeline } from "./pipeline.js";
import { fetchFields, fetchParts } from "./server.js";
import { Store } from "./store.js";
import { forgetTheme } from "./theme.js";
import { expectView } from "./views.js";
import { WeightsNotice } from "./weights.js";

/** @import { Field, PageName, View } from "./contract.js" */
/** @import { Problem } from "./messages.js" */
/** @import { ShownView } from "./store.js" */

/**
 * What a tab shows. It is given views of its own page alone, with that page's part, and may say
 * itself what is wrong: `fail` returns what is left to be said. To be drawn anew, whatever was
 * drawn, it forgets its `key` and `room`.
 * @typedef {{
 *   root: HTMLElement,
 *   draw(view: View): void | Promise<void>,
 *   fail?(errors: Problem[]): Problem[],
 *   clear?(): void,
 *   key?: string,
 *   room?: number,
 * }} PagePart
 */

/** @typedef {Record<string, Field>} Fields by name */
/** @type {Record<PageName, new (store: Store, fields: Fields, settings: Fields) => PagePart>} */
const PAGES = {
  maps: MapsPage,
  output: OutputPage,
  padding: PaddingPage,
  overlap: OverlapPage,
  shapes: ShapesPage,
  train: TrainPage,
};

const WEIGHT_LABELS = {
  untrained: "ui.weights_label",
  trained: "weights.trained_label",
  file: "weights.label",
  run: "weights.run_label",
};

// All that the page begins with is on its way before it is mounted.
const needed = Promise.all([fetchFields(), fetchFields("train/fields"), fetchParts(), loadWords()]);
needed.catch(() => {}); // told where it is waited for
expectView(addressLink());

/** @param {HTMLElement} root */
export async function mount(root) {
  const [fields, settings, parts] = await needed;
  document.title = t("ui.title");
  new Page(root, new Store(fields, parts), fields, settings).store.open(addressLink());
}

class Page {
  weights = el("span", { class: "pill", id: "weights-label" });
  device = el("span", { class: "pill", id: "device-label" });
  share = el("button", {
    type: "button",
    class: "quiet",
    id: "copy-link",
    text: t("ui.copy_link"),
    on: { click: () => this.#copyLink() },
  });
  alertBox = el("div", { class: "alerts" });
  panel = el("div", { class: "page", role: "tabpanel", id: "page-panel", tabindex: -1 });
  panelWidth = 0;
  /** @type {HTMLElement[]} */
  tabs = [];
  /** @type {HTMLElement | null} */
  tab = null; // of the page that is shown

  /**
   * @param {HTMLElement} root
   * @param {Store} store
   * @param {Record<string, Field>} fields
   * @param {Record<string, Field>} settings of a training run
   */
  constructor(root, store, fields, settings) {
    this.root = root;
    this.store = store;
    this.alerts = new Alerts(this.alertBox, store);
    this.form = new Form(store, fields);
    this.pipeline = new Pipeline(store);
    this.diagnostics = new Diagnostics();
    this.notice = new WeightsNotice(store);
    /** @type {Record<string, PagePart>} */
    this.pages = Object.fromEntries(
      /** @type {PageName[]} */ (fields.page.choices).map((name) => [
        name,
        new PAGES[name](store, fields, settings),
      ]),
    );
    this.tabs = Object.keys(this.pages).map((name, at) => this.#tab(name, at));
    this.#build();
    this.#listen();
  }

  /** @type {(name: string, at: number) => HTMLElement} */
  #tab(name, at) {
    return el("button", {
      type: "button",
      role: "tab",
      class: "tab",
      data: { page: name },
      "aria-controls": "page-panel",
      text: t(`pages.${name}`),
      on: {
        click: () => this.store.set({ page: name }),
        keydown: (event) => this.#moveTab(event, at),
      },
    });
  }

  #build() {
    const header = el(
      "header",
      { class: "top" },
      el(
        "div",
        {},
        el("h1", { text: t("ui.title") }),
        el("p", { class: "lead", text: t("ui.lead") }),
      ),
      el("div", { class: "pills" }, this.weights, this.device, this.share),
    );
    // The controls end at the window's lower edge, so that their soft edge is in view.
    new ResizeObserver(() =>
      this.root.style.setProperty("--header", `${header.offsetHeight}px`),
    ).observe(header);
    const main = el(
      "main",
      { class: "stage-area" },
      this.alertBox,
      el("section", { class: "hero", "aria-label": t("ui.pipeline") }, this.pipeline.root),
      this.notice.root,
      this.diagnostics.root,
      this.#tabList(),
      this.panel,
    );
    const skip = el("a", {
      class: "skip",
      href: "#page-panel",
      text: t("ui.skip"),
      on: {
        click: (event) => {
          event.preventDefault();
          this.panel.focus();
        },
      },
    });
    this.root.replaceChildren(skip, header, el("div", { class: "columns" }, this.#drawer(), main));
  }

  // On a narrow screen the controls fold away at the bottom, so that the maps stay in view.
  #drawer() {
    const toggle = el("button", {
      type: "button",
      class: "drawer-toggle",
      "aria-expanded": false,
      "aria-controls": "controls",
      text: t("ui.controls"),
    });
    const drawer = el("aside", { class: "controls", id: "controls" }, toggle, this.form.root);
    // the form scrolls inside the folded drawer
    for (const box of [drawer, this.form.root]) cueOverflow(box);
    toggle.addEventListener("click", () => {
      const open = drawer.classList.toggle("open");
      toggle.setAttribute("aria-expanded", String(open));
    });
    return drawer;
  }

  #tabList() {
    const list = el(
      "div",
      { class: "tabs", role: "tablist", "aria-label": t("ui.pages") },
      ...this.tabs,
    );
    cueOverflow(list);
    return list;
  }

  /** @type {(event: KeyboardEvent, at: number) => void} */
  #moveTab(event, at) {
    const step = byKey(event, { ArrowRight: 1, ArrowLeft: -1 });
    if (!step) return;
    event.preventDefault();
    const next = this.tabs.at((at + step) % this.tabs.length);
    next?.focus();
    next?.click();
  }

  #listen() {
    this.store.on("view", (view) => this.#receive(view));
    this.store.on("error", (error) => this.#fail(error));
    this.store.on("forget", () => this.alerts.hideAside());
    this.store.on("idle", () => {
      if (this.store.view) this.form.latent.draw(this.store.view);
    });
    window.addEventListener("hashchange", () => this.store.open(addressLink()));
    new ResizeObserver(() => this.#refit()).observe(this.panel);
    new MutationObserver(() => {
      forgetTheme();
      this.#redraw();
    }).observe(document.body, { attributeFilter: ["class"] });
  }

  /** @param {ShownView} view */
  async #receive(view) {
    try {
      if (!view.waiting) this.#clear();
      if (view.messages.length) this.alerts.show(view.messages, { undo: false });
      await this.#draw(view);
    } catch (error) {
      return this.#goBack(view, error);
    }
    this.store.keep(view);
    this.root.setAttribute("aria-busy", String(view.coarse)); // exact numbers are on their way
    this.root.dispatchEvent(new CustomEvent("painted", { bubbles: true, detail: view.state }));
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
    this.form.clearErrors();
    for (const page of Object.values(this.pages)) page.clear?.();
  }

  // Draws a view, or draws it again for another theme or width; a message on the screen stays.
  /** @param {ShownView} view */
  async #draw(view) {
    const { state } = view;
    hurry(view.coarse);
    this.form.draw(view);
    const { weights } = view;
    const label = t(WEIGHT_LABELS[weights.shown], { ...weights, seed: state.weights_seed });
    setText(this.weights, weights.status === "carried" ? t("carry.label", { label }) : label);
    this.weights.classList.toggle("warn", weights.status === "gone");
    this.notice.draw(view);
    setText(this.device, t("ui.device_label", { device: view.device }));
    this.pipeline.draw(view);
    this.diagnostics.draw(view);
    this.#showPage(state.page);
    await this.pages[state.page].draw(view);
  }

  #redraw() {
    if (this.store.view) this.#draw(this.store.view).catch(console.error);
  }

  #drawAnew() {
    for (const page of Object.values(this.pages)) Object.assign(page, { key: "", room: 0 });
    this.#redraw();
  }

  // Mosaics are laid out for the room they have, so they are laid out anew when it changes.
  #refit() {
    const width = this.panel.clientWidth;
    if (width === this.panelWidth) return;
    this.panelWidth = width;
    this.#drawAnew();
  }

  /** @param {PageName} name */
  #showPage(name) {
    const page = this.pages[name].root;
    if (this.panel.firstChild !== page) this.panel.replaceChildren(page);
    for (const tab of this.tabs) {
      const current = tab.dataset.page === name;
      tab.setAttribute("aria-selected", String(current));
      tab.tabIndex = current ? 0 : -1;
      if (current && tab !== this.tab) revealInRow(tab);
      if (current) this.tab = tab;
    }
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
    this.form.fail(errors);
    const page = this.pages[this.store.form.page];
    return this.store.view && page?.fail ? page.fail(errors) : errors;
  }

  async #copyLink() {
    let done = true;
    await navigator.clipboard.writeText(location.href).catch(() => {
      done = false;
    });
    setText(this.share, t(done ? "ui.copied_text" : "ui.copy_failed"));
    setTimeout(() => setText(this.share, t("ui.copy_link")), 2000);
  }
}

// Scrolls a row of tabs sideways until one is in view; the page itself stays where it is.
/** @param {HTMLElement} tab */
function revealInRow(tab) {
  const row = tab.parentElement;
  if (!row) return;
  const own = tab.getBoundingClientRect(),
    all = row.getBoundingClientRect();
  row.scrollLeft += Math.min(0, own.left - all.left) + Math.max(0, own.right - all.right);
}
