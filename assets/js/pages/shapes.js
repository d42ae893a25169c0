// Shapes: the ledger of every stage, with totals, to copy or save.

import { count, download, el, setText } from "../dom.js";
import { t } from "../i18n.js";

const COLUMNS = ["stage", "operation", "formula", "shape", "parameters", "macs", "bytes"];

export class ShapesPage {
  constructor(store) {
    this.store = store;
    this.body = el("tbody");
    this.foot = el("tfoot");
    this.status = el("span", { class: "help", role: "status" });
    const head = el("tr", {}, ...COLUMNS.map((name, at) => el("th", { scope: "col", class: at > 3 ? "figure" : "", text: t(`ledger.${name}`) })));
    this.root = el("div", { class: "shapes-page" },
      el("div", { class: "stage-head" }, el("div", {}, el("h2", { class: "stage-title", text: t("ledger.title") }), el("p", { class: "sentence", text: t("ledger.sentence") })),
        el("div", { class: "toolbar buttons" },
          el("button", { type: "button", id: "copy-markdown", text: t("ledger.copy"), on: { click: () => this.#copy() } }),
          el("button", { type: "button", id: "save-markdown", text: t("ledger.save_markdown"), on: { click: () => download("shapes.md", this.ledger.markdown, "text/markdown") } }),
          el("button", { type: "button", id: "save-csv", text: t("ledger.save_csv"), on: { click: () => download("shapes.csv", this.ledger.csv, "text/csv") } }),
          this.status)),
      el("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": t("ledger.title") },
        el("table", { class: "ledger" }, el("thead", {}, head), this.body, this.foot)));
  }

  draw({ stages, totals, ledger }) {
    this.ledger = ledger;
    this.body.replaceChildren(...stages.map((stage) => this.#row(stage)));
    this.foot.replaceChildren(el("tr", {}, el("th", { scope: "row", colspan: 4, text: t("ledger.total") }),
      ...["parameters", "macs", "bytes"].map((name) => el("td", { class: "figure", text: count(totals[name]) }))));
  }

  #row(stage) {
    const open = el("button", { type: "button", class: "link", text: stage.name, on: { click: () => this.store.set({ stage: stage.name, channel: -1, page: "maps" }) } });
    return el("tr", {}, el("th", { scope: "row" }, open), el("td", { text: t(`op_names.${stage.op}`) }), el("td", { text: stage.formula }),
      el("td", { class: "mono", text: `[${stage.shape.join(", ")}]` }),
      ...["parameters", "macs", "bytes"].map((name) => el("td", { class: "figure", text: count(stage[name]) })));
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.ledger.markdown);
      setText(this.status, t("ui.copied_text"));
    } catch {
      setText(this.status, t("ui.copy_failed"));
    }
  }
}
