// Overlap: how many stamps reach each output cell, and how much of the real map shows that pattern.

import { askWhy, showCell, showStage } from "../cells.js";
import { TO } from "../colors.js";
import { context2d, el, exact, setText } from "../dom.js";
import { Fold } from "../fold.js";
import { GridMap } from "../grid.js";
import { t } from "../i18n.js";
import { Inspector } from "../inspector.js";
import { known } from "../known.js";
import { cueOverflow } from "../overflow.js";

/**
 * @import { Multiple, Overlap, OverlapView, Pair, Share } from "../contract.js"
 * @import { Given } from "../main.js"
 */

const SMALL = 60; // pixels of a small multiple

export class OverlapPage {
  /** @type {OverlapView | null} */
  #view = null;
  /** @type {HTMLButtonElement[]} */
  buttons = []; // one for each of the small multiples

  /** @param {Given} given */
  constructor({ store, tracer }) {
    this.store = store;
    this.title = el("h2", { class: "stage-title" });
    this.sentence = el("p", { class: "sentence overlap-verdict" });
    this.foundLine = el("p", { class: "sentence found", id: "overlap-found" });
    this.hint = el("p", { class: "help", text: t("overlap.hint") });
    this.taps = el("p", { class: "sentence" });
    this.edge = el("p", { class: "help", id: "overlap-edge" });
    this.compare = el("p", { class: "sentence", id: "overlap-compare" });
    this.cures = el("p", { class: "sentence", id: "overlap-cures" });
    /** @type {(row: number, column: number) => void} */
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
    this.multiplesSentence = el("p", { class: "sentence" });
    this.tapsFold = new Fold("overlap-taps", t("overlap.taps_title"), [this.taps, this.edge]);
    const head = ["stage", "share", "chance", "ratio"].map((name, at) =>
      el("th", { scope: "col", class: at ? "figure" : "", text: t(`overlap.${name}`) }),
    );
    const looked = [
      el("div", { class: "stage-head" }, el("div", {}, this.title, this.sentence)),
      el(
        "div",
        { class: "pad-pair" },
        el("div", {}, this.counts.root),
        el("div", {}, this.energy.root),
      ),
      this.hint,
      this.foundLine,
      this.tapsFold.root,
      new Fold("overlap-measured", t("overlap.measured"), [
        el("p", { class: "sentence", text: t("overlap.measured_sentence") }),
        el(
          "div",
          {
            class: "table-scroll",
            tabindex: 0,
            role: "region",
            "aria-label": t("overlap.measured"),
          },
          el(
            "table",
            { class: "ledger shares" },
            el("thead", {}, el("tr", {}, ...head)),
            this.shares,
          ),
        ),
        this.compare,
        this.cures,
      ]).root,
      el("h3", { text: t("overlap.multiples") }),
      this.multiplesSentence,
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
    ];
    this.inspector = new Inspector("overlap-page", tracer, { looked });
    this.root = this.inspector.root;
    /** @type {NodeListOf<HTMLElement>} */
    const boxes = this.root.querySelectorAll(".table-scroll");
    for (const box of boxes) cueOverflow(box);
  }

