// What Gradio's tables, button and code show of the stages' shapes, what they do when they are
// clicked, and the answer of the shape debugger.

import { showStage } from "../cells.js";
import { download, el } from "../dom.js";
import { Followed } from "../followed.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { drawn } from "../lead.js";
import { Answer } from "./answer.js";
import { codeText } from "./code.js";
import { layersTable, ledgerTable } from "./tables.js";

/** @import { ShapesView } from "../contract.js" */
/** @import { Store } from "../store.js" */

const SAID_MS = 2000;

export class Shapes extends Followed {
  /** @type {ShapesView | null} */
  #view = null;
  #asked = false; // whether the next answer is to one who waits for it

  /** @param {Store} store */
  constructor(store) {
    super();
    this.store = store;
    this.answer = new Answer(store);
    this.root = el("div", { class: "shapes-page" }, this.answer.root);
    store.on("wish", (changes) => {
      if ("expected" in changes || "expected_stage" in changes) this.#ask();
    });
  }

  /** @param {ShapesView} view */
  async draw(view) {
    this.#view = view;
    const { stages, totals, ledger } = view;
    await this.show({
      ledger: { visible: true, ...ledgerTable(stages, totals, this.root.clientWidth) },
      layers: { value: layersTable(ledger.rows) },
      keras: { value: codeText(ledger.rows, "keras") },
      pytorch: { value: codeText(ledger.rows, "pytorch") },
    });
    await drawn("ledger");
    if (this.store.form.expected !== view.state.expected) return this.#ask();
    this.#wait(false);
    this.answer.draw(view.diagnosis);
    if (this.#asked) this.answer.root.scrollIntoView({ block: "nearest" });
    this.#asked = false;
  }

  unfold() {
    const visible = true;
    this.show({ layers: { visible }, keras: { visible }, pytorch: { visible } });
  }

  // A new question takes the old answer away.
  #ask() {
    this.answer.clear();
    this.#wait(this.store.form.expected.trim() !== "");
  }

  /** @param {boolean} waits */
  #wait(waits) {
    this.root.setAttribute("aria-busy", String(waits));
    const value = t(waits ? "debugger.finding" : "debugger.find");
    this.show({ find: { value, interactive: !waits } });
  }

  // What was asked for was refused, whatever it was.
  refused() {
    this.#wait(false);
  }

  // The example in an empty box looks much like an answer to give.
  /** @param {string} text */
  find(text) {
    this.#asked = text.trim() !== "";
    if (!this.#asked) this.answer.refuse(t("debugger.empty"));
  }

  // The map of the stage whose name was chosen in the ledger.
  open() {
    const cell = document.querySelector("#ledger .cell-selected");
    if (!(cell instanceof HTMLElement) || cell.dataset.col !== "0") return;
    const stage = known(this.#view).stages.at(Number(cell.dataset.row));
    if (stage) this.store.set(showStage(stage));
  }

  async copy() {
    let done = true;
    await navigator.clipboard.writeText(known(this.#view).ledger.markdown).catch(() => {
      done = false;
    });
    this.show({ copy: { value: t(done ? "ui.copied_text" : "ui.copy_failed") } });
    setTimeout(() => this.show({ copy: { value: t("ledger.copy") } }), SAID_MS);
  }

  /** @param {"csv" | "markdown"} kind */
  save(kind) {
    const name = { csv: "shapes.csv", markdown: "shapes.md" }[kind];
    download(name, known(this.#view).ledger[kind], `text/${kind}`);
  }
}
