// A convolution's sum: the inputs in its window, the taps that they meet, and their products.

import { Canvas } from "../canvas.js";
import { bracket } from "../cells.js";
import { scaleOf, TO } from "../colors.js";
import { count, el, exact, number, setText } from "../dom.js";
import { GridMap } from "../grid.js";
import { t, unit } from "../i18n.js";
import { known } from "../known.js";
import { drawStrip, STRIP, sumLine } from "./parts.js";

/**
 * @import { Explanation, WeightedSum } from "../contract.js"
 * @import { Cells } from "../grid_paint.js"
 * @import { Store } from "../store.js"
 * @import { Go, Scene, Telling } from "./parts.js"
 */

const MOST_WIDTH = 340; // of a figure, in pixels

/** @param {number[]} values */
const list = (values) => values.join(", ");

export class WindowSum {
  /** @type {{ why: Explanation, sum: WeightedSum } | null} */
  #shown = null;

  /**
   * @param {Store} store
   * @param {Go} go
   */
  constructor(store, go) {
    this.store = store;
    this.go = go;
    /** @type {(row: number, column: number) => void} */
    const pick = (row, column) => this.#toSource(row, column);
    this.inputs = new GridMap({ pick, describe: (...at) => this.#nameSource(...at) });
    this.taps = new GridMap({ describe: (...at) => this.#nameTap(...at) });
    this.products = new GridMap({ pick, describe: (...at) => this.#nameProduct(...at) });
    this.shared = el("p", { class: "help one-scale" });
    this.byCell = new GridMap({ pick, describe: (...at) => this.#nameSum(...at) });
    this.byChannel = new GridMap({
      title: t("tracer.by_channel"),
      pick: (row, column) => this.#chooseChannel(row * STRIP + column),
      describe: (row, column) => this.#nameChannel(row * STRIP + column),
    });
    this.canvas = new Canvas();
    this.grids = [this.inputs, this.taps, this.products, this.byCell, this.byChannel];
  }

  /** @type {(scene: Scene, sum: WeightedSum) => Telling} */
  draw({ why, room }, sum) {
    this.#shown = { why, sum };
    const empty = sum.rows.length * sum.columns.length === 0;
    for (const { root } of this.grids) root.hidden = empty;
    this.shared.hidden = empty;
    const { canvas, cell } = why;
    if (canvas) this.canvas.draw({ canvas, sum, cell }, room);
    if (!empty) {
      this.#drawFactors(why, sum, Math.min(MOST_WIDTH, room));
      this.#drawSums(sum, room);
    }
    const grids = this.grids.map(({ root }) => root);
    grids.splice(3, 0, this.shared);
    return {
      sentence: sentence(why, sum),
      equation: sumLine(why, sum),
      figures: canvas ? [...grids, this.canvas.root] : grids,
    };
  }

  // What is multiplied and what comes of it, on one scale, for one channel.
  /** @type {(why: Explanation, sum: WeightedSum, room: number) => void} */
  #drawFactors({ source_stage: source }, sum, room) {
    const { channel, inputs, kernel, channel_products: products } = sum;
    const color = scaleOf(
      [inputs, kernel, products].flatMap(({ data }) => [...data]),
      true,
    );
    const scale = { low: number(color.low), high: number(color.high) };
    setText(this.shared, t("tracer.one_scale", scale));
    const places = { ...placesOf(sum), room, color };
    const taps = { rowNames: sum.tap_rows.map(String), columnNames: sum.tap_columns.map(String) };
    this.inputs.title(t("tracer.inputs", { source, channel: sum.first_channel + channel }));
    this.inputs.draw(cellsOf(sum, inputs.data), places);
    this.taps.title(t("tracer.taps", { channel }));
    this.taps.draw(cellsOf(sum, kernel.data), { ...places, ...taps });
    this.products.title(t("tracer.products", { channel }));
    this.products.draw(cellsOf(sum, products.data), places);
  }

  // The products of all channels, added up by place and by channel.
  /** @type {(sum: WeightedSum, room: number) => void} */
  #drawSums(sum, room) {
    const { channel, channels } = sum,
      shown = { row: Math.floor(channel / STRIP), column: channel % STRIP, color: TO };
    this.byCell.title(t("tracer.by_cell", { channels }));
    this.byCell.draw(cellsOf(sum, sum.by_cell.data), {
      ...placesOf(sum),
      room: Math.min(MOST_WIDTH, room),
    });
    drawStrip(this.byChannel, sum.by_channel.data, room, [shown]);
  }

  // The input cell at this place of the window.
  /** @type {(row: number, column: number) => number[]} */
  #source(row, column) {
    const { why, sum } = known(this.#shown);
    return [why.index[0], sum.rows[row], sum.columns[column], sum.first_channel + sum.channel];
  }

  /** @type {(row: number, column: number) => void} */
  #toSource(row, column) {
    this.go(known(this.#shown).why.source_stage, this.#source(row, column));
  }

  /** @param {number} channel */
  #chooseChannel(channel) {
    const { channels } = known(this.#shown).sum;
    if (channel < channels) this.store.set({ source_channel: channel });
  }

  /** @type {(row: number, column: number) => string} */
  #nameSource(row, column) {
    const { source_stage } = known(this.#shown).why,
      cell = bracket(this.#source(row, column));
    return `${source_stage} ${cell} = ${exact(this.inputs.value(row, column))}`;
  }

  /** @type {(row: number, column: number) => string} */
  #nameTap(row, column) {
    const { why, sum } = known(this.#shown),
      { index } = why,
      ends = sum.output_first ? [index[3], sum.channel] : [sum.channel, index[3]];
    const tap = bracket([sum.tap_rows[row], sum.tap_columns[column], ...ends]);
    return `kernel ${tap} = ${exact(this.taps.value(row, column))}`;
  }

  /** @type {(row: number, column: number) => string} */
  #nameProduct(row, column) {
    const [input, tap, product] = [this.inputs, this.taps, this.products].map((grid) =>
      exact(grid.value(row, column)),
    );
    return `${input} · ${tap} = ${product}`;
  }

  /** @type {(row: number, column: number) => string} */
  #nameSum(row, column) {
    const { rows, columns } = known(this.#shown).sum;
    return t("tracer.name_sum", {
      row: rows[row],
      column: columns[column],
      sum: exact(this.byCell.value(row, column)),
    });
  }

  /** @param {number} channel */
  #nameChannel(channel) {
    const { channels, by_channel } = known(this.#shown).sum;
    return channel < channels
      ? t("tracer.name_channel", { channel, sum: exact(by_channel.data[channel]) })
      : "—";
  }
}

/** @type {(why: Explanation, sum: WeightedSum) => string} */
function sentence({ source_stage }, { sentence: key, rows, columns, channels }) {
  const cells = rows.length * columns.length;
  return t(`tracer.${key}`, {
    row: unit("height", rows.length),
    column: unit("width", columns.length),
    rows: list(rows),
    columns: list(columns),
    channels,
    cells,
    inputs: `${cells} ${unit("input_cells", cells)}`,
    products: count(cells * channels),
    source: source_stage,
    size: `${rows.length}×${columns.length}`,
  });
}

// A value for each place of the window.
/** @type {(sum: WeightedSum, values: Float32Array) => Cells} */
const cellsOf = ({ rows, columns }, values) => ({
  values,
  rows: rows.length,
  columns: columns.length,
});

/** @param {WeightedSum} sum */
const placesOf = ({ rows, columns }) => ({
  rowNames: rows.map(String),
  columnNames: columns.map(String),
  readable: true,
});
