// Padding: a map before and after its border, each copied cell with its source, and what a mode
// changes.

import { askWhy, bracket, showCell } from "../cells.js";
import { FROM, scaleOf, TO } from "../colors.js";
import { el, exact, setText } from "../dom.js";
import { Fold } from "../fold.js";
import { frame } from "../heatmap_plot.js";
import { t } from "../i18n.js";
import { Inspector } from "../inspector.js";
import { known } from "../known.js";
import { axisLine, axisSentence } from "../lab/axis_sentence.js";
import { AXES, ruleWords } from "../messages.js";
import { border } from "../padding/frames.js";
import { OtherModePair } from "../padding/other.js";
import { Panel, valueAt } from "../padding/panel.js";
import { ReadMaps } from "../padding/reads.js";
import { UnpaddedOutput } from "../padding/unpadded.js";
import { Readout } from "../readout.js";

/**
 * @import { PaddedBy, Padding, PaddingView } from "../contract.js"
 * @import { Place } from "../heatmap.js"
 * @import { Margin } from "../heatmap_plot.js"
 * @import { Given } from "../main.js"
 */

export class PaddingPage {
  /** @type {PaddingView | null} */
  #view = null;

  sentence = el("p", { class: "sentence", id: "pad-sentence" });
  unknown = el("p", { class: "help", text: t("ui.no_padded_map") });
  sentences = el("ul", { class: "axis-sentences" });
  rules = el("p", { class: "rules", id: "pad-rules" });
  why = el("p", { class: "sentence" });
  readout = new Readout(t("ui.hint_pad"));
  unpadded = new UnpaddedOutput();
  reads = new ReadMaps();
  words = new Fold("pad-words", t("ui.pad_words"), [
    this.why,
    this.sentences,
    this.rules,
    this.#jump(),
  ]);
  more = new Fold(
    "pad-reads",
    t("pad_reads.title"),
    [
      el("p", { class: "sentence", text: t("pad_reads.sentence") }),
      this.reads.root,
      this.unpadded.root,
    ],
    () => this.#drawReads(),
  );

  /** @param {Given} given */
  constructor({ store, tracer, lab }) {
    this.store = store;
    this.lab = lab;
    this.before = new Panel("pad-before", "", {
      describe: (x, y) => this.#describeSource(x, y),
      point: (at) => this.#pointSource(at),
    });
    this.after = new Panel("pad-after", "", {
      describe: (x, y) => this.#describePadded(this.#padding.used, x, y),
      point: (at) => this.#pointPadded(this.#padding.used, this.after, at),
      pick: (x, y) => this.#explainPadded(x, y),
    });
    this.other = new OtherModePair(
      {
        describe: (x, y) => this.#describePadded(this.#other, x, y),
        point: (at) => this.#pointPadded(this.#other, this.other.padded, at),
      },
      (x, y) => this.#explainOutput(x, y),
    );
    this.pair = el("div", { class: "pad-pair" }, this.before.root, this.after.root);
    const looked = [
      this.sentence,
      this.unknown,
      this.pair,
      this.readout.root,
      this.other.root,
      this.words.root,
      this.more.root,
    ];
    this.inspector = new Inspector("padding-page", tracer, { looked });
    this.root = this.inspector.root;
  }

