// Output: the last stage as a picture where its channels allow it, and as maps in any case.

import { askWhy, showCell, toIndex } from "../cells.js";
import { coloringOfWhole } from "../colors.js";
import { chosenChannels, paintComposite } from "../composite.js";
import { el, exact, setText } from "../dom.js";
import { Fold } from "../fold.js";
import { Heatmap } from "../heatmap.js";
import { has, t } from "../i18n.js";
import { Inspector } from "../inspector.js";
import { known } from "../known.js";
import { layOut, tracedFrame } from "../maps/picture.js";
import { Readout } from "../readout.js";
import { Samples } from "../samples.js";
import { columnsFor, mosaic } from "../tiles.js";

/**
 * @import { Span } from "../colors.js"
 * @import { Floats, OutputView, Stage } from "../contract.js"
 * @import { Given } from "../main.js"
 * @import { Layout } from "../tiles.js"
 */

// What the mapping makes of the lowest and the highest value; null where no value is finite.
/** @type {(mapping: string, extent: Span | null) => string} */
function mappingWords(mapping, extent) {
  if (!extent) return t("mapping.nothing");
  const [low, high] = extent,
    flat = `mapping.${mapping}_flat`;
  const key = low === high && has(flat) ? flat : `mapping.${mapping}`;
  return t(key, { low: exact(low), high: exact(high) });
}

export class OutputPage {
  key = ""; // of the layout; another one, or none, lays the maps out anew
  room = 0; // pixels for the maps; 0: to be measured
  /** @type {OutputView | null} */
  #view = null;
  /** @type {Layout | null} */
  #layout = null;

  /** @param {Given} given */
  constructor({ store, tracer }) {
    this.store = store;
    this.sentence = el("p", { class: "sentence" });
    this.canvas = el("canvas", {
      class: "picture",
      role: "img",
      "aria-label": t("ui.composite"),
      on: {
        mousemove: (event) => this.#name(event),
        mouseleave: () => this.readout.clear(),
        click: (event) => this.#explainPixel(event),
      },
    });
    this.readout = new Readout("");
    this.mapped = el("p", { class: "help", id: "mapping-note" });
    this.host = el("div", { class: "output-maps" });
    this.heatmap = new Heatmap(this.host, {
      describe: (x, y) => this.#describe(x, y),
      pick: (x, y) => this.#pick(x, y),
      label: t("ui.output_maps"),
      keys: true,
    });
    this.note = el("p", { class: "help", text: t("ui.output_note") });
    this.samples = new Samples((item) => store.set({ item }));
    const picture = el("figure", {}, this.canvas, this.readout.root);
    this.pictures = el("div", {}, picture, this.samples.root);
    this.image = el("p", { class: "sentence" });
    const about = new Fold("output-about", t("ui.output_about"), [this.image]);
    this.inspector = new Inspector("output-page", tracer, {
      looked: [
        el("div", { class: "output-body" }, this.pictures, el("figure", {}, this.host, this.note)),
      ],
      told: [this.sentence, this.mapped, about.root],
    });
    this.root = this.inspector.root;
  }

  /** @param {OutputView} view */
  draw(view) {
    this.#view = view;
    const { state } = view,
      last = known(view.stages.at(-1)),
      { drawn, image } = view.output_words;
    this.inspector.draw(view, [last.name]);
    setText(this.sentence, t(`ui.${drawn.code}`, drawn.params));
    setText(this.image, t(`ui.${image.code}`, image.params));
    this.samples.draw(view);
    const hasBase = view.z.data.length && last.shape.length === 4,
      hint = t(hasBase ? "ui.hint_picture" : "ui.hint_traced");
    if (hint !== this.readout.hint) this.readout.clear(hint);
    const words = mappingWords(view.mapping, paintComposite(this.canvas, view));
    const isMap = last.layout === "mosaic"; // numbers in a row are no picture
    for (const part of [this.pictures, this.mapped, this.note]) part.hidden = !isMap;
    setText(this.mapped, state.rgb_mapping === "auto" ? t("mapping.auto", { words }) : words);
    return this.#drawMaps(view);
  }

