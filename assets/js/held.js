// What a control of Gradio's holds of the form, and what a form is to hold of its value.

/** @import { Field } from "./contract.js" */

/** @typedef {string | number | boolean | null} Value as a control of Gradio's holds it */

/** @typedef {Record<string, unknown>} Values of fields, as a form holds them */

/**
 * The text of several fields, whose names stand in braces, and the path that reads such a text.
 * @typedef {{ text: string, fields: string[], path: string }} Call
 */

/**
 * One of the controls of a field: its id, and the page that it stands on, "" in the sidebar, null
 * on all, where the screen is narrow. It holds one of the field's numbers where it has a `part`,
 * and several fields where it is a `call`.
 * @typedef {{
 *   key: string, field: string, page: string | null, part?: number, call?: Call,
 * }} Control
 */

/** @param {Control} control */
export const fieldsOf = ({ field, call }) => call?.fields ?? [field];

// What a control holds of some values; undefined where they are none.
/**
 * @param {Control} control
 * @param {Record<string, Field>} fields
 * @param {Values} values
 * @returns {Value | undefined}
 */
export function heldOf({ field, part, call }, fields, values) {
  if (call) return writtenOut(call, fields, values);
  if (part !== undefined) return asNumber(sidesOf(values[field])[part]);
  return asHeld(fields[field], values[field]);
}

// A field once its control holds a value: all of it, or one of its numbers beside the others that
// are asked for, or that were good where those are too few or too many.
/**
 * @param {Control} control
 * @param {Value} value
 * @param {unknown} asked for
 * @param {unknown} good that was shown last
 */
export function formOf({ part }, value, asked, good = asked) {
  if (part === undefined) return value ?? "";
  const [now, before] = [asked, good].map(sidesOf);
  return (now.length === before.length ? now : before).with(part, String(value ?? "")).join(",");
}

/** @type {(call: Call, fields: Record<string, Field>, values: Values) => string | undefined} */
function writtenOut({ text, fields: names }, fields, values) {
  const held = names.map((name) => asHeld(fields[name], values[name]));
  if (held.includes(undefined)) return undefined;
  return names.reduce((done, name, at) => done.replace(`{${name}}`, String(held[at])), text);
}

// A value of the form as the control of its field holds it; undefined where it is none.
/** @type {(field: Field, value: unknown) => Value | undefined} */
export function asHeld(field, value) {
  if (value === undefined) return undefined;
  switch (field.kind) {
    case "bool":
      return String(value) === "true";
    case "int":
    case "float":
      return asNumber(value);
    case "pads":
      return inPairs(String(value));
    default:
      return String(value);
  }
}

/** @param {unknown} value */
function asNumber(value) {
  const number = Number(value);
  return String(value ?? "").trim() === "" || !Number.isFinite(number) ? undefined : number;
}

// The numbers of pads, with brackets or without.
/** @param {unknown} text */
export const sidesOf = (text) =>
  String(text ?? "")
    .replace(/[[\]()\s]/g, "")
    .split(",");

// "0,0,3,3,3,3,0,0" as Python writes it; what was typed stays as it was.
/** @param {string} text */
export function inPairs(text) {
  const sides = text.split(",");
  if (sides.length !== 8 || text.includes("[")) return text;
  const pairs = [0, 2, 4, 6].map((at) => `[${sides[at].trim()}, ${sides[at + 1].trim()}]`);
  return `[${pairs.join(", ")}]`;
}
