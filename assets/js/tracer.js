// Why a value is what it is: the parts of one cell, each a click away from its own explanation.

import { TO } from "./colors.js";
import { askWhy, bracket, follow, goBack, numeric, showCell, split, steps } from "./cells.js";
import { Canvas } from "./canvas.js";
import { chosenChannels } from "./composite.js";
import { Curve } from "./curve.js";
import { count, el, exact, number, setText } from "./dom.js";
import { scaleOf } from "./colors.js";
import { GridMap } from "./grid.js";
import { t, unit } from "./i18n.js";

const STRIP = 32; // entries in a row of a strip
const MOST_CHANNELS = 16; // that get a button each
const COLORS = ["red", "green", "blue"];
const names = (values) => Array.from(values, String);
const range = (length) => Array.from({ length }, (_, at) => String(at));

export class Tracer {
  constructor(store) {
    this.store = store;
    this.title = el("h3", { class: "tracer-title", tabindex: -1 });
    this.lost = el("p", { class: "lost", id: "not-finite", hidden: true });
    this.trail = el("ol", { class: "trail" });
    this.sentence = el("p", { class: "sentence" });
    this.equation = el("p", { class: "equation mono" });
    this.sources = el("div", { class: "buttons sources" });
    this.figures = el("div", { class: "trace-figures" });
    this.shared = el("p", { class: "help one-scale" });
    this.reach = el("ul", { class: "reach" });
    this.origins = el("div", { class: "origins" });
    this.originsButton = el("button", {
      type: "button",
      id: "find-origins",
      on: { click: () => this.#toggleOrigins() },
    });
    const close = el("button", {
      type: "button",
      class: "quiet",
      id: "close-tracer",
      text: t("tracer.close"),
      on: { click: () => this.#close() },
    });
    this.root = el(
      "section",
      {
        class: "tracer",
        id: "tracer",
        "aria-label": t("tracer.label"),
        hidden: true,
        on: {
          keydown: (event) => {
            if (event.key === "Escape") this.#close();
          },
        },
      },
      el(
        "div",
        { class: "stage-head" },
        el("div", {}, this.title, this.trail),
        el("div", { class: "toolbar buttons" }, this.originsButton, close),
      ),
      (this.channels = el("p", { class: "help same-cell" })),
      this.sentence,
      this.equation,
      this.lost,
      (this.rounding = el("p", { class: "help", text: t("tracer.rounding") })),
      this.sources,
      this.origins,
      this.figures,
      el(
        "details",
        { class: "more" },
        el("summary", { text: t("tracer.reach") }),
        el("p", { class: "help", text: t("tracer.reach_help") }),
        this.reach,
      ),
    );
    this.#build();
  }

  #close() {
    this.store.set({ cell: "", trail: "", origins: false });
    document.querySelector(".focus-map").focus({ preventScroll: true });
  }

  #build() {
    const go = (row, column) => this.#toSource(row, column);
    this.inputs = new GridMap({
      pick: go,
      describe: (row, column) => this.#nameSource(row, column),
    });
    this.kernel = new GridMap({ describe: (row, column) => this.#nameTap(row, column) });
    this.products = new GridMap({
      pick: go,
      describe: (row, column) => this.#nameProduct(row, column),
    });
    this.byCell = new GridMap({ pick: go, describe: (row, column) => this.#nameSum(row, column) });
    this.byChannel = new GridMap({
      pick: (row, column) => this.#chooseChannel(row * STRIP + column),
      describe: (row, column) => this.#nameChannel(row * STRIP + column),
    });
    this.dense = new GridMap({
      pick: (row, column) => this.#toEntry(row * STRIP + column),
      describe: (row, column) => this.#nameEntry(row * STRIP + column),
    });
    this.list = el("ol", { class: "contributions" });
    this.canvas = new Canvas();
    this.curve = new Curve();
    this.base = new GridMap({
      pick: (row, column) => this.#toBase(row, column),
      describe: (row, column) =>
        t("tracer.base_part", { row, column, part: exact(this.base.value(row, column)) }),
    });
    this.zParts = new GridMap({
      pick: (row, column) => this.#toEntry(row * STRIP + column),
      describe: (row, column) =>
        t("tracer.z_part", {
          at: row * STRIP + column,
          part: exact(this.zParts.value(row, column)),
        }),
    });
    this.zList = el("ol", { class: "contributions" });
  }

  draw(view) {
    const why = view.explanation;
    this.root.hidden = !why;
    if (!why) return;
    Object.assign(this, { view, why });
    setText(
      this.title,
      t("tracer.title", {
        stage: why.stage,
        index: bracket(why.index),
        value: exact(numeric(why.value)),
      }),
    );
    this.#drawTrail(view.state);
    this.#drawChannels();
    const origins = view.state.origins;
    setText(this.originsButton, t(origins ? "tracer.hide_origins" : "tracer.find_origins"));
    this.originsButton.hidden = why.op === "input";
    this.originsButton.setAttribute("aria-pressed", origins);
    this.room = this.root.clientWidth || 320;
    this.#drawOrigins(why.origins);
    this.#drawKind(why);
    this.#drawReach(why);
    const fromInside =
      this.root.contains(document.activeElement) || document.activeElement === document.body;
    if (this.store.asked) requestAnimationFrame(() => this.#reveal(fromInside));
    this.store.asked = false;
  }

  // The answer to a click is seen without scrolling for it; its question stays in view above it.
  #reveal(takeFocus) {
    if (takeFocus) this.title.focus({ preventScroll: true }); // what was clicked is gone
    const { top } = this.root.getBoundingClientRect();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (top < 0 || top > 0.6 * window.innerHeight)
      this.root.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  }

  // A pixel has several channels, and an explanation is of one of them.
  #drawChannels() {
    const {
        why,
        view: { output, state },
      } = this,
      channels = output.shape[2];
    this.channels.hidden = why.op !== "conv2d" || channels === 1;
    if (this.channels.hidden) return;
    const chosen = chosenChannels(output, state),
      [item, row, column, channel] = why.index;
    const color = (at) =>
      chosen.includes(at) ? t(`ui.color_${COLORS[chosen.indexOf(at)]}`) : null;
    const name = (at) =>
      color(at) ? t("tracer.channel_button", { channel: at, color: color(at) }) : String(at);
    const others =
      channels > MOST_CHANNELS
        ? []
        : Array.from({ length: channels }, (_, at) => at).filter((at) => at !== channel);
    const buttons = others.map((at) =>
      el("button", {
        type: "button",
        class: "link",
        text: name(at),
        data: { channel: at },
        on: {
          click: () =>
            this.store.set({ ...showCell(why.stage, [item, row, column, at]), trail: state.trail }),
        },
      }),
    );
    const text = t(color(channel) ? "tracer.channel_of" : "tracer.channel_plain", {
      channel,
      channels,
      color: color(channel),
    });
    this.channels.replaceChildren(
      el("span", { text }),
      ...(buttons.length ? [el("span", { text: t("tracer.other_channels") }), ...buttons] : []),
    );
  }

  #drawTrail({ trail, stage, cell }) {
    const past = steps(trail).map((step, at) => {
      const [name, index] = split(step);
      return el(
        "li",
        {},
        el("button", {
          type: "button",
          class: "link",
          text: `${name} [${index.replaceAll(",", ", ")}]`,
          on: { click: () => askWhy(this.store, goBack(this.view.state, at)) },
        }),
      );
    });
    this.trail.replaceChildren(
      ...past,
      el("li", { "aria-current": "step", text: `${stage} [${cell.replaceAll(",", ", ")}]` }),
    );
    this.trail.hidden = past.length === 0;
  }

  #drawKind(why) {
    const kind = why.sum
      ? why.op === "dense"
        ? "dense"
        : "window"
      : why.normalized
        ? "normalized"
        : why.activated
          ? "activated"
          : why.moved
            ? "moved"
            : "given";
    const draw = {
      dense: () => this.#drawDense(why.sum),
      window: () => this.#drawWindow(why),
      normalized: () => this.#drawNormalized(why.normalized),
      activated: () => this.#drawActivated(why.activated),
      moved: () => this.#drawMoved(why.moved),
      given: () => this.#drawGiven(),
    }[kind];
    if (kind !== this.kind || why.op !== this.op)
      this.figures.replaceChildren(
        ...this.#figuresOf(kind, why.op).map((part) => part.root ?? part),
      );
    Object.assign(this, { kind, op: why.op });
    this.rounding.hidden =
      !Number.isFinite(numeric(why.value)) ||
      exact(numeric(why.value)) === exact(numeric(why.total));
    draw();
    this.#nameLost(why);
  }

  // float32 ends at 3.4e38; what is larger is Inf, and Inf − Inf or 0·Inf is NaN.
  #nameLost({ value, total, bad_weight }) {
    const odd = !Number.isFinite(numeric(value));
    this.lost.hidden = !odd;
    if (!odd) return;
    const kind = bad_weight
      ? "bad_weight"
      : Number.isNaN(numeric(value))
        ? "is_nan"
        : Number.isFinite(numeric(total))
          ? "overflowed"
          : "is_infinite";
    setText(this.lost, t(`tracer.${kind}`, { total: exact(numeric(total)) }));
  }

