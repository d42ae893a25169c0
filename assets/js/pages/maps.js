// Feature maps: the focused stage, large and exact, with its numbers beside it.

import { addedRects, addedShape, isWhole } from "../border.js";
import { askWhy, showCell, toIndex } from "../cells.js";
import { coloring, coloringOfWhole, TO } from "../colors.js";
import { choiceControl } from "../controls.js";
import { count, el, exact, number, setText } from "../dom.js";
import { Heatmap } from "../heatmap.js";
import { frame } from "../heatmap_plot.js";
import { Histogram } from "../histogram.js";
import { has, t } from "../i18n.js";
import { Kernels } from "../kernels.js";
import { ruleWords } from "../messages.js";
import { FINGER } from "../pointer.js";
import { theme } from "../theme.js";
import { columnsFor, mosaic, tiling } from "../tiles.js";
import { Tracer } from "../tracer/tracer.js";

const MAX_CELLS = 300000; // a Plotly heatmap stays quick up to here
const HEIGHT = 430;
const VECTOR_HEIGHT = 340;

export class MapsPage {
  constructor(store, fields) {
    this.store = store;
    this.fields = fields;
    this.tracer = new Tracer(store);
    this.kernels = new Kernels(store);
    this.overlap = this.#lead("why-checkerboard", "overlap.open", () => this.#openOverlap());
    this.padding = el(
      "div",
      { class: "leads" },
      this.#lead("to-padding", "ui.pad_open", () => store.set({ page: "padding" })),
      this.#lead("to-pad-lab", "ui.pad_open_lab", () => this.#openLab()),
    );
    this.root = el(
      "div",
      { class: "maps-page" },
      this.#head(fields),
      this.#body(),
      this.tracer.root,
      this.kernels.root,
    );
  }

