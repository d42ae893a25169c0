// Another mode of a pad beside the one in use: its map, and what it changes in the output.

import { el, exact, number, setText } from "../dom.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { wording } from "../messages.js";
import { band, border } from "./frames.js";
import { Panel, valueAt } from "./panel.js";

/**
 * @import { Scale } from "../colors.js"
 * @import { OtherMode, Padding } from "../contract.js"
 * @import { Handlers } from "../heatmap.js"
 */

const LEAST_CHANGE = 1e-12; // the end of a scale where nothing changes

export class OtherModePair {
  /** @type {{ other: OtherMode, used: string } | null} */
  #shown = null;

  problem = el("p", { class: "field-error", hidden: true });

  /**
   * @param {Handlers} handlers of the padded map
   * @param {(x: number, y: number) => void} pick a cell of the output
   */
  constructor(handlers, pick) {
    this.padded = new Panel("pad-other", "", handlers);
    this.change = new Panel("pad-change", "", {
      describe: (x, y) => this.#describe(x, y),
      pick,
    });
    this.pair = el("div", { class: "pad-pair" }, this.change.root, this.padded.root);
    this.root = el("div", { class: "pad-other" }, this.problem, this.pair);
  }

  // `range`: of the padded maps, which stand on one scale.
  /** @type {(padding: Padding, range: Scale) => void} */
  draw(padding, range) {
    const { other, used } = padding;
    this.root.hidden = !other;
    if (!other) return;
    this.problem.hidden = !other.error;
    this.pair.hidden = Boolean(other.error);
    if (other.error) return setText(this.problem, wording(other.error));
    const base = t(`borders.${padding.how}.name`, { mode: used.mode });
    this.#shown = { other, used: base };
    const { mode, difference } = other;
    this.padded.name(t(`borders.${padding.how}.other`, { mode }));
    this.padded.draw(other.padded, range, { name: "other", shapes: border(padding) });
    this.change.root.hidden = !difference;
    if (!difference) return;
    const most = reach(difference.data),
      end = Math.max(LEAST_CHANGE, most);
    this.change.name(
      t("ui.pad_difference", { stage: padding.output_stage, mode, base, most: number(most) }),
    );
    const color = { name: "blue_orange", low: -end, high: end };
    this.change.draw(difference, color, { name: "change", shapes: band(padding) });
  }

  /** @type {(x: number, y: number) => string[] | null} */
  #describe(x, y) {
    const { other, used } = known(this.#shown),
      value = valueAt(known(other.output), x, y);
    if (value === null) return null;
    return [
      `${t("ui.cell", { row: y, column: x })} = ${exact(value)}`,
      `${other.mode} − ${used} = ${exact(valueAt(known(other.difference), x, y))}`,
    ];
  }
}

// The largest finite size of a value.
/** @param {Float32Array} values */
function reach(values) {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
}
