// Feature maps: the focused stage, large and exact.

import { askWhy, showCell, toIndex } from "../cells.js";
import { coloring } from "../colors.js";
import { el, exact, setText } from "../dom.js";
import { Heatmap } from "../heatmap.js";
import { t } from "../i18n.js";
import { closingByEscape } from "../inspector.js";
import { Kernels } from "../kernels.js";
import { known } from "../known.js";
import {
  baseRows,
  cellAt,
  channelsOf,
  constantMarks,
  heightOf,
  itemOf,
  layOut,
  pictureOf,
  shapesOf,
  singleOf,
  tracedFrame,
  valuesOf,
} from "../maps/picture.js";
import { isFinger } from "../pointer.js";

/**
 * @import { MapsView, Stage } from "../contract.js"
 * @import { Shown } from "../maps/picture.js"
 * @import { Given } from "../main.js"
 * @import { Place } from "../tiles.js"
 */

/** @type {Record<string, [right: number, down: number]>} */
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const PLACES = {
  strip: "ui.dimension_of_item",
  vector: "ui.unit_of_item",
  mosaic: "ui.cell_of_item",
};

export class MapsPage {
  key = ""; // of the layout; another one, or none, lays the maps out anew
  room = 0; // pixels for the map; 0: to be measured
  /** @type {Shown | null} */
  #shown = null;

  note = el("p", { class: "help" });

  /** @param {Given} given */
  constructor({ store, tracer }) {
    this.store = store;
    this.tracer = tracer;
    this.kernels = new Kernels(store);
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
    tracer.topOfMark = () => this.#topOfMark();
    this.root = el(
      "div",
      { class: "looked-at", on: closingByEscape(tracer) },
      ...[this.host, this.note, this.kernels.root],
    );
  }

  /** @param {MapsView} view */
  draw(view) {
    const stage = known(view.stages.find(({ name }) => name === view.focus.stage));
    this.kernels.draw(view);
    this.host.hidden = stage.unknown;
    if (stage.unknown) setText(this.note, t("ui.no_map"));
    else this.#drawMap(view, stage);
  }

  /** @type {(view: MapsView, stage: Stage) => void} */
  #drawMap(view, stage) {
    const shown = this.#show(view, stage),
      { layout, single } = shown;
    const colors = coloring(view.state, stage),
      each = colors.perChannel && single === null; // on a scale of its own
    const [low, high] = each ? [0, 1] : colors.range(single ?? 0);
    const words = each ? [t("ui.high"), "", t("ui.low")] : undefined;
    this.host.style.height = `${heightOf(layout, this.room)}px`;
    this.host.setAttribute("aria-label", label(shown));
    setText(this.note, hint(shown));
    const vector = layout.kind === "vector";
    this.heatmap.draw(
      pictureOf(shown, colors),
      { name: colors.name, low, high, words },
      {
        key: this.key,
        axes: vector ? baseRows(layout) : single !== null,
        stretch: vector,
        labels: constantMarks(shown),
        shapes: shapesOf(shown),
      },
    );
  }

  // Lays the stage out anew where another one is in focus, or another channel.
  /** @type {(view: MapsView, stage: Stage) => Shown} */
  #show(view, stage) {
    const { channel } = view.state,
      single = singleOf(view.state, stage);
    this.room ||= this.host.clientWidth; // reading it makes the browser lay the page out
    const key = `${stage.name} ${stage.shape} ${channel}`;
    const layout =
      key === this.key && this.#shown ? this.#shown.layout : layOut(stage, single, this.room);
    this.key = key;
    this.#shown = { view, stage, single, layout };
    return this.#shown;
  }

  // Of the explained cell's frame, in the window; a click may have laid the maps out anew.
  #topOfMark() {
    const mark = this.#shown && this.host.checkVisibility() && tracedFrame(this.#shown).at(-1);
    return mark ? this.heatmap.topOf((Number(mark.y0) + Number(mark.y1)) / 2) : null;
  }

  /** @type {(x: number, y: number) => string[] | null} */
  #describe(x, y) {
    const shown = this.#shown,
      cell = shown && cellAt(shown, x, y);
    if (!cell) return null;
    const { view, stage } = shown,
      at = unitOf(stage, cell);
    const lines = [`${placeWords(shown, cell)} = ${exact(valuesOf(view).data[at])}`];
    if (stage.flat.data[cell.channel]) lines.push(t("ui.constant_map"));
    return lines;
  }

  // A click on a cell asks why it is what it is, and shows its map alone.
  /** @type {(x: number, y: number) => void} */
  #click(x, y) {
    const shown = this.#shown,
      cell = shown && cellAt(shown, x, y);
    if (!cell) return;
    const { view, stage } = shown,
      index = toIndex(stage, itemOf(view, stage), cell.row, cell.column, cell.channel);
    // stays as it is shown
    const vector = index.length === 2 ? { channel: view.state.channel } : {};
    askWhy(this.store, { ...showCell(stage.name, index), ...vector, trail: "" });
  }

  // Arrows: next and previous channel; with shift they move from cell to cell, and Enter asks why.
  // Escape: all channels.
  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = STEPS[event.key];
    if (event.key === "Escape") {
      event.stopPropagation(); // it leads back step by step: from the explanation, to all channels
      return this.store.form.cell ? this.tracer.close() : this.store.set({ channel: -1 });
    }
    if (event.key === "Enter") return this.heatmap.pickHere();
    if (!step) return;
    event.preventDefault();
    if (event.shiftKey) return this.heatmap.move(...step);
    const at = Number(this.store.form.channel) + step[0] + step[1];
    const last = channelsOf(known(this.#shown).stage) - 1;
    this.store.set({ channel: Math.max(-1, Math.min(last, at)) });
  }
}

/** @param {Shown} shown */
function label({ stage, single, layout }) {
  return single === null
    ? t("ui.map_label", { stage: stage.name, channels: layout.channels })
    : t("ui.map_label_one", { stage: stage.name, channels: `${single} / ${channelsOf(stage)}` });
}

// What can be done with the map, and what it leaves out.
/** @param {Shown} shown */
function hint({ stage, single, layout }) {
  const all = channelsOf(stage),
    mosaic = single === null && layout.kind === "mosaic";
  const one = all === 1 ? "ui.hint_point" : mosaic ? "ui.hint_all" : "ui.hint_one";
  const parts = [t(isFinger() ? "ui.hint_finger" : one)];
  const [rows, columns, channels] = stage.map_shape;
  if (layout.kind === "vector" && rows * columns > 1 && channels > 1)
    parts.unshift(t("ui.hint_vector", { rows, columns, channels }));
  if (mosaic && all > layout.channels)
    parts.unshift(t("ui.hint_hidden", { shown: layout.channels, channels: all }));
  return parts.join(t("ui.space"));
}

// A cell's position in the flattened item.
/** @type {(stage: Stage, cell: Place) => number} */
function unitOf({ map_shape }, { row, column, channel }) {
  const [, width, channels] = map_shape;
  return (row * width + column) * channels + channel;
}

/** @type {(shown: Shown, cell: Place) => string} */
function placeWords({ view, stage }, cell) {
  const [, width, channels] = stage.map_shape;
  const words = {
    ...cell,
    item: itemOf(view, stage),
    width,
    channels,
    unit: unitOf(stage, cell),
  };
  return t(PLACES[stage.layout], words);
}
