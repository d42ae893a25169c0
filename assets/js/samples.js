// All items of a batch as small pictures; a click shows one large.

import { paintComposite } from "./composite.js";
import { el, setText } from "./dom.js";
import { t } from "./i18n.js";

/** @import { OutputView, Sample } from "./contract.js" */

export class Samples {
  /** @type {Tile[]} */
  #tiles = [];

  title = el("figcaption");
  row = el("div", { class: "tile-row" });
  root = el("figure", { class: "samples", id: "samples" }, this.title, this.row);

  /** @param {(item: number) => void} choose */
  constructor(choose) {
    this.choose = choose;
  }

  /** @param {OutputView} view */
  draw({ samples, state }) {
    this.root.hidden = !samples;
    if (!samples) return;
    const { count, items } = samples,
      shown = items.length;
    setText(this.title, t(shown < count ? "samples.first" : "samples.all", { count, shown }));
    while (this.#tiles.length < shown) this.#tiles.push(this.#add(this.#tiles.length));
    for (const [at, tile] of this.#tiles.entries()) tile.draw(items[at], at === state.item, state);
  }

  /** @param {number} item */
  #add(item) {
    const tile = new Tile(item, () => this.choose(item));
    this.row.append(tile.root);
    return tile;
  }
}

class Tile {
  canvas = el("canvas", { "aria-hidden": "true" });

  /**
   * @param {number} item
   * @param {() => void} choose
   */
  constructor(item, choose) {
    this.root = el(
      "button",
      { type: "button", class: "sample", data: { item }, on: { click: choose } },
      this.canvas,
      el("span", { text: t("samples.item", { item }) }),
    );
  }

  /** @type {(sample: Sample | undefined, chosen: boolean, state: OutputView["state"]) => void} */
  draw(sample, chosen, state) {
    this.root.hidden = !sample;
    if (!sample) return;
    this.root.setAttribute("aria-pressed", String(chosen));
    paintComposite(this.canvas, { output: sample.map, mapping: sample.mapping, state });
  }
}
