// Builds the page inside the component that Gradio mounts, and joins controls, views and pages.

import { el, setText } from "./dom.js";
import { Form } from "./form.js";
import { loadPlotly } from "./heatmap.js";
import { loadWords, t } from "./i18n.js";
import { Alerts, Diagnostics } from "./messages.js";
import { cueOverflow } from "./overflow.js";
import { MapsPage } from "./pages/maps.js";
import { OutputPage } from "./pages/output.js";
import { OverlapPage } from "./pages/overlap.js";
import { PaddingPage } from "./pages/padding.js";
import { ShapesPage } from "./pages/shapes.js";
import { TrainPage } from "./pages/train.js";
import { Pipeline } from "./pipeline.js";
import { forgetTheme } from "./theme.js";
import { WeightsNotice } from "./weights.js";
import { Store, addressLink, fetchFields } from "./store.js";

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

export async function mount(root) {
  const words = loadWords();
  loadPlotly(words);
  const [fields, settings] = await Promise.all([fetchFields(), fetchFields("train/fields"), words]);
  document.title = t("ui.title");
  new Page(root, new Store(fields), fields, settings).store.open(addressLink());
}

class Page {
  constructor(root, store, fields, settings) {
    Object.assign(this, { root, store });
    this.form = new Form(store, fields);
    this.pipeline = new Pipeline(store);
    this.diagnostics = new Diagnostics();
    this.notice = new WeightsNotice(store);
    this.pages = Object.fromEntries(
      fields.page.choices.map((name) => [name, new PAGES[name](store, fields, settings)]),
    );
    this.#build();
    this.#listen();
  }

  #build() {
    this.weights = el("span", { class: "pill", id: "weights-label" });
    this.device = el("span", { class: "pill", id: "device-label" });
    this.share = el("button", {
      type: "button",
      class: "quiet",
      id: "copy-link",
      text: t("ui.copy_link"),
      on: { click: () => this.#copyLink() },
    });
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
    const alerts = el("div", { class: "alerts" });
    this.alerts = new Alerts(alerts, this.store);
    this.panel = el("div", { class: "page", role: "tabpanel", id: "page-panel", tabindex: -1 });
    const main = el("main", { class: "stage-area" }, alerts,
      el("section", { class: "hero", "aria-label": t("ui.pipeline") }, this.pipeline.root),
      this.notice.root,
      this.diagnostics.root,
      this.#tabs(),
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
      toggle.setAttribute("aria-expanded", open);
    });
    return drawer;
  }

  #tabs() {
    this.tabs = Object.keys(this.pages).map((name) =>
      el("button", {
        type: "button",
        role: "tab",
        class: "tab",
        data: { page: name },
        "aria-controls": "page-panel",
        text: t(`pages.${name}`),
        on: {
          click: () => this.store.set({ page: name }),
          keydown: (event) => this.#moveTab(event),
        },
      }),
    );
    const list = el(
      "div",
      { class: "tabs", role: "tablist", "aria-label": t("ui.pages") },
      ...this.tabs,
    );
    cueOverflow(list);
    return list;
  }

  #moveTab(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = this.tabs.at((this.tabs.indexOf(event.target) + step) % this.tabs.length);
    next.focus();
    next.click();
  }

  #listen() {
    this.store.addEventListener("view", ({ detail }) => this.#receive(detail));
    this.store.addEventListener("error", ({ detail }) => this.#fail(detail));
    this.store.addEventListener("forget", () => this.alerts.hideAside());
    this.store.addEventListener("idle", () => {
      if (this.store.view) this.form.latent.draw(this.store.view);
    });
    window.addEventListener("hashchange", () => this.store.open(addressLink()));
    new ResizeObserver(() => this.#refit()).observe(this.panel);
    new MutationObserver(() => {
      forgetTheme();
      this.#redraw();
    }).observe(document.body, { attributeFilter: ["class"] });
  }

  async #receive(view) {
    try {
      if (!view.waiting) this.#clear();
      if (view.messages.length) this.alerts.show(view.messages, { undo: false });
      await this.#draw(view);
    } catch (error) {
      return this.#goBack(view, error);
    }
    this.store.keep(view);
    this.root.setAttribute("aria-busy", "false");
    this.root.dispatchEvent(new CustomEvent("painted", { bubbles: true, detail: view.state }));
  }

  // A view that cannot be drawn is our mistake: the last good one is drawn again.
  #goBack(view, error) {
    console.error(error);
    this.root.setAttribute("aria-busy", "false");
    if (view !== this.store.view) return; // a newer one takes its place
    if (this.store.fallBack()) this.#drawAnew();
    this.alerts.show([{ code: "not_drawn", params: {} }], { undo: true });
  }

  #clear() {
    this.alerts.hide();
    this.form.clearErrors();
    for (const page of Object.values(this.pages)) page.clear?.();
  }

  // Draws a view, or draws it again for another theme or width; a message on the screen stays.
  async #draw(view) {
    const { state } = view;
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

  #showPage(name) {
    const page = this.pages[name].root;
    if (this.panel.firstChild !== page) this.panel.replaceChildren(page);
    for (const tab of this.tabs) {
      const current = tab.dataset.page === name;
      tab.setAttribute("aria-selected", current);
      tab.tabIndex = current ? 0 : -1;
      if (current && tab !== this.tab) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
      if (current) this.tab = tab;
    }
  }

  #fail(error) {
    const apart = error.aside || error.retried; // nothing that the controls hold
    const errors = [error, ...(error.others ?? [])],
      unsaid = apart ? errors : this.#blame(errors);
    if (unsaid.length)
      this.alerts.show(unsaid, { undo: Boolean(this.store.view) && !apart, aside: error.aside });
    else this.alerts.hide();
  }

  // Marks what is at fault; returns what is left to be said at the top.
  #blame(errors) {
    this.form.fail(errors);
    const page = this.pages[this.store.form.page];
    return this.store.view && page?.fail ? page.fail(errors) : errors;
  }

  async #copyLink() {
    let done = true;
    await navigator.clipboard.writeText(location.href).catch(() => { done = false; });
    setText(this.share, t(done ? "ui.copied_text" : "ui.copy_failed"));
    setTimeout(() => setText(this.share, t("ui.copy_link")), 2000);
  }
}
