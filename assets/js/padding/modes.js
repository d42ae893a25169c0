// What each mode of a pad makes of the map, and what it changes in the output.

import { scaleOf } from "../colors.js";
import { el, exact, number, setText } from "../dom.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { wording } from "../messages.js";
import { band, border } from "./frames.js";
import { Panel, valueAt } from "./panel.js";

/**
 * @import { Scale } from "../colors.js"
 * @import { PadMode, PaddedBy, Padding } from "../contract.js"
 * @import { Handlers } from "../heatmap.js"
 */

const LEAST_CHANGE = 1e-12; // the end of a scale where nothing changes

export class ModeRows {
  /**
   * @param {PadMode[]} modes
   * @param {(mode: PadMode) => Handlers} handlers of the padded map
   * @param {(x: number, y: number) => void} pick a cell of the output
   */
  constructor(modes, handlers, pick) {
    this.rows = modes.map((mode) => new ModeRow(mode, handlers(mode), pick));
    this.root = el("div", { class: "pad-modes" }, ...this.rows.map(({ root }) => root));
  }

  // `range`: of the padded maps, which stand on one scale.
  /** @type {(padding: Padding, range: Scale) => Promise<unknown>} */
  draw(padding, range) {
    const changes = padding.modes.map((made) => (made.error ? 0 : reach(made.difference.data)));
    const most = Math.max(LEAST_CHANGE, ...changes);
    return Promise.all(this.rows.map((row) => row.draw(padding, range, most)));
  }

  // The map that a mode padded.
  /** @param {PadMode} mode */
  padded(mode) {
    return known(this.rows.find((row) => row.mode === mode)).padded;
  }
}

class ModeRow {
  /** @type {{ made: PaddedBy, base: PadMode } | null} */
  #shown = null;

  problem = el("p", { class: "field-error", hidden: true });

  /**
   * @param {PadMode} mode
   * @param {Handlers} handlers
   * @param {(x: number, y: number) => void} pick
   */
  constructor(mode, handlers, pick) {
    this.mode = mode;
    this.padded = new Panel(`pad-${mode}`, t("ui.pad_after", { mode }), handlers);
    this.change = new Panel(`change-${mode}`, "", {
      describe: (x, y) => this.#describe(x, y),
      pick,
    });
    this.root = el(
      "section",
      { class: "pad-mode" },
      this.problem,
      this.padded.root,
      this.change.root,
    );
  }

  /** @type {(padding: Padding, range: Scale, most: number) => Promise<unknown>} */
  async draw(padding, range, most) {
    const { mode } = this,
      made = known(padding.modes.find((entry) => entry.mode === mode));
    this.problem.hidden = !made.error;
    this.padded.root.hidden = this.change.root.hidden = Boolean(made.error);
    if (made.error) return setText(this.problem, wording(made.error));
    this.#shown = { made, base: padding.mode };
    const same = mode === padding.mode,
      { output, difference } = made;
    this.change.name(
      t(same ? "ui.pad_output" : "ui.pad_difference", {
        mode,
        base: padding.mode,
        most: number(reach(difference.data)),
      }),
    );
    const color = same
      ? scaleOf(output.data, true)
      : { name: "blue_orange", low: -most, high: most };
    return Promise.all([
      this.padded.draw(made.padded, range, { name: mode, shapes: border(padding) }),
      this.change.draw(same ? output : difference, color, {
        name: `change ${mode}`,
        shapes: band(padding),
      }),
    ]);
  }

  /** @type {(x: number, y: number) => string[] | null} */
  #describe(x, y) {
    const { made, base } = known(this.#shown),
      value = valueAt(made.output, x, y);
    if (value === null) return null;
    const lines = [`${t("ui.cell", { row: y, column: x })} = ${exact(value)}`];
    if (this.mode !== base)
      lines.push(`${this.mode} − ${base} = ${exact(valueAt(made.difference, x, y))}`);
    return lines;
  }
}

// The largest finite size of a value.
/** @param {Float32Array} values */
function reach(values) {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
}
