// The wire format as explorer/views/wire.py writes it.

/** @type {(header: unknown, bytes?: number[]) => ArrayBuffer} */
export function message(header, bytes = []) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 4) * 4;
  const all = new Uint8Array(4 + padded + bytes.length).fill(32);
  new DataView(all.buffer).setUint32(0, padded, true);
  all.set(text, 4);
  all.set(bytes, 4 + padded);
  return all.buffer;
}
