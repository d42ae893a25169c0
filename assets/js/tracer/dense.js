// A dense layer's sum: one product for each entry of z, the largest in words.

import { numeric } from "../cells.js";
import { el, exact, number } from "../dom.js";
import { GridMap } from "../grid.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { drawStrip, linkItem, STRIP, sumLine } from "./parts.js";

/**
 * @import { WeightedSum } from "../contract.js"
 * @import { Scene, Telling } from "./parts.js"
 */

export class DenseSum {
  /** @type {WeightedSum | null} */
  #sum = null;

  /** @param {(at: number) => void} toEntry */
  constructor(toEntry) {
    this.toEntry = toEntry;
    this.list = el("ol", { class: "contributions" });
    this.products = new GridMap({
      title: t("tracer.dense_products"),
      pick: (row, column) => toEntry(row * STRIP + column),
      describe: (row, column) => this.#name(row * STRIP + column),
    });
  }

  /** @type {(scene: Scene, sum: WeightedSum) => Telling} */
  draw({ why, room }, sum) {
    this.#sum = sum;
    this.#drawList(sum);
    drawStrip(this.products, sum.by_cell.data, room);
    return {
      sentence: t("tracer.dense", { dims: sum.columns.length }),
      equation: sumLine(why, sum),
      figures: [this.list, this.products.root],
    };
  }

  /** @param {WeightedSum} sum */
  #drawList({ columns, largest, products, inputs, kernel, by_cell: { data: values } }) {
    const rest = columns.length - largest.length,
      shown = largest.reduce((total, at) => total + values[at], 0);
    const entries = largest.map((at) => {
      const parts = {
        at,
        z: number(inputs.data[at]),
        weight: number(kernel.data[at]),
        product: number(values[at]),
      };
      return linkItem(t("tracer.entry", parts), () => this.toEntry(at));
    });
    const left = { rest, sum: number(numeric(products) - shown) };
    if (rest > 0) entries.push(el("li", { text: t("tracer.rest", left) }));
    this.list.replaceChildren(...entries);
  }

  /** @param {number} at */
  #name(at) {
    const { columns, inputs, kernel, by_cell } = known(this.#sum);
    if (at >= columns.length) return "—";
    const [input, tap, product] = [inputs, kernel, by_cell].map(({ data }) => exact(data[at]));
    return `z[${at}] · W = ${input} · ${tap} = ${product}`;
  }
}
