// The output without a pad: the same inner cells, the outer band is missing.

import { scaleOf } from "../colors.js";
import { el, exact, setText } from "../dom.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { Panel, valueAt } from "./panel.js";

/**
 * @import { Floats, Padding } from "../contract.js"
 * @import { Margin } from "../heatmap_plot.js"
 */

export class UnpaddedOutput {
  /** @type {Floats | null} */
  #output = null;

  note = el("p", { class: "help" });

  constructor() {
    this.panel = new Panel("unpadded", "", {
      describe: (x, y) => this.#describe(x, y),
    });
    this.root = el(
      "div",
      { class: "pad-pair unpadded" },
      this.panel.root,
      el("div", {}, this.note),
    );
  }

  // It shares the scale of the output with the pad.
  /** @param {Padding} padding */
  draw(padding) {
    const { unpadded, unpadded_reads, untouched, output_channel: channel } = padding,
      padded = known(padding.used.output),
      [[top, rows], [left, columns]] = known(untouched);
    const [height, width] = padded.shape;
    this.root.hidden = !unpadded && unpadded_reads !== null; // its windows stand elsewhere then
    this.panel.root.hidden = !unpadded;
    setText(
      this.note,
      t(unpadded ? "pad_reads.band" : "pad_reads.no_unpadded", {
        size: `${height}×${width}`,
        band: height * width - rows * columns,
        cells: height * width,
        inner: `${rows}×${columns}`,
      }),
    );
    if (!unpadded) return;
    this.panel.name(t("pad_reads.unpadded", { channel }));
    this.#output = unpadded.output;
    const [down, across] = unpadded.output.shape;
    /** @type {Margin} */
    const margin = [
      top,
      Math.max(0, height - top - down),
      left,
      Math.max(0, width - left - across),
    ];
    const color = scaleOf(padded.data, true);
    this.panel.draw(unpadded.output, color, { name: "unpadded", margin });
  }

  /** @type {(x: number, y: number) => string[] | null} */
  #describe(x, y) {
    const value = valueAt(known(this.#output), x, y);
    return value === null ? null : [`${t("ui.cell", { row: y, column: x })} = ${exact(value)}`];
  }
}
