// Values of arguments between a link's changes, where they are text, and Gradio's controls.

/** @import { Changeable } from "../contract.js" */
/** @import { Value } from "../held.js" */

// What a control holds of an argument; of a pair each of two holds a number.
/** @type {(argument: Changeable, part: number) => Value} */
export function shownIn({ entry, value, grouped, none }, part) {
  switch (entry) {
    case "number":
    case "pair":
      return value === none ? null : Number(numbersOf(value)[part]);
    case "numbers":
      return grouped ? inPairs(numbersOf(value)) : numbersOf(value).join(", ");
    case "switch":
      return value === "true";
    default:
      return value;
  }
}

// What its controls hold, as a link has it; "" while it is none.
/** @type {(argument: Changeable, held: Value[]) => string} */
export function writtenOf({ entry, value, none, none_as }, held) {
  const there = held.filter((one) => one !== null && one !== "");
  if (entry !== "pair") return entry === "numbers" ? asNumbers(there) : String(there[0] ?? "");
  if (!there.length) return none;
  if (there.length === held.length) return held.join(",");
  if (value !== none) return "";
  return held.map((one, at) => (there.includes(one) ? one : (none_as[at] ?? there[0]))).join(",");
}

// Whether a number of a pair that was none sets the other one as well, as not each has one that
// means the same.
/** @type {(argument: Changeable) => boolean} */
export const setsBoth = ({ entry, value, none, none_as }) =>
  entry === "pair" && value === none && [0, 1].some((part) => (none_as[part] ?? null) === null);

// Whether that is what it would be without a change; 1e-05 is 0.00001.
/** @type {(argument: Changeable, written: string) => boolean} */
export const isUsual = ({ entry, usual }, written) =>
  written === usual || (entry === "number" && usual !== "" && Number(written) === Number(usual));

/** @param {Value[]} held */
const asNumbers = ([text = ""]) =>
  String(text)
    .replaceAll(/[\s()[\]]/g, "")
    .replaceAll(/[，×x]/g, ",");

/** @param {string} value */
const numbersOf = (value) => value.split(",").filter(Boolean);

/** @param {string[]} numbers */
function inPairs(numbers) {
  const starts = numbers.flatMap((_, at) => (at % 2 ? [] : [at]));
  return `[${starts.map((at) => `[${numbers.slice(at, at + 2).join(", ")}]`).join(", ")}]`;
}
