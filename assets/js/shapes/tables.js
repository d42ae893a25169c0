// The tables of stages, as Gradio's Dataframe holds them.

import { count } from "../dom.js";
import { t } from "../i18n.js";

/** @import { LedgerRow, Stage, Totals } from "../contract.js" */

/**
 * A column: a word of the locale's `ledger`, the least pixels that its texts take, and those that
 * nearly all of them take in one line.
 * @typedef {{ name: string, least: number, full?: number }} Column
 */
/** @typedef {string | number} Value of a cell */

const FRAMES = 4; // pixels around a table
/** @type {Column[]} */
const LEDGER = [
  { name: "stage", least: 176, full: 258 },
  { name: "operation", least: 141 },
  { name: "formula", least: 180, full: 316 },
  { name: "shape", least: 140 },
  { name: "parameters", least: 92 },
  { name: "macs", least: 98 },
  { name: "bytes", least: 90 },
];
const LAYERS = ["stage", "kernel", "crop", "reach"];

// Every stage, and the sums of all.
/** @type {(stages: Stage[], totals: Totals, room: number) => Record<string, unknown>} */
export function ledgerTable(stages, totals, room) {
  const rows = stages.map(({ name, op, formula, shape, guessed, parameters, macs, bytes }) => {
    const texts = [name, t(`op_names.${op}`), formula, guessed ? "?" : `[${shape.join(", ")}]`];
    return [...texts, parameters ?? "?", macs ?? "?", bytes ?? "?"];
  });
  const { parameters, macs } = totals;
  const sums = totals.at_least ? [parameters, macs].map(atLeast) : [parameters, macs];
  const bytes = totals.bytes_at_least ? atLeast(totals.bytes) : totals.bytes;
  rows.push([t("ledger.total"), "", "", "", ...sums, bytes]);
  const names = LEDGER.map(({ name }) => name);
  return { value: table(names, rows), column_widths: widths(LEDGER, room) };
}

/** @type {(rows: LedgerRow[]) => object} */
export const layersTable = (rows) =>
  table(
    LAYERS,
    rows.map(({ name, kernel, crop, reach }) => [
      name,
      kernel ? `[${kernel.join(", ")}]` : "",
      crop?.join("/") ?? "",
      reach?.join("×") ?? "",
    ]),
  );

/** @type {(columns: string[], data: Value[][]) => object} */
const table = (columns, data) => ({
  headers: columns.map((name) => t(`ledger.${name}`)),
  data,
  metadata: {
    display_value: data.map(([name, ...others]) => [broken(name), ...others.map(shown)]),
  },
});

/** @param {number} sum */
const atLeast = (sum) => t("ledger.at_least", { sum: count(sum) });

/** @param {Value} value */
const shown = (value) => (typeof value === "number" ? count(value) : value);

// A name may break after a slash.
/** @param {Value} name */
const broken = (name) => String(name).replaceAll("/", "/\u200b");

// As wide as the room: the columns from the left get what they would like, then all alike. Wider
// where the room is too small for the texts.
/** @type {(columns: Column[], room: number) => string[]} */
export function widths(columns, room) {
  let spare = Math.max(0, room - FRAMES - columns.reduce((sum, { least }) => sum + least, 0));
  const liked = columns.map(({ least, full = least }) => {
    const more = Math.min(full - least, spare);
    spare -= more;
    return least + more;
  });
  return liked.map((width) => `${Math.floor(width + spare / columns.length)}px`);
}
