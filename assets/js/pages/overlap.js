// Overlap: how many stamps reach each output cell, and how much of the real map shows that pattern.

import { askWhy, showCell } from "../cells.js";
import { TO } from "../colors.js";
import { choiceControl } from "../controls.js";
import { el, exact, setText } from "../dom.js";
import { GridMap } from "../grid.js";
import { t } from "../i18n.js";
import { cueOverflow } from "../overflow.js";

const SMALL = 60; // pixels of a small multiple

export class OverlapPage {
  constructor(store, fields) {
    this.store = store;
    this.block = choiceControl({ ...fields.block, choices: [] }, store, {
      label: t("overlap.block"),
    });
    this.title = el("h2", { class: "stage-title" });
    this.sentence = el("p", { class: "sentence" });
    this.foundLine = el("p", { class: "sentence", id: "overlap-found" });
    this.taps = el("p", { class: "sentence", id: "overlap-taps" });
    this.edge = el("p", { class: "help", id: "overlap-edge" });
    this.compare = el("p", { class: "sentence", id: "overlap-compare" });
    this.cures = el("p", { class: "sentence", id: "overlap-cures" });
    const pick = (row, column) => this.#explain(row, column);
    this.counts = new GridMap({
      title: t("overlap.counts"),
      pick,
      describe: (row, column) => this.#describe(row, column),
    });
    this.energy = new GridMap({
      title: t("overlap.energy"),
      pick,
      describe: (row, column) =>
        `${t("ui.cell", { row, column })}: ${exact(this.energy.value(row, column))}`,
    });
    this.shares = el("tbody");
    this.multiples = el("div", { class: "multiples" });
    const head = ["stage", "share", "chance", "ratio"].map((name, at) =>
      el("th", { scope: "col", class: at ? "figure" : "", text: t(`overlap.${name}`) }),
    );
    this.root = el(
      "div",
      { class: "overlap-page" },
      el(
        "div",
        { class: "stage-head" },
        el("div", {}, this.title, this.sentence, this.taps, this.foundLine),
        el("div", { class: "toolbar" }, this.block.root),
      ),
      el(
        "div",
        { class: "pad-pair" },
        el("div", {}, this.counts.root),
        el("div", {}, this.energy.root),
      ),
      el("p", { class: "help", text: t("overlap.hint") }),
      this.edge,
      el("h3", { text: t("overlap.measured") }),
      el("p", { class: "sentence", text: t("overlap.measured_sentence") }),
      el(
        "div",
        { class: "table-scroll", tabindex: 0, role: "region", "aria-label": t("overlap.measured") },
        el(
          "table",
          { class: "ledger shares" },
          el("thead", {}, el("tr", {}, ...head)),
          this.shares,
        ),
      ),
      this.compare,
      this.cures,
      el("h3", { text: t("overlap.multiples") }),
      el("p", { class: "sentence", text: t("overlap.multiples_sentence") }),
      el(
        "div",
        {
          class: "table-scroll plain",
          tabindex: 0,
          role: "region",
          "aria-label": t("overlap.multiples"),
        },
        this.multiples,
      ),
    );
    for (const box of this.root.querySelectorAll(".table-scroll")) cueOverflow(box);
  }

