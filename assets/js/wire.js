// Reads the wire format of explorer/views/wire.py: a JSON header, then the arrays it points to.

const TYPES = { float32: Float32Array, uint8: Uint8Array };

export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return resolve(header, buffer, 4 + length);
}

function resolve(node, buffer, base) {
  if (node === null || typeof node !== "object") return node;
  if (!Array.isArray(node) && TYPES[node.type] && "at" in node) return arrayAt(node, buffer, base);
  for (const key of Object.keys(node)) node[key] = resolve(node[key], buffer, base);
  return node;
}

function arrayAt({ at, type, shape }, buffer, base) {
  const size = shape.reduce((product, side) => product * side, 1);
  return { shape, data: new TYPES[type](buffer, base + at, size) };
}