  /** @param {OutputView} view */
  #drawMaps(view) {
    const { output, state, stages } = view,
      stage = known(stages.at(-1));
    this.room ||= this.host.clientWidth;
    const key = `${stage.layout} ${output.shape}`;
    const layout = key === this.key && this.#layout ? this.#layout : this.#layOut(stage);
    this.#layout = layout;
    this.key = key;
    const { totalWidth: width, totalHeight: height } = layout;
    const fit = (this.room - 90) * (height / width) + 46;
    this.host.style.height = `${Math.round(Math.max(150, Math.min(520, fit)))}px`;
    const { name, range } = coloringOfWhole(state, stage),
      [low, high] = range(0);
    const values = arranged(output, layout);
    /** @param {number} at */
    const gaps = (at) =>
      Number.isNaN(values[at]) && !layout.cell(at % width, Math.floor(at / width));
    const picture = { values, width, height, gaps };
    const shapes = tracedFrame({ view, stage, layout, single: null });
    this.heatmap.draw(picture, { name, low, high }, { key, shapes });
  }

  // All channels side by side, in as many columns as fill the room; a vector in rows.
  /** @param {Stage} stage */
  #layOut(stage) {
    if (stage.layout !== "mosaic") return layOut(stage, null, this.room);
    const [height, width, channels] = stage.map_shape,
      aspect = Math.max(0.6, this.room / 420);
    return mosaic(height, width, channels, columnsFor(height, width, channels, aspect));
  }

  // The shown item's place in the batch.
  get #item() {
    const { state, stages } = known(this.#view);
    return Math.min(state.item, known(stages.at(-1)).shape[0] - 1);
  }

  // All channels of one pixel.
  /** @type {(row: number, column: number) => Float32Array} */
  #values(row, column) {
    const { data, shape } = known(this.#view).output,
      [, width, channels] = shape,
      at = (row * width + column) * channels;
    return data.subarray(at, at + channels);
  }

  /** @type {(x: number, y: number) => string[] | null} */
  #describe(x, y) {
    const cell = this.#layout?.cell(x, y);
    if (!cell) return null;
    const value = this.#values(cell.row, cell.column)[cell.channel];
    return [`${t("ui.cell_of_item", { item: this.#item, ...cell })} = ${exact(value)}`];
  }

  /** @type {(event: MouseEvent) => [row: number, column: number]} */
  #pixel(event) {
    const box = this.canvas.getBoundingClientRect();
    const [height, width] = known(this.#view).output.shape;
    const column = Math.min(
      width - 1,
      Math.floor(((event.clientX - box.left) / box.width) * width),
    );
    const row = Math.min(height - 1, Math.floor(((event.clientY - box.top) / box.height) * height));
    return [row, column];
  }

  /** @type {(x: number, y: number) => void} */
  #pick(x, y) {
    const cell = this.#layout?.cell(x, y);
    if (cell) this.#explain(cell.row, cell.column, cell.channel);
  }

  // In the channel that is its red.
  /** @param {MouseEvent} event */
  #explainPixel(event) {
    const { output, state } = known(this.#view);
    this.#explain(...this.#pixel(event), chosenChannels(output, state)[0]);
  }

  // Which base cells and which entries of z made this pixel.
  /** @type {(row: number, column: number, channel: number) => void} */
  #explain(row, column, channel) {
    const stage = known(known(this.#view).stages.at(-1)),
      cell = showCell(stage.name, toIndex(stage, this.#item, row, column, channel));
    askWhy(this.store, { ...cell, trail: "", origins: true });
  }

  /** @param {MouseEvent} event */
  #name(event) {
    const { output, state } = known(this.#view),
      [row, column] = this.#pixel(event);
    const values = this.#values(row, column);
    const shown = [...new Set(chosenChannels(output, state))];
    const numbers = shown.map((at) => `[${at}] ${exact(values[at])}`);
    this.readout.say(`${t("ui.cell", { row, column })}: ${numbers.join("  ")}`);
  }
}

// The values where the layout has them; NaN between the maps.
/** @type {(output: Floats, layout: Layout) => Float32Array} */
function arranged({ data, shape: [, , channels] }, layout) {
  const { totalWidth, totalHeight, cellOffset, channelOffset } = layout;
  const values = new Float32Array(totalWidth * totalHeight).fill(NaN);
  for (let cell = 0; cell < cellOffset.length; cell++)
    for (let channel = 0; channel < channels; channel++)
      values[cellOffset[cell] + channelOffset[channel]] = data[cell * channels + channel];
  return values;
}