  draw(view) {
    this.view = view;
    const { overlap } = view;
    this.overlap = overlap;
    this.block.offer(Array.from({ length: overlap.blocks }, (_, at) => String(at + 1)));
    this.block.set(overlap.block);
    setText(this.title, overlap.stage);
    setText(this.sentence, this.#verdict(overlap));
    setText(this.foundLine, this.#found(overlap));
    setText(this.edge, this.#thin(overlap));
    this.#drawCompare(overlap);
    setText(this.taps, t("overlap.taps", { phases: this.#phases(overlap) }));
    const { rows, columns } = overlap;
    this.counts.draw(
      { values: outer(rows, columns), rows: rows.length, columns: columns.length },
      { color: { name: "viridis", low: 0, high: Math.max(1, ...rows) * Math.max(1, ...columns) } },
    );
    this.energy.draw({ values: overlap.energy.data, rows: rows.length, columns: columns.length });
    this.#drawShares(overlap);
    this.#drawMultiples(overlap);
  }

  #verdict({ kernel, stride, phases, evenness }) {
    const all = phases.flatMap((a) => phases.map((b) => a * b)),
      [low, high] = [Math.min(...all), Math.max(...all)];
    const products = stride < 4 ? all.join("/") : t("overlap.from_to", { low, high });
    return t(`overlap.${evenness}`, {
      kernel,
      stride,
      phases: phases.join(t("tracer.and")),
      products,
      each: all[0],
      rest: kernel % stride,
      empty: stride ** 2 - kernel ** 2,
      cells: stride ** 2,
    });
  }

  // What this map shows of the period, whatever its weights are.
  #found({ evenness, period, stage, shares }) {
    if (evenness === "whole") return "";
    const { share, chance } = shares.find((entry) => entry.stage === stage);
    return t(`overlap.found.${period === "seen" ? evenness : period}`, {
      share: percent(share),
      chance: percent(chance),
      ratio: (share / chance).toFixed(1),
    });
  }

  #thin({ thin: [[top, bottom], [left, right]] }) {
    return t(top + bottom + left + right ? "overlap.thin" : "overlap.thin_none", {
      top,
      bottom,
      left,
      right,
    });
  }

  // Which taps meet at each place of the period: what makes neighbours differ.
  #phases({ taps, stride }) {
    const named = (list) => list.join(t("tracer.comma")) || t("overlap.phase_none");
    return taps
      .map((list, phase) => t("overlap.phase", { phase, next: phase + stride, taps: named(list) }))
      .join(t("overlap.separator"));
  }

  #describe(row, column) {
    const { rows, columns } = this.overlap;
    return t("overlap.cell", {
      row,
      column,
      rows: rows[row],
      columns: columns[column],
      count: rows[row] * columns[column],
    });
  }

  #explain(row, column) {
    askWhy(this.store, {
      ...showCell(this.overlap.stage, [
        Math.min(this.view.state.item, this.view.state.batch_size - 1),
        row,
        column,
        0,
      ]),
      trail: "",
    });
  }

  // The numbers to compare, and the cures; with stride 1 there is no period.
  #drawCompare({ compare, stride }) {
    this.compare.hidden = this.cures.hidden = !compare;
    setText(this.compare, compare ? t("overlap.compare", compare) : "");
    setText(this.cures, t("overlap.cures", { stride }));
  }

  #drawShares({ shares }) {
    this.shares.replaceChildren(
      ...shares.map(({ stage, share, chance }) =>
        el(
          "tr",
          {},
          el(
            "th",
            { scope: "row" },
            el("button", {
              type: "button",
              class: "link",
              text: stage,
              on: {
                click: () =>
                  this.store.set({ page: "maps", stage, channel: -1, cell: "", trail: "" }),
              },
            }),
          ),
          el("td", { class: "figure", text: percent(share) }),
          el("td", { class: "figure", text: percent(chance) }),
          el("td", { class: "figure", text: ratio(share, chance) }),
        ),
      ),
    );
  }

  #drawMultiples({ multiples, kernel, stride }) {
    if (!this.multiples.childElementCount)
      this.multiples.append(...multiples.map((entry) => this.#multiple(entry)));
    multiples.forEach((entry, at) =>
      this.multiples.children[at].setAttribute(
        "aria-pressed",
        entry.kernel === kernel && entry.stride === stride,
      ),
    );
  }

  #multiple({ kernel, stride, counts, phases }) {
    const canvas = el("canvas", {
      width: counts.length,
      height: counts.length,
      style: `width:${SMALL}px;height:${SMALL}px`,
      "aria-hidden": "true",
    });
    const context = canvas.getContext("2d"),
      most = Math.max(...counts) ** 2;
    const even = new Set(phases).size === 1;
    counts.forEach((a, y) =>
      counts.forEach((b, x) => {
        context.fillStyle = a * b === 0 ? TO : `hsl(176 45% ${18 + 72 * ((a * b) / most)}%)`;
        context.fillRect(x, y, 1, 1);
      }),
    );
    return el(
      "button",
      {
        type: "button",
        class: even ? "multiple even" : "multiple",
        data: { kernel, stride },
        title: t("overlap.use", { kernel, stride }),
        on: { click: () => this.store.apply({ kernel_size: kernel, stride }) },
      },
      canvas,
      el("span", { class: "mono", text: `k=${kernel} s=${stride}` }),
      el("span", { class: "mono detail", text: phases.join("/") }),
    );
  }
}

const percent = (part) => (part === null ? "—" : `${(100 * part).toFixed(part < 0.1 ? 2 : 1)} %`);

const ratio = (share, chance) =>
  share === null || !chance ? "—" : `${(share / chance).toFixed(1)}×`;

function outer(rows, columns) {
  const values = new Float32Array(rows.length * columns.length);
  rows.forEach((a, y) =>
    columns.forEach((b, x) => {
      values[y * columns.length + x] = a * b;
    }),
  );
  return values;
}
