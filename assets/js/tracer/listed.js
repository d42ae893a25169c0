// A sum of all entries of a vector, one product each, the largest in words.

import { numeric } from "../cells.js";
import { el, exact, number } from "../dom.js";
import { GridMap } from "../grid.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { drawStrip, linkItem, STRIP, sumLine } from "./parts.js";

/**
 * @import { Explanation, WeightedSum } from "../contract.js"
 * @import { Go, Scene, Telling } from "./parts.js"
 */

export class ListedSum {
  /** @type {{ why: Explanation, sum: WeightedSum } | null} */
  #shown = null;

  /** @param {Go} go */
  constructor(go) {
    this.go = go;
    this.list = el("ol", { class: "contributions" });
    this.products = new GridMap({
      title: t("tracer.dense_products"),
      pick: (row, column) => this.#toEntry(row * STRIP + column),
      describe: (row, column) => this.#name(row * STRIP + column),
    });
  }

  /** @type {(scene: Scene, sum: WeightedSum) => Telling} */
  draw({ why, room }, sum) {
    this.#shown = { why, sum };
    this.#drawList(why, sum);
    drawStrip(this.products, sum.by_cell.data, room);
    return {
      sentence: t(`tracer.${sum.sentence}`, {
        dims: sum.by_cell.data.length,
        source: why.source_stage,
      }),
      equation: sumLine(why, sum),
      figures: [this.list, this.products.root],
    };
  }

  /** @type {(why: Explanation, sum: WeightedSum) => void} */
  #drawList(
    { source_stage: source },
    { largest, products, inputs, kernel, by_cell: { data: values } },
  ) {
    const rest = values.length - largest.length,
      shown = largest.reduce((total, at) => total + values[at], 0);
    const entries = largest.map((at) => {
      const parts = {
        at,
        source,
        z: number(inputs.data[at]),
        weight: number(kernel.data[at]),
        product: number(values[at]),
      };
      return linkItem(t("tracer.entry", parts), () => this.#toEntry(at));
    });
    const left = { rest, sum: number(numeric(products) - shown) };
    if (rest > 0) entries.push(el("li", { text: t("tracer.rest", left) }));
    this.list.replaceChildren(...entries);
  }

  /** @param {number} at */
  #toEntry(at) {
    const { why, sum } = known(this.#shown);
    if (at < sum.by_cell.data.length) this.go(why.source_stage, [...why.index.slice(0, -1), at]);
  }

  /** @param {number} at */
  #name(at) {
    const { why, sum } = known(this.#shown),
      { inputs, kernel, by_cell } = sum;
    if (at >= by_cell.data.length) return "—";
    const [input, tap, product] = [inputs, kernel, by_cell].map(({ data }) => exact(data[at]));
    return `${why.source_stage}[${at}] · W = ${input} · ${tap} = ${product}`;
  }
}
