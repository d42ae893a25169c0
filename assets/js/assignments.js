// Fields and their values as words: "kernel_size = 5"; pads as the pairs that tf.pad takes.

const PADS = /^\d+(,\d+){7}$/; // as the link holds them

function shown(value) {
  if (!PADS.test(value)) return value;
  const sides = value.split(",");
  return `[${[0, 2, 4, 6].map((at) => `[${sides[at]}, ${sides[at + 1]}]`).join(", ")}]`;
}

// One text for each field.
export const assignments = (values) =>
  Object.entries(values).map(([name, value]) => `${name} = ${shown(value)}`);
