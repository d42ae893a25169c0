// The same layers in another framework, as code to copy.

import { t } from "../i18n.js";

/** @import { LayerCall, LedgerRow } from "../contract.js" */

// Each layer under the name of its stage; what is to be known of several stands at the end, once.
/** @type {(rows: LedgerRow[], framework: "keras" | "pytorch") => string} */
export function codeText(rows, framework) {
  /** @type {string[]} */
  const notes = [];
  const lines = rows.flatMap((row) => layer(row.name, row[framework], notes));
  return [...lines, ...notes.map((note, at) => `# [${at + 1}] ${note}`)].join("\n");
}

/** @type {(stage: string, call: LayerCall, notes: string[]) => string[]} */
function layer(stage, { code, init, note, params }, notes) {
  const said = note && t(`layer_notes.${note}`, params);
  if (said && !notes.includes(said)) notes.push(said);
  const mark = said ? ` [${notes.indexOf(said) + 1}]` : "";
  return [`# ${stage}${mark}`, code, init].filter((line) => line);
}
