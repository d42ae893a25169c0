// Padding: the map before and after tf.pad, each copied cell with its source, and what a mode
// changes.

import { askWhy, bracket, showCell } from "../cells.js";
import { FROM, TO, scaleOf } from "../colors.js";
import { choiceControl } from "../controls.js";
import { el, exact, number, setText } from "../dom.js";
import { Heatmap, frame } from "../heatmap.js";
import { t } from "../i18n.js";
import { AXES, ruleWords, wording } from "../messages.js";
import { GridMap } from "../grid.js";
import { Readout } from "../readout.js";
import { PadLab, axisSentence } from "./lab.js";

const MODES = ["REFLECT", "SYMMETRIC", "CONSTANT"];
const LINE = "rgba(255,255,255,0.9)",
  LINE_SHADE = "rgba(0,0,0,0.85)";

export class PaddingPage {
  constructor(store, fields) {
    this.store = store;
    this.channel = choiceControl({ ...fields.pad_channel, choices: [] }, store, {
      label: t("ui.pad_channel"),
    });
    this.output = choiceControl({ ...fields.output_channel, choices: [] }, store, {
      label: t("ui.output_channel"),
    });
    this.sentences = el("ul", { class: "axis-sentences" });
    this.readout = new Readout(t("ui.hint_pad"));
    this.before = this.#panel(
      "pad-before",
      t("ui.pad_before"),
      (x, y) => this.#describeSource(x, y),
      (at) => this.#pointSource(at),
    );
    this.after = this.#panel(
      "pad-after",
      "",
      (x, y) => this.#describePadded(this.view.padding.mode, x, y),
      (at) => this.#pointPadded(this.view.padding.mode, at),
      (x, y) => this.#explain("conv_out/pad", x, y, this.view.padding.channel),
    );
    this.modes = MODES.map((mode) => this.#modeRow(mode));
    this.lab = new PadLab(store, fields);
    this.reads = [...MODES, null].map((mode) => this.#readMap(mode));
    this.lost = this.#panel("unpadded", t("pad_reads.unpadded"), (x, y) =>
      this.#describeUnpadded(x, y),
    );
    this.lostNote = el("p", { class: "help" });
    this.root = el(
      "div",
      { class: "padding-page" },
      el(
        "div",
        { class: "stage-head" },
        el(
          "div",
          {},
          el("h2", { class: "stage-title", text: "conv_out/pad" }),
          el("p", { class: "sentence", text: t("ui.pad_sentence") }),
          (this.rules = el("p", { class: "rules", id: "pad-rules" })),
          el("button", {
            type: "button",
            class: "link jump",
            id: "to-lab",
            text: t("lab.open"),
            on: { click: () => this.lab.root.scrollIntoView({ behavior: "smooth" }) },
          }),
        ),
        el("div", { class: "toolbar" }, this.channel.root, this.output.root),
      ),
      this.sentences,
      this.readout.root,
      el("div", { class: "pad-pair" }, this.before.root, this.after.root),
      el("h3", { text: t("ui.pad_modes") }),
      el("p", { class: "sentence", text: t("ui.pad_modes_sentence") }),
      el("div", { class: "pad-modes" }, ...this.modes.map(({ root }) => root)),
      el("div", { class: "pad-pair unpadded" }, this.lost.root, el("div", {}, this.lostNote)),
      el("h3", { text: t("pad_reads.title") }),
      el("p", { class: "sentence", text: t("pad_reads.sentence") }),
      el("div", { class: "pad-reads" }, ...this.reads.map(({ root }) => root)),
      this.lab.root,
    );
  }

  #panel(id, title, describe, point, pick) {
    const caption = el("figcaption", { text: title });
    const host = el("div", { class: "pad-map", id });
    const root = el("figure", {}, caption, host);
    return {
      root,
      caption,
      host,
      heatmap: new Heatmap(host, { describe, point, pick, label: title, keys: true }),
    };
  }

  #name(panel, text) {
    setText(panel.caption, text);
    panel.host.setAttribute("aria-label", text);
  }

  #modeRow(mode) {
    const padded = this.#panel(
      `pad-${mode}`,
      t("ui.pad_after", { mode }),
      (x, y) => this.#describePadded(mode, x, y),
      (at) => this.#pointPadded(mode, at),
    );
    const change = this.#panel(
      `change-${mode}`,
      "",
      (x, y) => this.#describeOutput(mode, x, y),
      null,
      (x, y) => this.#explain("conv_out/conv2d", x, y, this.view.padding.output_channel),
    );
    const problem = el("p", { class: "field-error", hidden: true });
    return {
      mode,
      padded,
      change,
      problem,
      root: el("section", { class: "pad-mode" }, problem, padded.root, change.root),
    };
  }

  #readMap(mode) {
    const map = new GridMap({
      title: mode ?? t("pad_reads.none"),
      maxHeight: 220,
      describe: (row, column) =>
        t("pad_reads.cell", { row, column, count: map.value(row, column) }),
    });
    return Object.assign(map, { mode });
  }

  // Returns what the lab does not say.
  fail(errors) {
    return this.lab.fail(errors);
  }

  clear() {
    this.lab.clear();
  }

  draw(view) {
    this.view = view;
    this.lab.draw(view);
    const { padding } = view;
    this.byMode = Object.fromEntries(padding.modes.map((entry) => [entry.mode, entry]));
    this.current = this.byMode[padding.mode];
    setText(this.rules, ruleWords(padding.rules));
    this.#offer(padding);
    this.#drawSentences(padding);
    this.#name(this.after, t("ui.pad_after", { mode: padding.mode }));
    const range = scaleOf(this.current.padded.data, padding.signed);
    this.#drawReads(padding);
    if (this.store.asked === "lab") requestAnimationFrame(() => this.lab.root.scrollIntoView());
    this.store.asked = false;
    const change = Math.max(
      1e-12,
      ...padding.modes.flatMap((entry) => (entry.difference ? [reach(entry.difference.data)] : [])),
    );
    return Promise.all([
      // Room for the border to come, so that both maps stand on one scale.
      this.#drawMap(
        this.before,
        this.current.source,
        range,
        "before",
        [],
        padding.paddings.slice(1, 3).flat(),
      ),
      this.#drawMap(this.after, this.current.padded, range, "after", this.#border()),
      ...this.modes.map((row) => this.#drawMode(row, range, change)),
      this.#drawUnpadded(padding),
    ]);
  }

  // How often the output convolution reads each source cell: rows times columns.
  #drawReads({ shape: [, rows, columns], unpadded_reads }) {
    const counts = this.reads.map(({ mode }) =>
      mode
        ? { reads: this.byMode[mode].reads, copies: this.byMode[mode].copies }
        : { reads: unpadded_reads, copies: 1 },
    );
    const shown = counts.filter(({ reads, copies }) => reads && copies);
    const most = Math.max(
      1,
      ...shown.map(
        ({ reads: [down, across], copies }) => copies * Math.max(...down) * Math.max(...across),
      ),
    );
    this.reads.forEach((map, at) => {
      const { reads, copies } = counts[at];
      map.root.hidden = !shown.includes(counts[at]);
      if (map.root.hidden) return;
      const [down, across] = reads,
        values = new Float32Array(rows * columns);
      for (let cell = 0; cell < values.length; cell++)
        values[cell] = copies * down[Math.floor(cell / columns)] * across[cell % columns];
      map.draw(
        { values, rows, columns },
        {
          color: { name: "viridis", low: 0, high: most },
          numbers: false,
          room: map.root.clientWidth,
        },
      );
      const low = Math.min(...values),
        high = Math.max(...values),
        times = low === high ? low : t("pad_reads.from_to", { low, high });
      map.title(
        t(copies > 1 ? "pad_reads.range_copies" : "pad_reads.range", {
          name: map.mode ?? t("pad_reads.none"),
          times,
          copies,
        }),
      );
    });
  }

  // The output without a pad: the same inner cells, the outer band is missing.
  #drawUnpadded({ unpadded, untouched }) {
    this.lost.root.hidden = !unpadded;
    const [height, width] = this.current.output.shape,
      [[, rows], [, columns]] = untouched;
    const inner = rows * columns,
      params = {
        size: `${height}×${width}`,
        band: height * width - inner,
        cells: height * width,
        inner: `${rows}×${columns}`,
      };
    setText(this.lostNote, t(unpadded ? "pad_reads.band" : "pad_reads.no_unpadded", params));
    if (!unpadded) return null;
    const [down, across] = unpadded.output.shape,
      [[top], [left]] = untouched;
    const margin = [
      top,
      Math.max(0, height - top - down),
      left,
      Math.max(0, width - left - across),
    ];
    return this.#drawMap(
      this.lost,
      unpadded.output,
      scaleOf(this.current.output.data, true),
      "unpadded",
      [],
      margin,
    );
  }

  #describeUnpadded(x, y) {
    const {
      output: {
        data,
        shape: [height, width],
      },
    } = this.view.padding.unpadded;
    if (x < 0 || y < 0 || x >= width || y >= height) return null;
    return [`${t("ui.cell", { row: y, column: x })} = ${exact(data[y * width + x])}`];
  }

  // The output cells whose window holds no padded cell; the band around them can differ.
  #band() {
    const [[top, rows], [left, columns]] = this.view.padding.untouched;
    return rows && columns
      ? [
          frame(left, top, left + columns - 1, top + rows - 1, LINE_SHADE, 3),
          frame(left, top, left + columns - 1, top + rows - 1, LINE, 1.5),
        ]
      : [];
  }

  #offer({ channels, channel, output_channel }) {
    const names = (length) => Array.from({ length }, (_, at) => String(at));
    this.channel.offer(names(channels));
    this.channel.set(channel);
    this.output.offer(names(this.view.state.C));
    this.output.set(output_channel);
  }

  #drawSentences({ shape, paddings, mode, limits }) {
    this.sentences.replaceChildren(
      ...AXES.map((axis, at) => {
        const [before, after] = paddings[at],
          limit = limits[mode]?.[at];
        return el(
          "li",
          {},
          el("code", { text: `[${before}, ${after}]` }),
          ` ${axisSentence(axis, { before, after, size: shape[at], mode })} `,
          limit == null
            ? null
            : el("span", { class: "help", text: t("lab.limit", { most: limit, mode }) }),
        );
      }),
    );
  }

  // The edge of the original map inside the padded one.
  #border() {
    const {
      shape: [, height, width],
      paddings: [, [top], [left]],
    } = this.view.padding;
    const edge = (color, size) => frame(left, top, left + width - 1, top + height - 1, color, size);
    return [edge(LINE_SHADE, 3), edge(LINE, 1.5)];
  }

  #drawMap(
    panel,
    { data, shape: [height, width] },
    color,
    name,
    shapes = [],
    margin = [0, 0, 0, 0],
  ) {
    const [top, bottom, left, right] = margin;
    const aspect = (height + top + bottom) / (width + left + right);
    const pixels = Math.min(340, (panel.host.clientWidth - 112) * aspect + 50);
    panel.host.style.height = `${Math.round(pixels)}px`;
    panel.shapes = shapes;
    const key = `${name} ${height} ${width} ${margin}`;
    return panel.heatmap.draw({ values: data, width, height }, color, {
      key,
      axes: true,
      shapes,
      margin,
    });
  }

  #drawMode({ mode, padded, change, problem }, range, most) {
    const entry = this.byMode[mode];
    problem.hidden = !entry.error;
    padded.root.hidden = change.root.hidden = Boolean(entry.error);
    if (entry.error) return setText(problem, wording(entry.error));
    const same = mode === this.view.padding.mode;
    this.#name(
      change,
      t(same ? "ui.pad_output" : "ui.pad_difference", {
        mode,
        base: this.view.padding.mode,
        most: number(reach(entry.difference.data)),
      }),
    );
    const color = same
      ? scaleOf(entry.output.data, true)
      : { name: "blue_orange", low: -most, high: most };
    return Promise.all([
      this.#drawMap(padded, entry.padded, range, mode, this.#border()),
      this.#drawMap(
        change,
        same ? entry.output : entry.difference,
        color,
        `change ${mode}`,
        this.#band(),
      ),
    ]);
  }

  #describeSource(x, y) {
    const { source } = this.current,
      [height, width] = source.shape;
    if (x < 0 || y < 0 || x >= width || y >= height) return null;
    return [`${t("ui.cell", { row: y, column: x })} = ${exact(source.data[y * width + x])}`];
  }

  #describePadded(mode, x, y) {
    const entry = this.byMode[mode],
      [height, width] = entry.padded.shape;
    if (x < 0 || y < 0 || x >= width || y >= height) return null;
    return [
      `${t("ui.cell", { row: y, column: x })} = ${exact(entry.padded.data[y * width + x])}`,
      this.#origin(entry, x, y),
    ];
  }

  #explain(stage, x, y, channel) {
    const { shape } = this.view.stages.find(({ name }) => name === stage);
    if (x < 0 || y < 0 || y >= shape[1] || x >= shape[2]) return;
    askWhy(this.store, {
      ...showCell(stage, [Math.min(this.view.state.item, shape[0] - 1), y, x, channel]),
      trail: "",
    });
  }

  #origin(entry, x, y) {
    const row = entry.rows[y],
      column = entry.columns[x];
    const {
      shape: [, height, width],
      paddings: [, [top], [left]],
      channel,
    } = this.view.padding;
    const item = Math.min(this.view.state.item, this.view.stages.at(-2).shape[0] - 1);
    const inside = y >= top && y < top + height && x >= left && x < left + width;
    const to = t("ui.in_padded", { index: bracket([item, y, x, channel]) });
    if ([row, column, entry.source_item, entry.source_channel].includes(-1))
      return `${to} ← 0 (${t("ui.constant_source")})`;
    const from = t("ui.in_original", {
      index: bracket([entry.source_item, row, column, entry.source_channel]),
    });
    return `${to} ← ${from}${inside ? "" : ` (${t("ui.copied")})`}`;
  }

  #describeOutput(mode, x, y) {
    const entry = this.byMode[mode],
      same = mode === this.view.padding.mode;
    const [height, width] = entry.output.shape,
      at = y * width + x;
    if (x < 0 || y < 0 || x >= width || y >= height) return null;
    const lines = [`${t("ui.cell", { row: y, column: x })} = ${exact(entry.output.data[at])}`];
    if (!same)
      lines.push(`${mode} − ${this.view.padding.mode} = ${exact(entry.difference.data[at])}`);
    return lines;
  }

  // Marks a padded cell and the cell that it copies, in both maps.
  #pointPadded(mode, at) {
    const entry = this.byMode[mode];
    const targets = [this.modes.find((row) => row.mode === mode).padded];
    if (mode === this.view.padding.mode) targets.push(this.after);
    if (!at) return this.#clear([this.before, ...targets]);
    const [x, y] = at,
      row = entry.rows[y],
      column = entry.columns[x];
    const {
      paddings: [, [top], [left]],
    } = this.view.padding;
    const known = row >= 0 && column >= 0;
    const copy = frame(x, y, x, y, TO),
      source = known ? [frame(column + left, row + top, column + left, row + top, FROM)] : [];
    for (const target of targets) target.heatmap.outline([...target.shapes, ...source, copy]);
    this.before.heatmap.outline(
      known && entry.source_channel >= 0 ? [frame(column, row, column, row, FROM)] : [],
    );
    this.readout.say(this.#origin(entry, x, y));
  }

  // Marks a source cell and every padded cell that copies it.
  #pointSource(at) {
    if (!at) return this.#clear([this.before, this.after]);
    const [x, y] = at,
      { rows, columns } = this.current;
    const copies = rows.flatMap((row, py) =>
      row === y ? columns.flatMap((column, px) => (column === x ? [[px, py]] : [])) : [],
    );
    this.before.heatmap.outline([frame(x, y, x, y, FROM)]);
    this.after.heatmap.outline([
      ...this.after.shapes,
      ...copies.map(([px, py]) => frame(px, py, px, py, TO)),
    ]);
    this.readout.say(t("ui.copies", { row: y, column: x, count: copies.length }));
  }

  #clear(panels) {
    for (const panel of panels) panel.heatmap.outline(panel.shapes ?? []);
    this.readout.clear();
  }
}

function reach(values) {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
}
