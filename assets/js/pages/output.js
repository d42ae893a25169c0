// Output: the last stage as a picture where its channels allow it, and as maps in any case.

import { askWhy, showCell } from "../cells.js";
import { choiceControl } from "../controls.js";
import { chosenChannels, paintComposite } from "../composite.js";
import { coloringOfWhole } from "../colors.js";
import { el, exact, setText } from "../dom.js";
import { Heatmap } from "../heatmap.js";
import { has, t } from "../i18n.js";
import { Readout } from "../readout.js";
import { columnsFor, mosaic } from "../tiles.js";

const COLORS = ["red", "green", "blue"];

// What the mapping makes of the lowest and the highest value; null where no value is finite.
function mappingWords(mapping, extent) {
  if (!extent) return t("mapping.nothing");
  const [low, high] = extent,
    flat = `mapping.${mapping}_flat`;
  const key = low === high && has(flat) ? flat : `mapping.${mapping}`;
  return t(key, { low: exact(low), high: exact(high) });
}

export class OutputPage {
  constructor(store, fields) {
    this.store = store;
    this.sentence = el("p", { class: "sentence" });
    this.mapping = choiceControl(fields.rgb_mapping, store, { label: t("ui.rgb_mapping") });
    this.channels = COLORS.map((name) =>
      choiceControl({ ...fields[name], choices: [] }, store, { label: t(`ui.${name}`) }),
    );
    this.canvas = el("canvas", {
      class: "picture",
      role: "img",
      "aria-label": t("ui.composite"),
      on: {
        mousemove: (event) => this.#name(event),
        mouseleave: () => this.readout.clear(),
        click: (event) => this.#explain(...this.#pixel(event)),
      },
    });
    this.readout = new Readout(t("ui.hint_picture"));
    this.mapped = el("p", { class: "help", id: "mapping-note" });
    this.host = el("div", { class: "output-maps" });
    this.heatmap = new Heatmap(this.host, {
      describe: (x, y) => this.#describe(x, y),
      pick: (x, y) => this.#pick(x, y),
      label: t("ui.output_maps"),
      keys: true,
    });
    this.note = el("p", { class: "help", text: t("ui.output_note") });
    this.root = el(
      "div",
      { class: "output-page" },
      el(
        "div",
        { class: "stage-head" },
        el("div", {}, el("h2", { class: "stage-title", text: "conv_out/conv2d" }), this.sentence),
        el(
          "div",
          { class: "toolbar" },
          this.mapping.root,
          ...this.channels.map(({ root }) => root),
        ),
      ),
      el(
        "div",
        { class: "output-body" },
        el("figure", {}, this.canvas, this.readout.root, this.mapped),
        el("figure", {}, this.host, this.note),
      ),
    );
  }

  draw(view) {
    this.view = view;
    this.stage = view.stages.at(-1);
    const { state } = view;
    const kind = state.C === 1 ? "output_grey" : state.C === 3 ? "output_rgb" : "output_other";
    setText(
      this.sentence,
      `${t("ui.output_is")}${t("ui.space")}${t(`ui.${kind}`, { C: state.C })}`,
    );
    this.mapping.set(state.rgb_mapping);
    this.#offerChannels(view);
    const words = mappingWords(view.mapping, paintComposite(this.canvas, view));
    setText(this.mapped, state.rgb_mapping === "auto" ? t("mapping.auto", { words }) : words);
    return this.#drawMaps(state);
  }

  #offerChannels({ output, state }) {
    const free = ![1, 3].includes(output.shape[2]);
    // what is drawn, where the state names more than there are
    const chosen = chosenChannels(output, state);
    const names = Array.from({ length: output.shape[2] }, (_, at) => String(at));
    this.channels.forEach((control, at) => {
      control.root.hidden = !free;
      control.offer(names);
      control.set(chosen[at]);
    });
  }

  #drawMaps(state) {
    const [height, width, channels] = this.view.output.shape;
    this.room ||= this.host.clientWidth;
    const key = this.view.output.shape.join();
    if (key !== this.key)
      this.layout = mosaic(
        height,
        width,
        channels,
        columnsFor(height, width, channels, Math.max(0.6, this.room / 420)),
      );
    this.key = key;
    const { totalWidth, totalHeight, cellOffset, channelOffset } = this.layout;
    const values = new Float32Array(totalWidth * totalHeight).fill(NaN);
    const colors = coloringOfWhole(state, this.stage);
    for (let cell = 0; cell < cellOffset.length; cell++) {
      for (let channel = 0; channel < channels; channel++) {
        values[cellOffset[cell] + channelOffset[channel]] =
          this.view.output.data[cell * channels + channel];
      }
    }
    const [low, high] = colors.range(0);
    const fit = (this.room - 90) * (totalHeight / totalWidth) + 46;
    this.host.style.height = `${Math.round(Math.max(150, Math.min(520, fit)))}px`;
    const picture = {
      values,
      width: totalWidth,
      height: totalHeight,
      gaps: (at) => !this.layout.cell(at % totalWidth, Math.floor(at / totalWidth)),
    };
    return this.heatmap.draw(picture, { name: colors.name, low, high }, { key });
  }

  #values(row, column) {
    const [, width, channels] = this.view.output.shape;
    return this.view.output.data.subarray(
      (row * width + column) * channels,
      (row * width + column + 1) * channels,
    );
  }

  #describe(x, y) {
    const cell = this.layout?.cell(x, y);
    if (!cell) return null;
    const item = Math.min(this.view.state.item, this.stage.shape[0] - 1);
    const value = this.#values(cell.row, cell.column)[cell.channel];
    return [`${t("ui.cell_of_item", { item, ...cell })} = ${exact(value)}`];
  }

  #pixel(event) {
    const box = this.canvas.getBoundingClientRect();
    const [height, width] = this.view.output.shape;
    const column = Math.min(
      width - 1,
      Math.floor(((event.clientX - box.left) / box.width) * width),
    );
    const row = Math.min(height - 1, Math.floor(((event.clientY - box.top) / box.height) * height));
    return [row, column];
  }

  #pick(x, y) {
    const cell = this.layout?.cell(x, y);
    if (cell) this.#explain(cell.row, cell.column, cell.channel);
  }

  // Which base cells and which entries of z made this pixel.
  #explain(row, column, channel = chosenChannels(this.view.output, this.view.state)[0]) {
    const item = Math.min(this.view.state.item, this.stage.shape[0] - 1);
    askWhy(this.store, {
      ...showCell(this.stage.name, [item, row, column, channel]),
      trail: "",
      origins: true,
    });
  }

  #name(event) {
    const [row, column] = this.#pixel(event);
    const values = this.#values(row, column);
    const shown = [...new Set(chosenChannels(this.view.output, this.view.state))];
    const numbers = shown.map((at) => `[${at}] ${exact(values[at])}`);
    this.readout.say(`${t("ui.cell", { row, column })}: ${numbers.join("  ")}`);
  }
}
