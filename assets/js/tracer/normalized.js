// Batch normalization of one value: its five numbers, and whence the mean and the variance come.

import { numeric } from "../cells.js";
import { count, exact } from "../dom.js";
import { t } from "../i18n.js";
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
    sentence: t(`tracer.statistics_${parts.statistics}`, {
      cells: count(parts.cells),
      source: why.source_stage,
      channel: parts.place,
      unit: parts.place,
    }),
    equation: t("tracer.normalized", Object.fromEntries(inWords)),
    sources: [sourceButton(go, why.source_stage, why.index)],
  };
}