  /** @param {OverlapView} view */
  draw(view) {
    this.#view = view;
    const { overlap, multiples } = view;
    this.inspector.draw(view, [overlap.stage]);
    setText(this.title, overlap.stage);
    setText(this.sentence, this.#verdict(overlap));
    const measured = this.#isUnknown ? t("overlap.found.untold") : this.#found(overlap);
    setText(this.foundLine, [measured, this.#used(overlap)].join(t("ui.space")));
    setText(this.edge, this.#thin(overlap));
    this.#drawCompare(overlap);
    setText(this.taps, this.#taps(overlap));
    this.tapsFold.root.hidden = !overlap.learned;
    const { rows, columns } = overlap;
    this.counts.draw(
      { values: outer(rows, columns), rows: rows.length, columns: columns.length },
      { color: { name: "viridis", low: 0, high: Math.max(1, ...rows) * Math.max(1, ...columns) } },
    );
    this.hint.hidden = this.energy.root.hidden = this.#isUnknown;
    if (!this.#isUnknown)
      this.energy.draw(
        { values: overlap.energy.data, rows: rows.length, columns: columns.length },
        { signed: false },
      );
    this.#drawShares(overlap);
    this.#drawMultiples(overlap, multiples);
  }

  // Whether nobody can tell the values of the stage; the counts hold whatever they are.
  get #isUnknown() {
    const { stages, overlap } = known(this.#view);
    return known(stages.find(({ name }) => name === overlap.stage)).unknown;
  }

  /** @param {Overlap} overlap */
  #verdict({ kernel, stride, phases, verdict, rows, columns }) {
    const all = phases[0].flatMap((a) => phases[1].map((b) => a * b)),
      [low, high] = [Math.min(...all), Math.max(...all)];
    const products = all.length < 16 ? all.join("/") : t("overlap.from_to", { low, high });
    const words = {
      kernel: sides(kernel),
      stride: sides(stride),
      phases: inTurn(phases[0]),
      across: inTurn(phases[1]),
      products,
      each: all[0],
      rest: kernel[0] % stride[0],
      empty: all.filter((count) => !count).length,
      cells: all.length,
      least: Math.min(...rows) * Math.min(...columns),
      most: Math.max(...rows) * Math.max(...columns),
    };
    /** @type {string[]} */
    const keys = [verdict];
    const isAlike = verdict === "whole" || (isSquare(kernel) && isSquare(stride));
    if (!isAlike) keys[0] = `${verdict}_axes`;
    else if (verdict === "covered" && alike(phases[0])) keys[0] = "covered_even";
    if (verdict === "covered")
      keys.push(words.least < words.most ? "covered_here" : "covered_here_even");
    return keys.map((key) => t(`overlap.${key}`, words)).join(t("ui.space"));
  }

  // What this map shows of the period, whatever its weights are.
  /** @param {Overlap} overlap */
  #found({ verdict, period, stage, stride, shares }) {
    if (Math.max(...stride) === 1) return "";
    const { share, chance } = known(shares.find((entry) => entry.stage === stage));
    return t(`overlap.found.${period === "seen" ? verdict : period}`, {
      share: percent(share),
      chance: percent(chance),
      ratio: ratio(share, chance),
    });
  }

  // Which taps the map is really made of, as where a larger kernel was carried over.
  /** @param {Overlap} overlap */
  #used({ used, kernel }) {
    if (!used) return "";
    const [rows, columns] = used;
    return t("overlap.used", { rows, columns, kernel: kernel.join("×") });
  }

  /** @param {Overlap} overlap */
  #thin({ thin: [[top, bottom], [left, right]] }) {
    return t(top + bottom + left + right ? "overlap.thin" : "overlap.thin_none", {
      top,
      bottom,
      left,
      right,
    });
  }

  // Which taps meet at each place of the period: what makes neighbours differ.
  /** @param {Overlap} overlap */
  #taps({ taps: [down, across] }) {
    const [rows, columns] = [down, across].map(phasesInWords);
    return rows === columns
      ? t("overlap.taps", { phases: rows })
      : t("overlap.taps_axes", { rows, columns });
  }

  /** @type {(row: number, column: number) => string} */
  #describe(row, column) {
    const { rows, columns } = known(this.#view).overlap;
    return t("overlap.cell", {
      row,
      column,
      rows: rows[row],
      columns: columns[column],
      count: rows[row] * columns[column],
    });
  }

  /** @type {(row: number, column: number) => void} */
  #explain(row, column) {
    if (this.#isUnknown) return;
    const { state, overlap } = known(this.#view),
      item = Math.min(state.item, state.batch_size - 1);
    askWhy(this.store, { ...showCell(overlap.stage, [item, row, column, 0]), trail: "" });
  }

  // The numbers to compare, and the cures; with stride 1 there is no period.
  /** @param {Overlap} overlap */
  #drawCompare({ compare, stride, learned }) {
    this.compare.hidden = !compare;
    this.cures.hidden = !learned || Math.max(...stride) === 1;
    setText(this.compare, compare ? t("overlap.compare", { ...compare }) : "");
    setText(this.cures, t("overlap.cures", { stride: sides(stride) }));
  }

  /** @param {Overlap} overlap */
  #drawShares({ shares }) {
    this.shares.replaceChildren(...shares.map((share) => this.#row(share)));
  }

  /** @param {Share} share */
  #row({ stage, share, chance }) {
    const open = el("button", {
      type: "button",
      class: "link",
      text: stage,
      on: { click: () => this.#open(stage) },
    });
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, open),
      el("td", { class: "figure", text: percent(share) }),
      el("td", { class: "figure", text: percent(chance) }),
      el("td", { class: "figure", text: times(share, chance) }),
    );
  }

