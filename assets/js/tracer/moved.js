// A value that a reshape or a pad moved: from which cell, and by what rule.

import { bracket } from "../cells.js";
import { t } from "../i18n.js";
import { sourceButton } from "./parts.js";

/**
 * @import { Explanation, Moved } from "../contract.js"
 * @import { Go, Scene, Telling } from "./parts.js"
 */

/** @type {(scene: Scene, moved: Moved, go: Go) => Telling} */
export function tellMoved({ why, view }, moved, go) {
  const { op, index, source_stage } = why,
    { source } = moved;
  return {
    sentence: op === "reshape" ? reshaped(why, moved) : padded(moved, view.state.pad_mode),
    equation: arrow(op, bracket(index), source && bracket(source)),
    sources: source ? [sourceButton(go, source_stage, source)] : [],
  };
}

// A pad moves cells within one map, so each index says of which it is.
/** @type {(op: string, to: string, from: string | null) => string} */
function arrow(op, to, from) {
  if (op !== "pad") return `${to} ← ${from ?? 0}`;
  return `${t("ui.in_padded", { index: to })} ← ${from ? t("ui.in_original", { index: from }) : 0}`;
}

/** @type {(why: Explanation, moved: Moved) => string} */
function reshaped({ stage, shape }, { source, cell }) {
  return t("tracer.reshape", {
    row: cell?.[1],
    column: cell?.[2],
    channel: cell?.[3],
    width: shape[2],
    channels: shape[3],
    unit: source?.[1],
    stage,
  });
}

/** @type {(moved: Moved, mode: string) => string} */
function padded({ source, mirrored }, mode) {
  const key = !source ? "pad_constant" : mirrored.length === 0 ? "pad_inside" : "pad_mirrored";
  return t(`tracer.${key}`, {
    axes: mirrored.map((axis) => t(`axes.${axis}`)).join(t("tracer.and")),
    mode,
  });
}
