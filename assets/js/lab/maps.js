// The lab's map before and after the pad: for every padded cell the one that it copies.

import { FROM, scaleOf, TO } from "../colors.js";
import { el, exact } from "../dom.js";
import { GridMap } from "../grid.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { Readout } from "../readout.js";
import { arrow, inWords, isWhollyAdded, marksOf, originOf } from "./sources.js";

/**
 * @import { Lab } from "../contract.js"
 * @import { Frame } from "../grid_paint.js"
 * @import { Place } from "./sources.js"
 */

const LINE = "#ffffff";
const GAP = 24; // pixels between the two maps
const SIDE_BY_SIDE = 700; // pixels from which on they stand so
const LEAST_ROOM = 240;

/** @param {number} size */
const names = (size) => Array.from({ length: size }, (_, at) => String(at));

export class LabMaps {
  /** @type {Lab | null} */
  #lab = null;
  /** @type {Frame[]} */
  #edge = []; // of the original in the padded map

  readout = new Readout(t("lab.hint"));

  constructor() {
    this.before = new GridMap({
      title: t("lab.before"),
      point: (at) => this.#pointSource(at),
      describe: (...at) => this.#nameSource(...at),
    });
    this.after = new GridMap({
      title: t("lab.after"),
      point: (at) => this.#pointPadded(at),
      describe: (...at) => this.#namePadded(...at),
    });
    this.root = el(
      "div",
      { class: "pad-pair" },
      el("div", {}, this.before.root),
      el("div", {}, this.after.root),
    );
  }

  /** @param {Lab} lab */
  draw(lab) {
    this.#lab = lab;
    const { axes, source, padded } = lab,
      [height, width] = source.shape,
      [tall, wide] = padded.shape,
      { clientWidth } = this.root;
    const room = Math.max(LEAST_ROOM, (clientWidth - GAP) / (clientWidth > SIDE_BY_SIDE ? 2 : 1));
    const [[top], [left]] = [axes[1].pads, axes[2].pads];
    const edge = { row: top, column: left, rows: height, columns: width };
    const whole = isWhollyAdded(lab); // has no original
    this.#edge = whole ? [] : [{ ...edge, color: LINE, dash: [5, 3], line: 2 }];
    this.before.root.hidden = whole;
    this.after.title(t(whole ? "lab.after_constant" : "lab.after"));
    const color = scaleOf(padded.data, lab.signed),
      style = { color, stretch: tall * 8 < wide, readable: true };
    this.after.draw(
      { values: padded.data, rows: tall, columns: wide },
      { ...style, rowNames: names(tall), columnNames: names(wide), frames: this.#edge, room },
    );
    this.before.draw(
      { values: source.data, rows: height, columns: width },
      { color, rowNames: names(height), columnNames: names(width), cell: this.after.cell },
    );
    this.readout.clear(t(lab.mode === "CONSTANT" ? "lab.hint_constant" : "lab.hint"));
  }

  /** @type {(row: number, column: number) => string} */
  #nameSource(row, column) {
    const lab = known(this.#lab),
      { axes, item, channel } = lab;
    const place = [axes[0].sources[item], row, column, axes[3].sources[channel]];
    const index = inWords(lab, place);
    return `${t("ui.in_original", { index })} = ${exact(this.before.value(row, column))}`;
  }

  // The readout above names its source.
  /** @type {(row: number, column: number) => string} */
  #namePadded(row, column) {
    const lab = known(this.#lab),
      index = inWords(lab, [lab.item, row, column, lab.channel]);
    return `${t("ui.in_padded", { index })} = ${exact(this.after.value(row, column))}`;
  }

  // The copied cell in both maps, the line it is mirrored at, and for a corner the cell in between.
  /** @param {Place | null} at */
  #pointPadded(at) {
    const lab = this.#lab;
    if (!lab) return;
    if (!at) return this.#clear();
    this.readout.say(arrow(lab, at));
    const origin = originOf(lab, at),
      [, row, column] = origin;
    if (origin.includes(-1)) this.#outline([], []);
    else this.#outline([{ row, column, color: FROM }], marksOf(lab, at, [row, column]));
  }

  /** @param {Place | null} at */
  #pointSource(at) {
    if (!this.#lab) return;
    if (!at) return this.#clear();
    const [row, column] = at,
      [, { sources: rows }, { sources: columns }] = this.#lab.axes;
    const copies = rows.flatMap((y, down) =>
      y === row
        ? columns.flatMap((x, across) =>
            x === column ? [{ row: down, column: across, color: TO }] : [],
          )
        : [],
    );
    this.readout.say(t("ui.copies", { row, column, count: copies.length }));
    this.after.outline([...this.#edge, ...copies]);
  }

  /** @type {(before: Frame[], after: Frame[]) => void} */
  #outline(before, after) {
    this.before.outline(before);
    this.after.outline([...this.#edge, ...after]);
  }

  #clear() {
    this.#outline([], []);
    this.readout.clear();
  }
}
