// From the lab's padded cells to those that they copy, in words and as marks on the map.

import { FROM, TO } from "../colors.js";
import { exact } from "../dom.js";
import { t } from "../i18n.js";

/**
 * @import { Lab } from "../contract.js"
 * @import { Frame } from "../grid_paint.js"
 */

/** @typedef {[row: number, column: number]} Place */

// Whether the map that is shown lies in an item or a channel of constants.
/** @param {Lab} lab */
export const isWhollyAdded = ({ axes, item, channel }) =>
  axes[0].sources[item] < 0 || axes[3].sources[channel] < 0;

// What a padded cell copies: item, row, column, channel; -1 where it is a constant.
/** @type {(lab: Lab, at: Place) => number[]} */
export const originOf = ({ axes, item, channel }, [row, column]) =>
  [item, row, column, channel].map((place, axis) => axes[axis].sources[place]);

// Only the axes that the tensor has.
/** @type {(lab: Lab, index: number[]) => string} */
export const inWords = ({ axes }, index) =>
  `[${index.filter((_, at) => axes[at].used).join(", ")}]`;

// Whether a place on an axis was added.
/** @type {(axis: Lab["axes"][number], place: number) => boolean} */
const isAdded = ({ pads: [before], size }, place) => place < before || place >= before + size;

// Whether an item or a channel was added, and what its tile holds.
/** @type {(place: number, axis: Lab["axes"][number], isConstant: boolean) =>
 *   { added: boolean, text: string }} */
export function tileOf(place, axis, isConstant) {
  const added = isAdded(axis, place),
    from = axis.sources[place];
  const kind = isConstant || from < 0 ? "constant" : added ? "copy" : "same";
  return { added, text: t(`lab.tile_${kind}`, { place, from }) };
}

// The lab's pairs of the axes that its tensor has, and the generator's of the others.
/** @type {(lab: Lab | null, asked: string, own: string) => string} */
export function padsOf(lab, asked, own) {
  const kept = own.split(",");
  return asked
    .split(",")
    .map((pad, at) => (lab && !lab.axes[at >> 1].used ? kept[at] : pad))
    .join(",");
}

// From a padded cell to its source, and how.
/** @type {(lab: Lab, at: Place) => string} */
export function arrow(lab, at) {
  const { item, channel, axes, mode, constant } = lab,
    from = originOf(lab, at),
    place = [item, ...at, channel];
  const to = t("ui.in_padded", { index: inWords(lab, place) });
  if (from.includes(-1)) return `${to} ← ${exact(constant)} (${t("borders.added.origin")})`;
  const source = t("ui.in_original", { index: inWords(lab, from) });
  const mirrored = axes
    .filter((axis, which) => isAdded(axis, place[which]))
    .map(({ name }) => t(`axes.${name}`));
  if (!mirrored.length) return `${to} ← ${source}`;
  const how = t("lab.mirrored", { mode, axes: mirrored.join(t("tracer.and")) });
  return `${to} ← ${source} (${how})`;
}

// What is marked in the padded map, for a cell `at` that copies `from`.
/** @type {(lab: Lab, at: Place, from: Place) => Frame[]} */
export function marksOf({ axes: [, rows, columns], padded, mode }, [row, column], from) {
  const [tall, wide] = padded.shape;
  const source = { row: from[0] + rows.pads[0], column: from[1] + columns.pads[0] };
  /** @type {Frame[]} */
  const marks = [{ ...source, color: FROM }];
  const above = isAdded(rows, row),
    aside = isAdded(columns, column);
  if (above)
    marks.push({ row: mirrorAt(rows, row, mode), column: 0, rows: 0, columns: wide, color: TO });
  if (aside)
    marks.push({
      row: 0,
      column: mirrorAt(columns, column, mode),
      rows: tall,
      columns: 0,
      color: TO,
    });
  if (above && aside)
    marks.push(
      { row: source.row, column, color: TO, dash: [3, 3] },
      { row, column: source.column, color: TO, dash: [3, 3] },
    );
  return marks;
}

// REFLECT mirrors about the middle of the edge cells, SYMMETRIC about the edge itself.
/** @type {(axis: Lab["axes"][number], place: number, mode: string) => number} */
export function mirrorAt({ pads: [before], size }, place, mode) {
  const shift = mode === "REFLECT" ? 0.5 : 0;
  return place < before ? before + shift : before + size - shift;
}
