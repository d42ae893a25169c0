// From which base cells and which entries of z a value comes, each with its share.

import { numeric } from "../cells.js";
import { el, exact, number, setText } from "../dom.js";
import { GridMap } from "../grid.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { drawStrip, linkItem, range, STRIP } from "./parts.js";

/**
 * @import { Floats, JsonNumber, Origins as Shares } from "../contract.js"
 * @import { Go, Scene } from "./parts.js"
 */

const MOST_WIDTH = 560; // of the base map, in pixels

export class Origins {
  /** @type {Shares | null} */
  #shares = null;

  /** @param {Go} go */
  constructor(go) {
    this.go = go;
    this.base = new GridMap({
      pick: (row, column) => this.#toBase(row, column),
      describe: (row, column) =>
        t("tracer.base_part", { row, column, part: exact(this.base.value(row, column)) }),
    });
    this.z = new GridMap({
      title: t("tracer.z"),
      pick: (row, column) => this.#toEntry(row * STRIP + column),
      describe: (row, column) =>
        t("tracer.z_part", { at: row * STRIP + column, part: exact(this.z.value(row, column)) }),
    });
    this.list = el("ol", { class: "contributions" });
    this.note = el("p", { class: "equation mono" });
    this.root = el(
      "div",
      { class: "origins", hidden: true },
      el("p", { class: "sentence", text: t("tracer.origins") }),
      this.note,
      el("div", { class: "trace-figures" }, this.base.root, this.z.root, this.list),
    );
  }

  /** @param {Scene} scene */
  draw({ why }) {
    const { origins } = why;
    this.root.hidden = !origins;
    if (!origins) return;
    const room = this.note.clientWidth; // a line stands beside it
    this.#shares = origins;
    const { base, z } = origins,
      finite = z.data.every(Number.isFinite);
    for (const part of [this.base.root, this.z.root, this.list]) part.hidden = !finite;
    setText(this.note, finite ? inWords(origins, why.value) : t("tracer.origins_lost"));
    if (!finite) return;
    this.base.root.hidden = !base;
    if (base) this.#drawBase(base, Math.min(MOST_WIDTH, room));
    drawStrip(this.z, z.data, room);
    this.#drawList(origins);
  }

  /** @type {(base: Floats, room: number) => void} */
  #drawBase({ data: values, shape: [rows, columns] }, room) {
    this.base.title(t("tracer.base", { rows, columns }));
    this.base.draw(
      { values, rows, columns },
      { rowNames: range(rows), columnNames: range(columns), room },
    );
  }

  /** @param {Shares} shares */
  #drawList({ z: { data }, largest }) {
    const entries = largest
      .filter((at) => data[at] !== 0)
      .map((at) =>
        linkItem(t("tracer.z_part", { at, part: number(data[at]) }), () => this.#toEntry(at)),
      );
    if (!entries.length) entries.push(el("li", { text: t("tracer.no_share") }));
    this.list.replaceChildren(...entries);
  }

  /** @type {(row: number, column: number) => void} */
  #toBase(row, column) {
    const { item, base_stage, base_channels } = known(this.#shares);
    this.go(known(base_stage), [item, row, column, known(base_channels)[row][column]]);
  }

  /** @param {number} at */
  #toEntry(at) {
    const { item, z_stage, z } = known(this.#shares);
    if (at < z.data.length) this.go(z_stage, [item, at]);
  }
}

// How much of the value the base cells and z make up, and what is left for biases.
/** @type {(shares: Shares, value: JsonNumber) => string} */
function inWords({ base, base_rest, z, z_rest }, value) {
  /** @type {(key: string, parts: Float32Array, rest: JsonNumber) => string} */
  const line = (key, parts, rest) =>
    t(key, {
      sum: number(parts.reduce((total, part) => total + part, 0)),
      rest: number(numeric(rest)),
      total: number(numeric(value)),
    });
  const lines = [line("tracer.origins_z", z.data, z_rest)];
  if (base) lines.unshift(line("tracer.origins_base", base.data, base_rest));
  return lines.join("\n");
}
