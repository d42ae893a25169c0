// The parts of views that are here already, under the values of the fields that they depend on.

/** @import { FieldName, Part } from "./contract.js" */

/** @typedef {Partial<Record<FieldName, unknown>>} Values of fields, as a form or a view has them */
/** @typedef {Record<string, unknown>} Made what a part adds to a view, by name */

const MOST_BYTES = 2 ** 26;
const LEAST_BYTES = 4096; // that a part counts for

export class KeptParts {
  /** @type {Map<string, { part: Made, bytes: number }>} */
  #kept = new Map(); // those used last are last
  #bytes = 0;
  #table;
  #most;

  /**
   * @param {Part[]} table as the server declares them
   * @param {number} most bytes
   */
  constructor(table, most = MOST_BYTES) {
    this.#table = table;
    this.#most = most;
  }

  // Names of the parts that a view of these values shows.
  /** @param {Values} values */
  wanted(values) {
    return this.#table.filter((part) => isShown(part, values)).map(({ name }) => name);
  }

  // Those of the named parts that are here.
  /** @type {(names: string[], values: Values) => Record<string, Made>} */
  find(names, values) {
    /** @type {Record<string, Made>} */
    const found = {};
    for (const name of names) {
      const key = this.#key(name, values),
        entry = key === null ? undefined : this.#kept.get(key);
      if (key === null || !entry) continue;
      this.#kept.delete(key);
      this.#kept.set(key, entry);
      found[name] = entry.part;
    }
    return found;
  }

  /** @type {(parts: Record<string, Made>, values: Values) => void} */
  keep(parts, values) {
    for (const [name, part] of Object.entries(parts)) {
      const key = this.#key(name, values);
      if (key === null || this.#kept.has(key)) continue;
      const bytes = LEAST_BYTES + bytesOf(part);
      this.#kept.set(key, { part, bytes });
      this.#bytes += bytes;
    }
    for (const [key, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#most) break;
      this.#kept.delete(key);
      this.#bytes -= bytes;
    }
  }

  clear() {
    this.#kept.clear();
    this.#bytes = 0;
  }

  // What a part is kept under; null where it is not to be kept.
  /** @type {(name: string, values: Values) => string | null} */
  #key(name, values) {
    const part = this.#table.find((one) => one.name === name);
    if (!part?.lasts) return null;
    return JSON.stringify([name, ...part.fields.map((field) => String(values[field]))]);
  }
}

/** @type {(part: Part, values: Values) => boolean} */
function isShown({ where }, values) {
  /** @type {(place: Part["where"][0]) => boolean} */
  const isHere = (place) =>
    Object.entries(place).every(([field, some]) =>
      some.includes(String(values[/** @type {FieldName} */ (field)])),
    );
  return where.length === 0 || where.some(isHere);
}

/** @type {(node: unknown) => number} */
function bytesOf(node) {
  if (ArrayBuffer.isView(node)) return node.byteLength;
  if (typeof node === "string") return node.length;
  if (node === null || typeof node !== "object") return 8;
  return Object.values(node).reduce((sum, part) => sum + bytesOf(part), 0);
}
