// Shapes: the ledger of every stage, with totals, to copy or save.

import { NO_CELL } from "../cells.js";
import { count, download, el, setText } from "../dom.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { cueOverflow } from "../overflow.js";
import { ShapeDebugger } from "./debugger.js";

/**
 * @import { LayerCall, Ledger, LedgerRow, ShapesView, Stage } from "../contract.js"
 * @import { Problem } from "../messages.js"
 * @import { Given } from "../main.js"
 */

/** @typedef {"parameters" | "macs" | "bytes"} Figure */

const COLUMNS = ["stage", "operation", "formula", "shape", "parameters", "macs", "bytes"];
const LAYER_COLUMNS = ["stage", "kernel", "crop", "reach", "keras", "pytorch"];
/** @type {Figure[]} */
const FIGURES = ["parameters", "macs", "bytes"];
/** @type {ReadonlySet<string>} */
const NUMERIC = new Set(FIGURES);

export class ShapesPage {
  /** @type {Ledger | null} */
  #ledger = null;

  /** @param {Given} given */
  constructor({ store, fields }) {
    this.store = store;
    this.debugger = new ShapeDebugger(store, fields);
    this.body = el("tbody");
    this.foot = el("tfoot");
    this.layers = el("tbody");
    this.status = el("span", { class: "help", role: "status" });
    this.root = el(
      "div",
      { class: "shapes-page" },
      el(
        "div",
        { class: "stage-head" },
        el(
          "div",
          {},
          el("h2", { class: "stage-title", text: t("ledger.title") }),
          el("p", { class: "sentence", text: t("ledger.sentence") }),
        ),
        el(
          "div",
          { class: "toolbar buttons" },
          el("button", {
            type: "button",
            id: "copy-markdown",
            text: t("ledger.copy"),
            on: { click: () => this.#copy() },
          }),
          el("button", {
            type: "button",
            id: "save-markdown",
            text: t("ledger.save_markdown"),
            on: {
              click: () => download("shapes.md", known(this.#ledger).markdown, "text/markdown"),
            },
          }),
          el("button", {
            type: "button",
            id: "save-csv",
            text: t("ledger.save_csv"),
            on: { click: () => download("shapes.csv", known(this.#ledger).csv, "text/csv") },
          }),
          this.status,
        ),
      ),
      table(t("ledger.title"), "shapes-ledger", head(COLUMNS), this.body, this.foot),
      this.debugger.root,
      el(
        "section",
        { class: "layers", id: "layers" },
        el("h3", { text: t("ledger.layers") }),
        el("p", { class: "sentence", text: t("ledger.layers_sentence") }),
        table(t("ledger.layers"), "layers-ledger", head(LAYER_COLUMNS), this.layers),
      ),
    );
  }

  /** @param {ShapesView} view */
  draw(view) {
    const { stages, totals, ledger } = view;
    this.#ledger = ledger;
    this.body.replaceChildren(...stages.map((stage) => this.#row(stage)));
    this.foot.replaceChildren(
      el(
        "tr",
        {},
        el("th", { scope: "row", colspan: 4, text: t("ledger.total") }),
        ...FIGURES.map((name) => el("td", { class: "figure", text: count(totals[name]) })),
      ),
    );
    this.layers.replaceChildren(...ledger.rows.map((row) => this.#layer(row)));
    this.debugger.draw(view);
  }

  /** @param {Stage} stage */
  #row(stage) {
    const open = el("button", {
      type: "button",
      class: "link",
      text: stage.name,
      on: {
        click: () => this.store.set({ stage: stage.name, channel: -1, ...NO_CELL, page: "maps" }),
      },
    });
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, open),
      el("td", { class: "wrapped", text: t(`op_names.${stage.op}`) }),
      el("td", { class: "wrapped formula", text: stage.formula }),
      el("td", { class: "mono", text: `[${stage.shape.join(", ")}]` }),
      ...FIGURES.map((name) => el("td", { class: "figure", text: count(stage[name]) })),
    );
  }

  /** @param {LedgerRow} row */
  #layer({ name, kernel, crop, reach, keras, pytorch }) {
    /** @param {string} text */
    const mono = (text) => el("td", { class: "mono", text });
    return el(
      "tr",
      {},
      el("th", { scope: "row", class: "mono", text: name }),
      mono(kernel ? `[${kernel.join(", ")}]` : ""),
      mono(crop ? crop.join("/") : ""),
      mono(reach ? reach.join("×") : ""),
      this.#call(keras),
      this.#call(pytorch),
    );
  }

  // The same layer elsewhere, or why there is none.
  /** @param {LayerCall} call */
  #call({ code, init, note, params }) {
    return el(
      "td",
      { class: "wrapped call" },
      code && el("code", {}, ...breakable(code)),
      init && el("code", {}, ...breakable(init)),
      note && el("span", { class: "help", text: t(`layer_notes.${note}`, params) }),
    );
  }

  // Whatever was refused, the debugger waits no more.
  /** @param {Problem[]} errors */
  fail(errors) {
    this.debugger.wait(false);
    return errors;
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(known(this.#ledger).markdown);
      setText(this.status, t("ui.copied_text"));
    } catch {
      setText(this.status, t("ui.copy_failed"));
    }
  }
}

/** @param {string[]} columns */
function head(columns) {
  const cells = columns.map((name) =>
    el("th", {
      scope: "col",
      class: NUMERIC.has(name) ? "figure" : "",
      text: t(`ledger.${name}`),
    }),
  );
  return el("thead", {}, el("tr", {}, ...cells));
}

// A table that scrolls in a box of its own.
/** @type {(label: string, name: string, ...parts: HTMLElement[]) => HTMLElement} */
function table(label, name, ...parts) {
  const box = el(
    "div",
    { class: "table-scroll", tabindex: 0, role: "region", "aria-label": label },
    el("table", { class: `ledger ${name}` }, ...parts),
  );
  cueOverflow(box);
  return box;
}

// Code that may break after an opening bracket, rather than within a name; copied, it is the same
// text.
/** @param {string} code */
const breakable = (code) => code.split(/(?<=\()/).flatMap((part) => [part, el("wbr")]);
