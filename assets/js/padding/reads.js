// How often the output convolution reads each source cell, by the mode of the pad.

import { el } from "../dom.js";
import { GridMap } from "../grid.js";
import { t } from "../i18n.js";

/**
 * @import { PadMode, PaddedBy, Padding } from "../contract.js"
 */

/** @typedef {[down: number[], across: number[]]} Counts of the rows and of the columns */
/** @typedef {{ mode: PadMode | null, map: GridMap }} Shown without a pad where there is no mode */
/** @typedef {{ reads: Counts, copies: number }} Reads */

const MAX_HEIGHT = 220; // pixels

export class ReadMaps {
  /** @param {PadMode[]} modes */
  constructor(modes) {
    this.maps = [...modes, null].map((mode) => readMap(mode));
    this.root = el("div", { class: "pad-reads" }, ...this.maps.map(({ map }) => map.root));
  }

  /** @type {(padding: Padding, made: (mode: PadMode) => PaddedBy | null) => void} */
  draw({ shape: [, rows, columns], unpadded_reads }, made) {
    const without = unpadded_reads && { reads: unpadded_reads, copies: 1 };
    const shown = this.maps.map(({ mode }) => visible(mode ? made(mode) : without));
    const most = Math.max(1, ...shown.map((counts) => (counts ? largest(counts) : 0)));
    // all of them first, as those that are shown share the width
    for (const [at, { map }] of this.maps.entries()) map.root.hidden = !shown[at];
    for (const [at, { map, mode }] of this.maps.entries()) {
      const counts = shown[at];
      if (!counts) continue;
      const values = outer(counts);
      map.draw(
        { values, rows, columns },
        {
          color: { name: "viridis", low: 0, high: most },
          numbers: false,
          room: map.root.clientWidth,
        },
      );
      map.title(title(mode, values, counts.copies));
    }
  }
}

/** @type {(mode: PadMode | null) => Shown} */
function readMap(mode) {
  const map = new GridMap({
    title: mode ?? t("pad_reads.none"),
    maxHeight: MAX_HEIGHT,
    describe: (row, column) => t("pad_reads.cell", { row, column, count: map.value(row, column) }),
  });
  return { mode, map };
}

// A map that no padded one copies is read nowhere.
/** @type {(made: Reads | null) => Reads | null} */
const visible = (made) => (made?.copies ? made : null);

/** @param {Reads} counts */
const largest = ({ reads: [down, across], copies }) =>
  copies * Math.max(...down) * Math.max(...across);

/** @param {Reads} counts */
const outer = ({ reads: [down, across], copies }) =>
  Float32Array.from(down.flatMap((row) => across.map((column) => copies * row * column)));

/** @type {(mode: PadMode | null, values: Float32Array, copies: number) => string} */
function title(mode, values, copies) {
  const low = Math.min(...values),
    high = Math.max(...values);
  return t(copies > 1 ? "pad_reads.range_copies" : "pad_reads.range", {
    name: mode ?? t("pad_reads.none"),
    times: low === high ? low : t("pad_reads.from_to", { low, high }),
    copies,
  });
}
