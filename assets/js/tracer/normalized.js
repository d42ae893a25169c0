// Batch normalization of one value: its five numbers, and whence the mean and the variance come.

import { numeric } from "../cells.js";
import { count, exact } from "../dom.js";
import { has, t } from "../i18n.js";
import { sourceButton } from "./parts.js";

/**
 * @import { Normalized } from "../contract.js"
 * @import { Go, Scene, Telling } from "./parts.js"
 */

/** @type {(scene: Scene, parts: Normalized, go: Go) => Telling} */
export function tellNormalized({ why }, parts, go) {
  const { x, gamma, beta, mean, variance, epsilon } = parts,
    numbers = { x, gamma, beta, mean, variance, epsilon, total: why.total };
  const inWords = Object.entries(numbers).map(([name, value]) => [name, exact(numeric(value))]);
  return {
    sentence: t(`tracer.statistics_${statisticsOf(parts)}`, {
      cells: count(parts.cells),
      source: why.source_stage,
      channel: why.cell[3],
      unit: why.index[1],
    }),
    equation: t("tracer.normalized", Object.fromEntries(inWords)),
    sources: [sourceButton(go, why.source_stage, why.index)],
  };
}

/** @param {Normalized} parts */
function statisticsOf({ from_batch, over_map, cells, kind }) {
  if (has(`tracer.statistics_${kind}`)) return kind;
  if (!from_batch) return over_map ? "stored" : "stored_unit";
  if (over_map) return "batch_map";
  return cells === 1 ? "batch_of_one" : "batch_unit";
}
