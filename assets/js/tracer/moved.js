// A value that was moved: from which cell, and by what rule.

import { bracket } from "../cells.js";
import { t } from "../i18n.js";
import { sourceButton } from "./parts.js";

/**
 * @import { Explanation, Moved } from "../contract.js"
 * @import { Go, Scene, Telling } from "./parts.js"
 */

/** @type {(scene: Scene, moved: Moved, go: Go) => Telling} */
export function tellMoved({ why, view }, moved, go) {
  const { source, sentence } = moved;
  return {
    sentence: t(`tracer.${sentence}`, { ...places(why, moved), mode: view.state.pad_mode }),
    equation: arrow(why, moved),
    sources: source ? [sourceButton(go, why.source_stage, source)] : [],
  };
}

// A pad moves cells within one map, so each index says of which it is.
/** @type {(why: Explanation, moved: Moved) => string} */
function arrow({ index }, { source, padded }) {
  const to = bracket(index),
    from = source && bracket(source);
  if (!padded) return `${to} ← ${from ?? 0}`;
  return `${t("ui.in_padded", { index: to })} ← ${from ? t("ui.in_original", { index: from }) : 0}`;
}

/** @type {(why: Explanation, moved: Moved) => Record<string, unknown>} */
function places({ index: [, row, column, channel], stage, shape }, { source, mirrored }) {
  return {
    row,
    column,
    channel,
    width: shape[2],
    channels: shape[3],
    unit: source?.[1],
    stage,
    axes: mirrored.map((axis) => t(`axes.${axis}`)).join(t("tracer.and")),
  };
}