  #figuresOf(kind, op) {
    const window = [
      this.inputs,
      this.kernel,
      this.products,
      this.shared,
      this.byCell,
      this.byChannel,
    ];
    return (
      {
        window: op === "conv2d_transpose" ? [...window, this.canvas] : window,
        dense: [this.list, this.dense],
        activated: [this.curve],
      }[kind] ?? []
    );
  }

  // A sum that is spelled out: every part with its number.
  #sumLine({ products, bias }) {
    setText(
      this.equation,
      t("tracer.sum", {
        products: exact(numeric(products)),
        bias: exact(numeric(bias)),
        total: exact(numeric(this.why.total)),
      }),
    );
  }

  #drawWindow(why) {
    const { sum } = why,
      cells = sum.rows.length * sum.columns.length,
      empty = cells === 0;
    const params = {
      rows: list(sum.rows),
      columns: list(sum.columns),
      channels: sum.channels,
      cells,
      inputs: `${cells} ${unit("input_cells", cells)}`,
      products: count(cells * sum.channels),
      source: why.source_stage,
      size: `${sum.rows.length}×${sum.columns.length}`,
    };
    setText(this.sentence, t(empty ? "tracer.no_input" : `tracer.${why.op}`, params));
    this.#sumLine(sum);
    this.#offerSources([]);
    for (const figure of [this.inputs, this.kernel, this.products, this.byCell, this.byChannel])
      figure.root.hidden = empty;
    this.shared.hidden = empty;
    if (why.canvas) this.canvas.draw(why, this.room);
    if (empty) return;
    const rows = sum.rows.length,
      columns = sum.columns.length,
      channel = sum.channel;
    const room = Math.min(340, this.room),
      place = { rowNames: names(sum.rows), columnNames: names(sum.columns), room, readable: true };
    const factors = [sum.inputs.data, sum.kernel.data, sum.channel_products.data];
    const color = scaleOf(
      factors.flatMap((data) => [...data]),
      true,
    );
    setText(
      this.shared,
      t("tracer.one_scale", { low: number(color.low), high: number(color.high) }),
    );
    this.inputs.title(t("tracer.inputs", { source: why.source_stage, channel }));
    this.inputs.draw({ values: sum.inputs.data, rows, columns }, { ...place, color });
    this.kernel.title(t("tracer.taps", { channel }));
    this.kernel.draw(
      { values: sum.kernel.data, rows, columns },
      { ...place, color, rowNames: names(sum.tap_rows), columnNames: names(sum.tap_columns) },
    );
    this.products.title(t("tracer.products", { channel }));
    this.products.draw({ values: sum.channel_products.data, rows, columns }, { ...place, color });
    this.byCell.title(t("tracer.by_cell", { channels: sum.channels }));
    this.byCell.draw({ values: sum.by_cell.data, rows, columns }, place);
    this.byChannel.title(t("tracer.by_channel"));
    this.#strip(this.byChannel, sum.by_channel.data, {
      frames: [{ row: Math.floor(channel / STRIP), column: channel % STRIP, color: TO }],
    });
  }

  // A long list of values, STRIP in a row; the last row's rest is empty.
  #strip(grid, data, { frames = [] } = {}) {
    const columns = Math.min(STRIP, data.length),
      rows = Math.ceil(data.length / columns);
    const values = new Float32Array(rows * columns);
    values.set(data);
    const rowNames = Array.from({ length: rows }, (_, at) => String(at * columns));
    const empty = (at) => at >= data.length;
    grid.draw(
      { values, rows, columns, empty },
      {
        rowNames,
        columnNames: range(columns),
        frames,
        numbers: false,
        room: Math.min(700, this.room),
      },
    );
  }

  #drawDense(sum) {
    const dims = sum.columns.length,
      shown = sum.largest,
      values = sum.by_cell.data;
    setText(this.sentence, t("tracer.dense", { dims }));
    this.#sumLine(sum);
    this.#offerSources([]);
    const rest = dims - shown.length,
      restSum = numeric(sum.products) - shown.reduce((total, at) => total + values[at], 0);
    this.list.replaceChildren(
      ...shown.map((at) =>
        el(
          "li",
          {},
          el("button", {
            type: "button",
            class: "link",
            text: t("tracer.entry", {
              at,
              z: number(sum.inputs.data[at]),
              weight: number(sum.kernel.data[at]),
              product: number(values[at]),
            }),
            on: { click: () => this.#toEntry(at) },
          }),
        ),
      ),
      ...(rest > 0 ? [el("li", { text: t("tracer.rest", { rest, sum: number(restSum) }) })] : []),
    );
    this.dense.title(t("tracer.dense_products"));
    this.#strip(this.dense, values);
  }

  #drawNormalized(parts) {
    const n = Object.fromEntries(
      ["x", "gamma", "beta", "mean", "variance", "epsilon"].map((key) => [
        key,
        exact(numeric(parts[key])),
      ]),
    );
    const where = !parts.from_batch
      ? parts.over_map
        ? "stored"
        : "stored_unit"
      : parts.over_map
        ? "batch_map"
        : parts.cells === 1
          ? "batch_of_one"
          : "batch_unit";
    setText(
      this.sentence,
      t(`tracer.statistics_${where}`, {
        cells: count(parts.cells),
        source: this.why.source_stage,
        channel: this.why.cell[3],
        unit: this.why.index[1],
      }),
    );
    setText(this.equation, t("tracer.normalized", { ...n, total: exact(numeric(this.why.total)) }));
    this.#offerSources([[this.why.source_stage, this.why.index]]);
  }

  #drawActivated(parts) {
    setText(
      this.sentence,
      t("tracer.activated", { actv: parts.actv, curve: t(`curves.${parts.actv}`) }),
    );
    setText(
      this.equation,
      t("tracer.activation", {
        actv: parts.actv,
        x: exact(numeric(parts.x)),
        total: exact(numeric(this.why.total)),
      }),
    );
    this.#offerSources([[this.why.source_stage, this.why.index]]);
    this.curve.draw(parts, numeric(this.why.value));
  }

  // A pad moves cells within one map, so each index says of which it is.
  #movedNames(op, to, from) {
    if (op !== "pad") return [to, from];
    return [t("ui.in_padded", { index: to }), from && t("ui.in_original", { index: from })];
  }

  #drawMoved({ source, cell, mirrored }) {
    const { op, index, stage } = this.why;
    const [to, from] = this.#movedNames(op, bracket(index), source && bracket(source));
    setText(this.equation, `${to} ← ${from ?? 0}`);
    this.#offerSources(source ? [[this.why.source_stage, source]] : []);
    if (op === "reshape")
      return setText(
        this.sentence,
        t("tracer.reshape", {
          row: cell[1],
          column: cell[2],
          channel: cell[3],
          width: this.why.shape[2],
          channels: this.why.shape[3],
          unit: source[1],
          stage,
        }),
      );
    const key = !source ? "pad_constant" : mirrored.length === 0 ? "pad_inside" : "pad_mirrored";
    setText(
      this.sentence,
      t(`tracer.${key}`, {
        axes: mirrored.map((axis) => t(`axes.${axis}`)).join(t("tracer.and")),
        mode: this.view.state.pad_mode,
      }),
    );
  }

  #drawGiven() {
    const { state } = this.view,
      [item, at] = this.why.index;
    setText(
      this.sentence,
      t("tracer.given", { item, at, seed: state.z_seed, scale: state.z_scale }),
    );
    setText(this.equation, `z${bracket(this.why.index)} = ${exact(numeric(this.why.value))}`);
    this.sources.replaceChildren(
      el("button", {
        type: "button",
        text: t("tracer.set_entry", { at }),
        on: { click: () => this.#editEntry(at) },
      }),
    );
    this.sources.hidden = false;
  }

  #editEntry(at) {
    this.store.apply({ z_dim: at });
    document.getElementById("z-value")?.focus();
  }

  #offerSources(sources) {
    this.sources.replaceChildren(
      ...sources.map(([stage, index]) =>
        el("button", {
          type: "button",
          class: "source",
          text: t("tracer.go", { stage, index: bracket(index) }),
          on: { click: () => this.#go(stage, index) },
        }),
      ),
    );
    this.sources.hidden = sources.length === 0;
  }

  #drawOrigins(origins) {
    this.origins.hidden = !origins;
    if (!origins) return;
    if (!this.origins.childElementCount)
      this.origins.append(
        el("p", { class: "sentence", text: t("tracer.origins") }),
        (this.originsNote = el("p", { class: "equation mono" })),
        el("div", { class: "trace-figures" }, this.base.root, this.zParts.root, this.zList),
      );
    const {
      view: { state },
    } = this;
    const known = origins.z.data.every(Number.isFinite);
    for (const part of [this.base.root, this.zParts.root, this.zList]) part.hidden = !known;
    if (!known) return setText(this.originsNote, t("tracer.origins_lost"));
    const sum = origins.z.data.reduce((total, part) => total + part, 0);
    const notes = [
      t("tracer.origins_z", {
        sum: number(sum),
        rest: number(numeric(origins.z_rest)),
        total: number(numeric(this.why.value)),
      }),
    ];
    this.base.root.hidden = !origins.base;
    if (origins.base) {
      const whole = origins.base.data.reduce((total, part) => total + part, 0);
      notes.unshift(
        t("tracer.origins_base", {
          sum: number(whole),
          rest: number(numeric(origins.base_rest)),
          total: number(numeric(this.why.value)),
        }),
      );
      this.base.title(t("tracer.base", { rows: state.base_height, columns: state.base_width }));
      this.base.draw(
        { values: origins.base.data, rows: state.base_height, columns: state.base_width },
        {
          rowNames: range(state.base_height),
          columnNames: range(state.base_width),
          room: Math.min(560, this.room),
        },
      );
    }
    setText(this.originsNote, notes.join("\n"));
    this.zParts.title(t("tracer.z"));
    this.#strip(this.zParts, origins.z.data);
    const largest = origins.largest.filter((at) => origins.z.data[at] !== 0);
    if (!largest.length)
      return this.zList.replaceChildren(el("li", { text: t("tracer.no_share") }));
    this.zList.replaceChildren(
      ...largest.map((at) =>
        el(
          "li",
          {},
          el("button", {
            type: "button",
            class: "link",
            text: t("tracer.z_part", { at, part: number(origins.z.data[at]) }),
            on: { click: () => this.#toEntry(at) },
          }),
        ),
      ),
    );
  }

  // Stage by stage: which cells made this one, and which depend on it.
  #drawReach({ regions, stage }) {
    this.reach.replaceChildren(
      ...this.view.stages
        .filter(({ name }) => name !== stage && regions[name])
        .map(({ name, codes }) => {
          const { rows, columns, channels, count: cells, side, items } = regions[name];
          const params = {
            stage: name,
            rows: span(rows.data),
            columns: span(columns.data),
            channels: span(channels.data),
            cells: count(cells),
            items: items.join(", "),
            all: codes.shape[2],
          };
          return el("li", {
            class: side,
            data: { region: name },
            text: t(cells ? `tracer.reach_${side}` : "tracer.reach_none", params),
          });
        }),
    );
  }

  #toggleOrigins() {
    this.store.set({ origins: !this.view.state.origins });
  }

  #go(stage, index) {
    askWhy(this.store, follow(this.view.state, stage, index));
  }

  #toSource(row, column) {
    const { sum, index, source_stage } = this.why;
    this.#go(source_stage, [index[0], sum.rows[row], sum.columns[column], sum.channel]);
  }

  #toEntry(at) {
    const { origins, index } = this.why;
    if (at < this.view.state.noise_dim) this.#go("z", [origins?.item ?? index[0], at]);
  }

  #toBase(row, column) {
    const { item, base_channels } = this.why.origins;
    this.#go("fc1/reshape", [item, row, column, base_channels[row][column]]);
  }

  #chooseChannel(channel) {
    if (channel < this.why.sum.channels) this.store.set({ source_channel: channel });
  }

  #nameSource(row, column) {
    const { sum, index, source_stage } = this.why;
    const cell = bracket([index[0], sum.rows[row], sum.columns[column], sum.channel]);
    return `${source_stage} ${cell} = ${exact(this.inputs.value(row, column))}`;
  }

  #nameTap(row, column) {
    const { sum, index, op } = this.why,
      ends = op === "conv2d_transpose" ? [index[3], sum.channel] : [sum.channel, index[3]];
    const tap = bracket([sum.tap_rows[row], sum.tap_columns[column], ...ends]);
    return `kernel ${tap} = ${exact(this.kernel.value(row, column))}`;
  }

  #nameProduct(row, column) {
    const [input, tap, product] = [this.inputs, this.kernel, this.products].map((map) =>
      exact(map.value(row, column)),
    );
    return `${input} · ${tap} = ${product}`;
  }

  #nameSum(row, column) {
    const { sum } = this.why;
    return t("tracer.name_sum", {
      row: sum.rows[row],
      column: sum.columns[column],
      sum: exact(this.byCell.value(row, column)),
    });
  }

  #nameChannel(channel) {
    const { sum } = this.why;
    return channel < sum.channels
      ? t("tracer.name_channel", { channel, sum: exact(sum.by_channel.data[channel]) })
      : "—";
  }

  #nameEntry(at) {
    const { sum } = this.why;
    if (at >= sum.columns.length) return "—";
    const [input, tap, product] = [sum.inputs, sum.kernel, sum.by_cell].map(({ data }) =>
      exact(data[at]),
    );
    return `z[${at}] · W = ${input} · ${tap} = ${product}`;
  }
}

const list = (values) => values.join(", ");

// The set positions of a mask as runs: "3–9, 12".
export function span(mask) {
  const runs = [];
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at]) continue;
    const start = at;
    while (mask[at + 1]) at++;
    runs.push(start === at ? `${start}` : `${start}–${at}`);
  }
  return runs.length > 6 ? `${runs.slice(0, 6).join(", ")} …` : runs.join(", ");
}
