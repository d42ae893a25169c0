// A value that some cells make up together, or that stands in a table.

import { bracket, numeric } from "../cells.js";
import { exact } from "../dom.js";
import { t } from "../i18n.js";
import { sourceButton } from "./parts.js";

/**
 * @import { Combined, LookedUp } from "../contract.js"
 * @import { Go, Scene, Telling } from "./parts.js"
 */

const MOST_IN_LINE = 4; // terms that are spelled out
/** @type {Record<string, string>} */
const SIGNS = { add: " + ", subtract: " − ", multiply: " · " };

/** @type {(scene: Scene, combined: Combined, go: Go) => Telling} */
export function tellCombined({ why }, { how, count, terms }, go) {
  const total = exact(numeric(why.total)),
    values = terms.map(({ value }) => exact(numeric(value))),
    sign = SIGNS[how] ?? ", ",
    all = count <= MOST_IN_LINE ? values.join(sign) : `${values.slice(0, 2).join(sign)}${sign}…`;
  return {
    sentence: t(`tracer.combined_${how}`, { count }),
    equation: how in SIGNS ? `${all} = ${total}` : `${all} → ${total}`,
    sources: terms.map(({ stage, index }) => sourceButton(go, stage, index)),
  };
}

/** @type {(scene: Scene, found: LookedUp, go: Go) => Telling} */
export function tellLookedUp({ why }, { label, row, column, rows }, go) {
  return {
    sentence: t("tracer.looked_up", { row, column, rows, source: why.source_stage }),
    equation: `${bracket([row, column])} = ${exact(numeric(why.value))}`,
    sources: [sourceButton(go, why.source_stage, label)],
  };
}
