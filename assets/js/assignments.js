// Fields and their values as words: "kernel_size = 5"; pads as the pairs that tf.pad takes. A field
// is called what its control is.

import { has, t } from "./i18n.js";

const PADS = /^\d+(,\d+){7}$/; // as the link holds them

/** @param {unknown} value */
function shown(value) {
  const text = String(value);
  if (!PADS.test(text)) return text;
  const sides = text.split(",");
  return `[${[0, 2, 4, 6].map((at) => `[${sides[at]}, ${sides[at + 1]}]`).join(", ")}]`;
}

/** @param {string} name */
const called = (name) => (has(`labels.${name}`) ? t(`labels.${name}`) : name);

// One text for each field.
/** @param {object} values */
export const assignments = (values) =>
  Object.entries(values).map(([name, value]) => `${called(name)} = ${shown(value)}`);
