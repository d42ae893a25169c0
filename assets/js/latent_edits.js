// z as the link writes it: entries set by hand, "item.entry:value", and whole vectors, joined by ~.

const LARGEST = 3.4028234e38; // of a float32

/** @typedef {"not_a_number" | "out_of_range"} EntryProblem */

// The number that a text stands for, or what is wrong with it: none, or none that a float32 holds.
/** @type {(text: string) => { value: number, problem: EntryProblem | null }} */
export function readEntry(text) {
  const value = Number(text.replaceAll("−", "-"));
  if (!/\d/.test(text) || Number.isNaN(value)) return { value: 0, problem: "not_a_number" };
  return { value, problem: Math.abs(value) > LARGEST ? "out_of_range" : null };
}

// The edits with one entry of z set, once whatever it was set to before.
/** @type {(edits: string, item: number, dimension: number, value: number) => string} */
export function withEdit(edits, item, dimension, value) {
  const place = `${item}.${dimension}:`;
  const rest = edits.split(",").filter((part) => part && !part.startsWith(place));
  return [...rest, place + value].join(",");
}

// The edits that new vectors leave: one vector takes the place of those of its item, more of all.
/** @type {(edits: string, item: number, rows: number) => string} */
export function editsBesides(edits, item, rows) {
  if (rows !== 1) return "";
  return edits
    .split(",")
    .filter((part) => !part.startsWith(`${item}.`))
    .join(",");
}

// One vector replaces the one given for the same item before; a batch replaces everything.
/** @type {(before: string, added: string, rows: number) => string} */
export function withVectors(before, added, rows) {
  if (rows !== 1) return added;
  const place = `${added.split(".")[0]}.1.`;
  const others = before.split("~").filter((part) => part && !part.startsWith(place));
  return [...others, added].join("~");
}
