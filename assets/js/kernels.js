// The variables of the focused stage: each as a heatmap, with its numbers.

import { el, exact, number, setText } from "./dom.js";
import { GridMap } from "./grid.js";
import { t } from "./i18n.js";
import { columnsFor, mosaic } from "./tiles.js";

/** @import { Floats, Kernel, MapsView } from "./contract.js" */
/** @import { Store } from "./store.js" */

/**
 * Values as one picture, and what is said of a cell of it.
 * @typedef {object} Picture
 * @property {Float32Array} values
 * @property {number} rows
 * @property {number} columns
 * @property {(row: number, column: number) => string} describe
 * @property {(at: number) => boolean} empty
 */

const NUMBERS = /** @type {const} */ (["min", "max", "mean", "std"]);
const STRIP = 64; // values in a row of a vector
const MOST_TILES = 512;

export class Kernels {
  /** @type {MapsView | null} */
  view = null;
  names = ""; // of the variables that there are maps of
  /** @type {GridMap[]} */
  maps = [];

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.help = el("p", { class: "help" });
    this.body = el("div", { class: "kernels" });
    this.root = el(
      "details",
      { class: "more", id: "stage-weights", on: { toggle: () => this.#toggle() } },
      el("summary", { text: t("kernels.title") }),
      this.help,
      this.body,
    );
  }

  #toggle() {
    if (this.view && this.root.open !== this.view.state.kernels)
      this.store.set({ kernels: this.root.open });
  }

  /** @param {MapsView} view */
  draw(view) {
    this.view = view;
    const { kernels, state } = view;
    this.root.hidden = !view.stages.find(({ name }) => name === state.stage)?.parameters;
    this.root.open = state.kernels;
    this.body.hidden = !kernels;
    if (!kernels) return;
    setText(this.help, t(`kernels.${helpOf(kernels)}`));
    const names = kernels.map(({ name }) => name).join();
    if (names !== this.names) this.maps = kernels.map(() => new GridMap());
    if (names !== this.names) this.body.replaceChildren(...this.maps.map(({ root }) => root));
    this.names = names;
    for (const [at, variable] of kernels.entries())
      this.#draw(this.maps[at], variable, Math.max(0, state.channel));
  }

  /** @type {(map: GridMap, variable: Kernel, channel: number) => void} */
  #draw(map, { name, shape, signed, numbers, tiles }, channel) {
    const label = name.split("/").at(-1),
      last =
        shape.length === 4
          ? t("kernels.taps", { channel })
          : shape.length === 2
            ? t("kernels.dense", { channel })
            : "";
    const figures = NUMBERS.map((key) => `${t(`stats.${key}`)} ${number(numbers[key])}`).join(", ");
    map.title(`${label} [${shape.join(", ")}]${last} — ${figures}`);
    const picture =
      shape.length === 1 ? strip(tiles.data) : mosaicOf(tiles, this.root.clientWidth || 600);
    map.describe = picture.describe;
    map.draw(picture, {
      signed,
      numbers: false,
      room: Math.min(this.root.clientWidth || 600, 24 * picture.columns),
    });
  }
}

/** @param {Kernel[]} kernels */
function helpOf(kernels) {
  const most = Math.max(...kernels.map(({ shape }) => shape.length));
  return most === 4 ? "help" : most === 2 ? "help_dense" : "help_vectors";
}

// A vector, STRIP values in a row.
/** @type {(data: Float32Array) => Picture} */
function strip(data) {
  const columns = Math.min(STRIP, data.length),
    rows = Math.ceil(data.length / columns);
  const values = new Float32Array(rows * columns).fill(0);
  values.set(data);
  /** @type {Picture["describe"]} */
  const describe = (row, column) =>
    row * columns + column < data.length
      ? `[${row * columns + column}] = ${exact(values[row * columns + column])}`
      : "—";
  return { values, rows, columns, describe, empty: (at) => at >= data.length };
}

// The taps of every input channel side by side, a cell apart.
/** @type {(tiles: Floats, room: number) => Picture} */
function mosaicOf({ data, shape: [height, width, count] }, room) {
  const shown = Math.min(count, MOST_TILES);
  const layout = mosaic(
    height,
    width,
    shown,
    columnsFor(height, width, shown, Math.max(1, room / 300)),
  );
  const { totalWidth: columns, totalHeight: rows, cellOffset, channelOffset } = layout;
  const values = new Float32Array(rows * columns);
  for (let at = 0; at < cellOffset.length; at++)
    for (let tile = 0; tile < channelOffset.length; tile++)
      values[cellOffset[at] + channelOffset[tile]] = data[at * count + tile];
  /** @type {Picture["describe"]} */
  const describe = (row, column) => {
    const cell = layout.cell(column, row);
    if (!cell) return "";
    const value = exact(data[(cell.row * width + cell.column) * count + cell.channel]);
    return count === 1
      ? `[${cell.row}, ${cell.column}] = ${value}`
      : t("kernels.tap", { ...cell, value });
  };
  return {
    values,
    rows,
    columns,
    describe,
    empty: (at) => !layout.cell(at % columns, Math.floor(at / columns)),
  };
}
