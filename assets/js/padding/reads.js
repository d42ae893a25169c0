// How often the output convolution reads each source cell: without a pad, and with one.

import { el } from "../dom.js";
import { GridMap } from "../grid.js";
import { t } from "../i18n.js";

/** @import { Padding } from "../contract.js" */

/** @typedef {[down: number[], across: number[]]} Counts of the rows and of the columns */
/** @typedef {{ mode: string, reads: Counts, copies: number }} Reads `mode`: "" without a pad */
/** @typedef {{ mode: string, reads: Counts | null, copies: number }} MaybeRead */

const MAX_HEIGHT = 220; // pixels

export class ReadMaps {
  constructor() {
    this.maps = [0, 1, 2].map(readMap);
    this.root = el("div", { class: "pad-reads" }, ...this.maps.map((map) => map.root));
  }

  // Without a pad, in the mode in use, and in the other one that is shown.
  /** @param {Padding} padding */
  draw({ how, shape: [, rows, columns], unpadded_reads, used, other }) {
    const without = unpadded_reads && { mode: "", reads: unpadded_reads, copies: 1 };
    const called = { ...used, mode: t(`borders.${how}.name`, { mode: used.mode }) };
    const shown = [without, called, other?.error ? null : other].map(visible);
    const most = Math.max(1, ...shown.map((counts) => (counts ? largest(counts) : 0)));
    // all of them first, as those that are shown share the width
    for (const [at, map] of this.maps.entries()) map.root.hidden = !shown[at];
    for (const [at, map] of this.maps.entries()) {
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
      map.title(title(counts, values));
    }
  }
}

function readMap() {
  /** @type {GridMap} */
  const map = new GridMap({
    maxHeight: MAX_HEIGHT,
    describe: (row, column) => t("pad_reads.cell", { row, column, count: map.value(row, column) }),
  });
  return map;
}

// A map that no padded one copies is read nowhere.
/** @type {(made: MaybeRead | null) => Reads | null} */
const visible = (made) => (made?.copies && made.reads ? { ...made, reads: made.reads } : null);

/** @param {Reads} counts */
const largest = ({ reads: [down, across], copies }) =>
  copies * Math.max(...down) * Math.max(...across);

/** @param {Reads} counts */
const outer = ({ reads: [down, across], copies }) =>
  Float32Array.from(down.flatMap((row) => across.map((column) => copies * row * column)));

/** @type {(counts: Reads, values: Float32Array) => string} */
function title({ mode, copies }, values) {
  const low = Math.min(...values),
    high = Math.max(...values);
  return t(copies > 1 ? "pad_reads.range_copies" : "pad_reads.range", {
    name: mode || t("pad_reads.none"),
    times: low === high ? low : t("pad_reads.from_to", { low, high }),
    copies,
  });
}