  // To the lab, which is further down.
  #jump() {
    return el("button", {
      type: "button",
      class: "link jump",
      id: "to-lab",
      text: t("lab.open"),
      on: { click: () => this.lab.scrollTo({ behavior: "smooth" }) },
    });
  }

  get #padding() {
    return known(this.#view).padding;
  }

  /** @param {PaddingView} view */
  draw(view) {
    this.#view = view;
    const { padding } = view,
      { used, cells_of, output_stage } = padding;
    this.inspector.draw(view, [cells_of, output_stage]);
    setText(this.why, t(`borders.${padding.how}.why`));
    setText(this.rules, ruleWords(padding.rules));
    this.#drawSentences(padding);
    this.before.name(borderWords("before", padding));
    this.after.name(borderWords("after", padding));
    if (this.#tellUnknown(view)) return;
    const range = scaleOf(used.padded.data, padding.signed),
      [, [top, bottom], [left, right]] = padding.paddings;
    /** @type {Margin} */
    const margin = [top, bottom, left, right]; // the border to come: both maps on one scale
    const isAdded = Math.min(used.source_item, used.source_channel) < 0; // all of it, by constants
    setText(
      this.sentence,
      isAdded
        ? t("ui.pad_all_added", { value: constantOf(padding) })
        : borderWords("sentence", padding),
    );
    this.before.root.hidden = isAdded;
    if (!isAdded) this.before.draw(used.source, range, { name: "before", margin });
    const width = used.columns.length;
    /** @param {number} at */
    const isEmpty = (at) => isConstant(used, at % width, Math.floor(at / width));
    this.after.draw(used.padded, range, {
      name: "after",
      shapes: isAdded ? [] : border(padding),
      gaps: padding.value === null ? isEmpty : undefined,
    });
    this.other.draw(padding, range);
    this.more.root.hidden = !used.reads;
    if (used.reads) this.more.draw();
  }

  // Where nobody can tell the values of the map there are words alone.
  /** @param {PaddingView} view */
  #tellUnknown({ padding, stages }) {
    const { unknown } = known(stages.find(({ name }) => name === padding.source_stage));
    this.pair.hidden = this.readout.root.hidden = unknown;
    this.unknown.hidden = !unknown;
    if (!unknown) return false;
    for (const hidden of [this.other, this.more]) hidden.root.hidden = true;
    setText(this.sentence, borderWords("sentence", padding));
    return true;
  }

  #drawReads() {
    this.reads.draw(this.#padding);
    this.unpadded.draw(this.#padding);
  }

  /** @param {Padding} padding */
  #drawSentences(padding) {
    const { shape, paddings, used, limits } = padding,
      { mode } = used;
    const lines = AXES.map((axis, at) => {
      const [before, after] = paddings[at],
        pad = { before, after, size: shape[at], mode, constant: constantOf(padding) },
        most = limits[at];
      const limit = most === null ? "" : t("lab.limit", { most, mode });
      return axisLine(paddings[at], axisSentence(axis, pad), limit);
    });
    this.sentences.replaceChildren(...lines);
  }

  // What the other mode made, where it is pointed at.
  get #other() {
    return /** @type {PaddedBy} */ (known(this.#padding.other));
  }

  /** @type {(x: number, y: number) => string[] | null} */
  #describeSource(x, y) {
    const value = valueAt(this.#padding.used.source, x, y);
    return value === null ? null : [`${t("ui.cell", { row: y, column: x })} = ${exact(value)}`];
  }

  /** @type {(made: PaddedBy, x: number, y: number) => string[] | null} */
  #describePadded(made, x, y) {
    const value = valueAt(made.padded, x, y);
    if (value === null) return null;
    const isNothing = this.#padding.value === null && isConstant(made, x, y);
    const shown = isNothing ? constantOf(this.#padding) : exact(value);
    return [
      `${t("ui.cell", { row: y, column: x })} = ${shown}`,
      originWords(known(this.#view), made, [x, y]),
    ];
  }

  // A padded cell: of the map that is padded where no stage gives the padded one.
  /** @type {(x: number, y: number) => void} */
  #explainPadded(x, y) {
    const { cells_of, begins, channel } = this.#padding,
      [top, left] = begins;
    this.#explain(cells_of, x - left, y - top, channel);
  }

  /** @type {(x: number, y: number) => void} */
  #explainOutput(x, y) {
    const { output_stage, output_channel } = this.#padding;
    if (output_stage) this.#explain(output_stage, x, y, output_channel);
  }

  /** @type {(stage: string, x: number, y: number, channel: number) => void} */
  #explain(stage, x, y, channel) {
    const { stages, state } = known(this.#view),
      { shape } = known(stages.find(({ name }) => name === stage));
    if (x < 0 || y < 0 || y >= shape[1] || x >= shape[2]) return;
    const item = Math.min(state.item, shape[0] - 1);
    askWhy(this.store, { ...showCell(stage, [item, y, x, channel]), trail: "" });
  }

  // Marks a padded cell and the cell that it copies, in both maps.
  /** @type {(made: PaddedBy, panel: Panel, at: Place | null) => void} */
  #pointPadded(made, panel, at) {
    if (!at) return this.#clear([this.before, panel]);
    const [x, y] = at,
      [row, column] = [made.rows[y], made.columns[x]],
      [, [top], [left]] = this.#padding.paddings;
    const isCopy = row >= 0 && column >= 0;
    const marks = [frame(x, y, x, y, TO)];
    if (isCopy) marks.unshift(frame(column + left, row + top, column + left, row + top, FROM));
    panel.mark(...marks);
    this.before.heatmap.outline(
      isCopy && made.source_channel >= 0 ? [frame(column, row, column, row, FROM)] : [],
    );
    this.readout.say(originWords(known(this.#view), made, at));
  }

  // Marks a source cell and every padded cell that copies it.
  /** @param {Place | null} at */
  #pointSource(at) {
    if (!at) return this.#clear([this.before, this.after]);
    const [x, y] = at,
      { rows, columns } = this.#padding.used;
    const copies = rows.flatMap((row, py) =>
      row === y
        ? columns.flatMap((column, px) => (column === x ? [frame(px, py, px, py, TO)] : []))
        : [],
    );
    this.before.heatmap.outline([frame(x, y, x, y, FROM)]);
    this.after.mark(...copies);
    this.readout.say(t("ui.copies", { row: y, column: x, count: copies.length }));
  }

  /** @param {Panel[]} panels */
  #clear(panels) {
    for (const panel of panels) panel.mark();
    this.readout.clear();
  }
}

// What a border is called, and what is told of it.
/** @type {(key: string, padding: Padding) => string} */
function borderWords(key, padding) {
  const { how, used, stage, source_stage: source } = padding,
    value = constantOf(padding);
  return t(`borders.${how}.${key}`, { mode: used.mode, stage, source, value });
}

// What a constant puts into a cell.
/** @param {Padding} padding */
const constantOf = ({ value }) => (value === null ? t("borders.nothing.value") : exact(value));

/** @type {(made: PaddedBy, x: number, y: number) => boolean} */
const isConstant = ({ rows, columns }, x, y) => Math.min(rows[y], columns[x]) < 0;

// From a padded cell to its source.
/** @type {(view: PaddingView, made: PaddedBy, at: Place) => string} */
function originWords({ padding, state, stages }, made, [x, y]) {
  const { shape, paddings, channel } = padding,
    [, height, width] = shape,
    [, [top], [left]] = paddings;
  const padded = known(stages.find(({ name }) => name === padding.stage));
  const item = Math.min(state.item, padded.shape[0] - 1);
  const to = t("ui.in_padded", { index: bracket([item, y, x, channel]) });
  const source = [made.source_item, made.rows[y], made.columns[x], made.source_channel];
  if (source.includes(-1))
    return `${to} ← ${constantOf(padding)} (${t(`borders.${padding.how}.origin`)})`;
  const from = t("ui.in_original", { index: bracket(source) });
  const inside = y >= top && y < top + height && x >= left && x < left + width;
  return `${to} ← ${from}${inside ? "" : ` (${t("ui.copied")})`}`;
}
