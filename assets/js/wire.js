// Reads the wire format of explorer/views/wire.py: a JSON header, then the arrays it points to.

const TYPES = { float32: Float32Array, uint8: Uint8Array };

/** @typedef {{ at: number, type: keyof typeof TYPES, shape: number[] }} Place of an array */

/**
 * The header, every place in it replaced by its array: {shape, data}.
 * @param {ArrayBuffer} buffer
 * @returns {unknown}
 */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return resolve(header, buffer, 4 + length);
}

/** @type {(node: unknown, buffer: ArrayBuffer, base: number) => unknown} */
function resolve(node, buffer, base) {
  if (node === null || typeof node !== "object") return node;
  if (isPlace(node)) return arrayAt(node, buffer, base);
  const parts = /** @type {Record<string, unknown>} */ (node);
  for (const key of Object.keys(parts)) parts[key] = resolve(parts[key], buffer, base);
  return node;
}

/**
 * @param {object} node
 * @returns {node is Place}
 */
function isPlace(node) {
  return "at" in node && "type" in node && Object.hasOwn(TYPES, String(node.type));
}

/** @type {(place: Place, buffer: ArrayBuffer, base: number) => object} */
function arrayAt({ at, type, shape }, buffer, base) {
  const size = shape.reduce((product, side) => product * side, 1);
  return { shape, data: new TYPES[type](buffer, base + at, size) };
}
