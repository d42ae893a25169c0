// Reads the wire format of explorer/views/wire.py: a JSON header, then the arrays it points to.

import { fromCodes } from "./codes.js";

/**
 * What stands in the header in an array's place.
 * @typedef {object} Place
 * @property {keyof typeof READERS} type
 * @property {number[]} shape
 * @property {number} at
 * @property {number} step of codes: columns from one to that by which it is told
 * @property {Place} codes that others are made of
 * @property {Place} low
 * @property {Place} high
 */

/** @typedef {{ shape: number[], data: Float32Array | Uint8Array }} Read */

/**
 * @typedef {object} Source
 * @property {ArrayBuffer} buffer
 * @property {number} base where the arrays begin
 */

/** @typedef {(place: Place, source: Source) => Float32Array | Uint8Array} Reader */

const READERS = {
  /** @type {Reader} */
  float32: ({ at, shape }, { buffer, base }) =>
    new Float32Array(bytesAt({ at, shape: [4, ...shape] }, { buffer, base }).slice().buffer),
  /** @type {Reader} */
  uint8: (place, source) => bytesAt(place, source).slice(),
  planes: readPlanes,
  codes: readCodes,
  coarse: readCoarse,
};

/** @param {number[]} shape */
const sizeOf = (shape) => shape.reduce((product, side) => product * side, 1);

/** @type {(place: Pick<Place, "at" | "shape">, source: Source) => Uint8Array} */
const bytesAt = ({ at, shape }, { buffer, base }) =>
  new Uint8Array(buffer, base + at, sizeOf(shape));

/**
 * The header, every place in it replaced by its array: {shape, data}, each in memory of its own.
 * @param {ArrayBuffer} buffer
 * @returns {unknown}
 */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return resolve(header, { buffer, base: 4 + length });
}

/** @type {(node: unknown, source: Source) => unknown} */
function resolve(node, source) {
  if (node === null || typeof node !== "object") return node;
  if (isPlace(node)) return read(node, source);
  const parts = /** @type {Record<string, unknown>} */ (node);
  for (const key of Object.keys(parts)) parts[key] = resolve(parts[key], source);
  return node;
}

/**
 * @param {object} node
 * @returns {node is Place}
 */
function isPlace(node) {
  return "type" in node && "shape" in node && Object.hasOwn(READERS, String(node.type));
}

/** @type {(place: Place, source: Source) => Read} */
const read = (place, source) => ({
  shape: place.shape,
  data: READERS[place.type](place, source),
});

/** @type {Reader} */
function readPlanes({ at, shape }, { buffer, base }) {
  const size = sizeOf(shape),
    planes = new Uint8Array(buffer, base + at, 4 * size),
    values = new Float32Array(size),
    bytes = new Uint8Array(values.buffer);
  for (let plane = 0, from = 0; plane < 4; plane++)
    for (let to = plane; to < bytes.length; to += 4) bytes[to] = planes[from++];
  return values;
}

// From planes of differences to codes [height, width, channels].
/** @type {Reader} */
function readCodes(place, source) {
  const [height, width, channels] = place.shape,
    told = bytesAt(place, source),
    codes = new Uint8Array(told.length),
    back = place.step * channels;
  for (let channel = 0, from = 0; channel < channels; channel++)
    for (let row = 0; row < height; row++) {
      let to = row * width * channels + channel;
      for (let column = 0; column < width; column++, to += channels)
        codes[to] = told[from++] + (place.step && column >= place.step ? codes[to - back] : 0);
    }
  return codes;
}

// Values for now.
/** @type {Reader} */
function readCoarse({ codes, low, high }, source) {
  const [ends, ...others] = [codes, low, high].map((place) => read(place, source).data);
  const [lows, highs] = /** @type {Float32Array[]} */ (others);
  return fromCodes(/** @type {Uint8Array} */ (ends), lows, highs);
}