  // A question that another page answers.
  #lead(id, key, run) {
    return el("button", { type: "button", class: "link", id, text: t(key), on: { click: run } });
  }

  #head(fields) {
    this.title = el("h2", { class: "stage-title" });
    this.sentence = el("p", { class: "sentence" });
    this.rules = el("p", { class: "rules", id: "stage-rules" });
    this.moved = el("p", { class: "help", id: "moved-note", hidden: true });
    this.channel = el("select", {
      id: "channel",
      "aria-label": t("ui.channel"),
      on: { change: () => this.#pick(Number(this.channel.value)) },
    });
    this.range = choiceControl(fields.range, this.store, { label: t("ui.range") });
    this.range.root.addEventListener("change", (event) => this.#freeze(event.target.value), {
      capture: true,
    });
    this.colormap = choiceControl(fields.colormap, this.store, { label: t("ui.colormap") });
    const channel = el(
      "div",
      { class: "control" },
      el("label", { class: "name", for: "channel", text: t("ui.channel") }),
      this.channel,
    );
    return el(
      "div",
      { class: "stage-head" },
      el("div", {}, this.title, this.moved, this.sentence, this.rules, this.overlap, this.padding),
      el("div", { class: "toolbar" }, channel, this.range.root, this.colormap.root),
    );
  }

  #body() {
    this.host = el("div", {
      class: "focus-map",
      tabindex: 0,
      role: "application",
      on: { keydown: (event) => this.#key(event) },
    });
    this.heatmap = new Heatmap(this.host, {
      describe: (x, y) => this.#describe(x, y),
      pick: (x, y) => this.#click(x, y),
    });
    this.note = el("p", { class: "help" });
    this.scope = el("p", { class: "scope" });
    this.numbers = el("dl", { class: "numbers" });
    this.flat = el("p", { class: "help", id: "flat-note", hidden: true });
    this.differ = el("p", { class: "help", id: "items-differ", text: t("ui.items_differ") });
    this.histogram = new Histogram(t("ui.histogram"));
    return el(
      "div",
      { class: "focus" },
      el("div", { class: "focus-main" }, this.host, this.note),
      el(
        "aside",
        { class: "focus-side", "aria-label": t("ui.statistics") },
        this.scope,
        this.numbers,
        this.differ,
        this.flat,
        this.histogram.root,
      ),
    );
  }

  // "Frozen" keeps the range that is on the screen when it is chosen; runs before the choice is
  // sent.
  #freeze(range) {
    if (range !== "frozen") return;
    const of = this.single === null ? coloringOfWhole : coloring;
    const [frozen_low, frozen_high] = of(this.view.state, this.stage).range(this.single ?? 0);
    Object.assign(this.store.form, { frozen_low, frozen_high });
  }

  draw(view) {
    this.view = view;
    this.stage = view.stages.find(({ name }) => name === view.focus.stage);
    const { state } = view;
    setText(this.title, this.stage.name);
    setText(this.sentence, t(this.#sentence(), this.#words(state)));
    setText(this.rules, ruleWords(view.focus.rules));
    this.#noteMoved(state);
    this.range.set(state.range);
    this.colormap.set(state.colormap);
    this.#offerChannels(state.channel);
    this.#drawNumbers(view.focus.statistics);
    this.#explainFlat(state);
    this.histogram.draw(view.focus.statistics);
    this.overlap.hidden =
      !["conv2d_transpose", "batch_normalization"].includes(this.stage.op) ||
      !this.stage.name.startsWith("upsample");
    this.padding.hidden = !this.stage.original;
    this.tracer.draw(view);
    this.kernels.draw(view);
    return this.#drawMap(state);
  }

  #sentence() {
    const { op, original, codes } = this.stage;
    return `ops.${op}${original && isWhole(original, codes.shape) ? "_nothing" : ""}`;
  }

  // What was chosen and is not there in a smaller structure; with a larger one it comes back.
  #noteMoved({ stage, cell }) {
    const { form } = this.store;
    const [asked, shown] =
      form.stage !== stage ? [form.stage, stage] : [`[${form.cell}]`, `[${cell}]`];
    this.moved.hidden = asked === shown;
    setText(this.moved, t("ui.moved", { asked, shown }));
  }

  #words(state) {
    const [, ...input] = this.stage.input_shape,
      [, ...out] = this.stage.shape;
    return {
      ...state,
      training: state.training ? "True" : "False",
      input: input.join("×"),
      output: out.join("×"),
      formula: this.stage.formula,
      statistics: t(state.training ? "ui.batch_statistics" : "ui.moving_statistics"),
      curve: t(`curves.${state.actv}`),
      source: t(`pad_sources.${state.pad_mode}`),
    };
  }

  get #channels() {
    return this.stage.codes.shape[2];
  }

  #offerChannels(channel) {
    if (this.channel.options.length !== this.#channels + 1) {
      const names = Array.from({ length: this.#channels }, (_, at) =>
        el("option", { value: at, text: String(at) }),
      );
      this.channel.replaceChildren(
        el("option", { value: -1, text: t("ui.all_channels") }),
        ...names,
      );
    }
    this.channel.value = channel;
    this.channel.disabled = this.#channels === 1;
  }

  #layout(channel) {
    const [height, width, channels] = this.stage.codes.shape;
    if (this.stage.op === "input") return tiling(this.stage, { wrap: Math.min(width, 32) });
    if (channel >= 0) return mosaic(height, width, 1, 1);
    if (this.stage.shape.length === 2) return tiling(this.stage);
    const shown = Math.max(
      1,
      Math.min(channels, Math.floor(MAX_CELLS / ((height + 1) * (width + 1)))),
    );
    const aspect = Math.max(0.6, this.room / HEIGHT);
    return mosaic(height, width, shown, columnsFor(height, width, shown, aspect));
  }

  #drawMap(state) {
    const single = state.channel >= 0 && this.#channels > 1;
    this.single = single ? state.channel : null;
    this.room ||= this.host.clientWidth; // reading it makes the browser lay the page out
    const key = `${this.stage.name} ${this.stage.shape} ${state.channel}`;
    if (key !== this.key) this.layout = this.#layout(single ? state.channel : -1);
    this.key = key;
    const colors = coloring(state, this.stage);
    const picture = this.#picture(colors, single);
    const [low, high] = colors.perChannel && !single ? [0, 1] : colors.range(this.single ?? 0);
    const words = colors.perChannel && !single ? [t("ui.high"), "", t("ui.low")] : undefined;
    this.host.style.height = `${this.#height(picture)}px`;
    const channels =
      this.single === null ? this.layout.channels : `${this.single} / ${this.#channels}`;
    this.host.setAttribute(
      "aria-label",
      t(this.single === null ? "ui.map_label" : "ui.map_label_one", {
        stage: this.stage.name,
        channels,
      }),
    );
    this.#drawNote();
    const vector = this.layout.kind === "vector";
    const axes = vector ? this.#baseRows() : single;
    return this.heatmap.draw(
      picture,
      { name: colors.name, low, high, words },
      {
        key,
        axes,
        stretch: vector,
        labels: this.#constantMarks(),
        shapes: [...this.#addedCells(), ...this.#tracedFrame()],
      },
    );
  }

  // What a pad added, tinted.
  #addedCells() {
    const rects = addedRects(this.layout, this.stage.original, (at) => this.single ?? at);
    return rects.length ? [addedShape(rects, theme().padTint)] : [];
  }

  // The explained cell, where its map is among those drawn.
  #tracedFrame() {
    const cell = this.view.explanation?.cell,
      item = Math.min(this.view.state.item, this.stage.shape[0] - 1);
    if (!cell || cell[0] !== item) return [];
    const [, row, column, channel] = cell,
      shown = this.single === null ? channel : channel === this.single ? 0 : -1;
    if (shown < 0 || shown >= this.layout.channelOffset.length) return [];
    const at =
      this.layout.cellOffset[row * this.stage.codes.shape[1] + column] +
      this.layout.channelOffset[shown];
    const x = at % this.layout.totalWidth,
      y = Math.floor(at / this.layout.totalWidth);
    return [frame(x, y, x, y, "#000", 4), frame(x, y, x, y, TO, 2)];
  }

  #openOverlap() {
    this.store.set({ page: "overlap", block: Number(this.stage.name.match(/\d+/)[0]) });
  }

  #openLab() {
    this.store.asked = "lab";
    this.store.set({ page: "padding" });
  }

  // fc1's vectors: a label for the cells of each base row.
  #baseRows() {
    const { height, width, gap } = this.layout;
    const rows = Array.from({ length: height }, (_, row) => row);
    return {
      tickvals: rows.map((row) => row * (width + gap) + (width - 1) / 2),
      ticktext: rows.map((row) => t("ui.base_row", { row })),
    };
  }

  #picture(colors, single) {
    const { totalWidth: width, totalHeight: height, cellOffset, channelOffset } = this.layout;
    const values = new Float32Array(width * height).fill(NaN);
    const { data } = this.view.focus.values,
      channels = this.#channels;
    const normal = colors.perChannel && !single ? this.#normalizer(colors) : (value) => value;
    const shown = channelOffset.length;
    for (let cell = 0; cell < cellOffset.length; cell++) {
      for (let channel = 0; channel < shown; channel++) {
        const from = single ? this.single : channel;
        values[cellOffset[cell] + channelOffset[channel]] = normal(
          data[cell * channels + from],
          from,
        );
      }
    }
    return {
      values,
      width,
      height,
      gaps: (at) => !this.layout.cell(at % width, Math.floor(at / width)),
    };
  }

  #normalizer(colors) {
    const ranges = Array.from({ length: this.#channels }, (_, channel) => colors.range(channel));
    return (value, channel) =>
      (value - ranges[channel][0]) / (ranges[channel][1] - ranges[channel][0]);
  }

  #height({ width, height }) {
    if (this.layout.kind === "vector") return VECTOR_HEIGHT;
    const fit = (this.room - 90) * (height / width) + 56;
    return Math.round(Math.max(130, Math.min(HEIGHT, fit)));
  }

  // A constant map looks like a flat colour; the mark says that it is one.
  #constantMarks() {
    if (this.layout.kind !== "maps" || this.stage.shape.length === 2) return null;
    const marks = [];
    for (let channel = 0; channel < this.layout.channels; channel++) {
      const from = this.single ?? channel;
      if (!this.stage.flat.data[from]) continue;
      const [x, y] = this.layout.origin(channel);
      marks.push([x + (this.layout.width - 1) / 2, y + (this.layout.height - 1) / 2, "＝"]);
    }
    return marks.length ? marks : null;
  }

  #drawNote() {
    const hidden =
      this.single === null && this.layout.kind === "maps"
        ? this.#channels - this.layout.channels
        : 0;
    const hint = FINGER
      ? "ui.hint_finger"
      : this.#channels === 1
        ? "ui.hint_point"
        : this.single === null && this.layout.kind === "maps"
          ? "ui.hint_all"
          : "ui.hint_one";
    const parts = [t(hint)];
    if (this.layout.kind === "vector") parts.unshift(t("ui.hint_vector", this.view.state));
    if (hidden > 0)
      parts.unshift(t("ui.hint_hidden", { shown: this.layout.channels, channels: this.#channels }));
    setText(this.note, parts.join(t("ui.space")));
  }

  #cell(x, y) {
    const cell = this.layout?.cell(x, y);
    return cell && { ...cell, channel: this.single ?? cell.channel };
  }

  #describe(x, y) {
    const cell = this.#cell(x, y);
    if (!cell) return null;
    const { channel, row, column } = cell;
    const [, width] = this.stage.codes.shape;
    const value = this.view.focus.values.data[(row * width + column) * this.#channels + channel];
    const item = Math.min(this.view.state.item, this.stage.shape[0] - 1);
    const place = this.#place(item, cell, width);
    const constant = this.stage.flat.data[channel];
    return [`${place} = ${exact(value)}`, ...(constant ? [t("ui.constant_map")] : [])];
  }

  #place(item, { channel, row, column }, width) {
    const channels = this.#channels;
    const words = {
      item,
      row,
      column,
      channel,
      width,
      channels,
      unit: (row * width + column) * channels + channel,
    };
    if (this.stage.op === "input") return t("ui.dimension_of_item", words);
    return t(this.stage.shape.length === 2 ? "ui.unit_of_item" : "ui.cell_of_item", words);
  }

  // A click on a cell asks why it is what it is, and shows its map alone.
  #click(x, y) {
    const cell = this.#cell(x, y);
    if (cell) this.#trace(cell);
  }

  #trace({ row, column, channel }) {
    const { item } = this.view.state;
    const index = toIndex(
      this.stage,
      Math.min(item, this.stage.shape[0] - 1),
      row,
      column,
      channel,
    );
    // stays as it is shown
    const vector = index.length === 2 ? { channel: this.view.state.channel } : {};
    askWhy(this.store, { ...showCell(this.stage.name, index), ...vector, trail: "" });
  }

  // Another channel; an explained cell keeps its place there.
  #pick(channel) {
    const { cell } = this.view.state,
      index = cell.split(",");
    const moved =
      cell && index.length === 4 && channel >= 0
        ? { cell: [...index.slice(0, 3), channel].join(","), trail: "" }
        : {};
    this.store.set({ channel, ...moved });
  }

  // Arrows: next and previous channel; with shift they move from cell to cell, and Enter asks why.
  // Escape: all channels.
  #key(event) {
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[
      event.key
    ];
    if (event.key === "Escape") return this.#pick(-1);
    if (event.key === "Enter") return this.heatmap.pickHere();
    if (!step) return;
    event.preventDefault();
    if (event.shiftKey) return this.heatmap.move(...step);
    const at = Number(this.store.form.channel) + step[0] + step[1];
    this.#pick(Math.max(-1, Math.min(this.#channels - 1, at)));
  }

  // What dead and constant channels are, where this stage has some.
  #explainFlat({ actv }) {
    const { dead, constant, many_flat, op } = this.stage;
    const why = dead && has(`flat.dead_${op}`) ? `dead_${op}` : has(`flat.${op}`) && op;
    const keys = [dead && "dead", constant > dead && "constant", why, many_flat ? "many" : "some"];
    this.flat.hidden = !constant;
    if (!constant) return;
    const params = { dead, constant: constant - dead, channels: this.#channels };
    const words = { ...params, curve: t(`curves.${actv}`) };
    const texts = keys.filter(Boolean).map((key) => t(`flat.${key}`, words));
    setText(this.flat, texts.join(t("ui.space")));
  }

  #drawNumbers(statistics) {
    const rows = ["min", "max", "mean", "std"].map((key) => [
      t(`stats.${key}`),
      number(statistics[key]),
    ]);
    rows.push([t("stats.zeros"), `${(statistics.zeros * 100).toFixed(1)} %`]);
    const single = this.view.state.channel >= 0,
      several = this.#channels > 1;
    setText(
      this.scope,
      several
        ? t(single ? "ui.scope_channel" : "ui.scope_all", {
            channel: this.view.state.channel,
            channels: this.#channels,
          })
        : "",
    );
    if (several && !single) rows.push([t("stats.dead"), `${statistics.dead} / ${this.#channels}`]);
    if (statistics.constant && !single)
      rows.push([t("stats.constant"), `${statistics.constant} / ${this.#channels}`]);
    for (const key of ["nan", "pos_inf", "neg_inf"])
      if (statistics[key]) rows.push([t(`stats.${key}`), count(statistics[key])]);
    rows.push([t("stats.count"), count(statistics.count)]);
    const { items_differ: differ } = statistics;
    this.differ.hidden = differ === null;
    if (differ !== null) rows.push([t("stats.items_differ"), `${(differ * 100).toFixed(1)} %`]);
    this.numbers.replaceChildren(
      ...rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]),
    );
  }
}