  /** @param {string} name of a stage */
  #open(name) {
    const { stages } = known(this.#view);
    this.store.set(showStage(known(stages.find((stage) => stage.name === name))));
  }

  /** @type {(overlap: Overlap, multiples: Multiple[]) => void} */
  #drawMultiples({ kernel, stride, learned, can_set }, multiples) {
    setText(
      this.multiplesSentence,
      [t("overlap.multiples_sentence"), can_set ? t("overlap.multiples_click") : ""].join(" "),
    );
    if (!this.buttons.length) {
      this.buttons = multiples.map((entry) => this.#multiple(entry));
      this.multiples.append(...this.buttons);
    }
    for (const [at, entry] of multiples.entries()) {
      const isCurrent =
        learned &&
        kernel.every((size) => size === entry.kernel) &&
        stride.every((step) => step === entry.stride);
      const button = this.buttons[at];
      button.setAttribute("aria-pressed", String(isCurrent));
      button.disabled = !can_set;
      button.title = can_set ? t("overlap.use", { ...entry }) : "";
    }
  }

  /** @param {Multiple} multiple */
  #multiple({ kernel, stride, counts, phases }) {
    const even = alike(phases);
    return el(
      "button",
      {
        type: "button",
        class: even ? "multiple even" : "multiple",
        data: { kernel, stride },
        on: { click: () => this.store.apply({ kernel_size: kernel, stride }) },
      },
      pictureOf(counts),
      el("span", { class: "mono", text: `k=${kernel} s=${stride}` }),
      el("span", { class: "mono detail", text: phases.join("/") }),
    );
  }
}

// Counts of a period, one where all are alike.
/** @param {number[]} counts */
const inTurn = (counts) => [...(alike(counts) ? new Set(counts) : counts)].join(t("tracer.and"));

/** @param {number[]} counts */
const alike = (counts) => new Set(counts).size === 1;

/** @param {Pair} pair */
const isSquare = ([rows, columns]) => rows === columns;

// Sizes of rows and columns, once where they are alike.
/** @param {Pair} pair */
const sides = (pair) => (isSquare(pair) ? String(pair[0]) : pair.join("×"));

// Which taps meet at each place of the period along one axis.
/** @param {number[][]} taps */
const phasesInWords = (taps) =>
  taps
    .map((list, phase) =>
      t(list.length ? "overlap.phase" : "overlap.phase_none", {
        phase,
        next: phase + taps.length,
        taps: list.join(t("tracer.comma")),
      }),
    )
    .join(t("overlap.separator"));

// The counts of a whole map, from those along one axis; a cell that no stamp reaches stands out.
/** @param {number[]} counts */
function pictureOf(counts) {
  const canvas = el("canvas", {
    width: counts.length,
    height: counts.length,
    style: `width:${SMALL}px;height:${SMALL}px`,
    "aria-hidden": "true",
  });
  const context = context2d(canvas),
    most = Math.max(...counts) ** 2;
  for (const [at, count] of outer(counts, counts).entries()) {
    context.fillStyle = count === 0 ? TO : `hsl(176 45% ${18 + 72 * (count / most)}%)`;
    context.fillRect(at % counts.length, Math.floor(at / counts.length), 1, 1);
  }
  return canvas;
}

/** @param {number | null} part */
const percent = (part) => (part === null ? "—" : `${(100 * part).toFixed(part < 0.1 ? 2 : 1)} %`);

/** @type {(share: number | null, chance: number | null) => string | null} */
const ratio = (share, chance) => (share === null || !chance ? null : (share / chance).toFixed(1));

/** @type {(share: number | null, chance: number | null) => string} */
function times(share, chance) {
  const found = ratio(share, chance);
  return found === null ? "—" : `${found}×`;
}

/** @type {(rows: number[], columns: number[]) => Float32Array} */
const outer = (rows, columns) =>
  Float32Array.from(rows.flatMap((row) => columns.map((column) => row * column)));
