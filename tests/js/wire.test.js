// The wire format is read byte by byte.

import assert from "node:assert/strict";
import test from "node:test";
import { decode } from "../../assets/js/wire.js";
import { message } from "./message.js";

test("a header without arrays comes as it is", () => {
  const header = { a: null, b: [1, "x", { c: false }], type: "float32" };
  assert.deepEqual(decode(message(header)), header);
});

test("arrays stand where the header points to, wherever they are nested", () => {
  const bytes = [7, 8, 9, 0, 0, 0, 128, 63, 0, 0, 0, 192]; // three bytes, padding, 1 and -2
  const view = decode(
    message(
      {
        codes: { at: 0, type: "uint8", shape: [3, 1] },
        deep: [{ values: { at: 4, type: "float32", shape: [2] } }],
      },
      bytes,
    ),
  );
  assert.deepEqual(view, {
    codes: { shape: [3, 1], data: Uint8Array.of(7, 8, 9) },
    deep: [{ values: { shape: [2], data: Float32Array.of(1, -2) } }],
  });
});

test("an array of no values, and a number as an array", () => {
  const view = decode(
    message(
      {
        none: { at: 0, type: "float32", shape: [0, 5] },
        one: { at: 0, type: "float32", shape: [] },
      },
      [0, 0, 128, 63],
    ),
  );
  assert.deepEqual(view, {
    none: { shape: [0, 5], data: Float32Array.of() },
    one: { shape: [], data: Float32Array.of(1) },
  });
});

test("a message that was cut short is refused", () => {
  const whole = message(
    { values: { at: 0, type: "float32", shape: [2] } },
    [0, 0, 0, 0, 0, 0, 0, 0],
  );
  for (const size of [0, 3, 10, whole.byteLength - 4])
    assert.throws(() => decode(whole.slice(0, size)));
});

test("planes of bytes are values again", () => {
  const values = Float32Array.of(1, -2.5, 3e38);
  const bytes = new Uint8Array(values.buffer);
  const planes = [0, 1, 2, 3].flatMap((plane) => [0, 4, 8].map((at) => bytes[at + plane]));
  const header = { at: 0, type: "planes", shape: [3] };
  assert.deepEqual(decode(message({ a: header }, planes)), { a: { shape: [3], data: values } });
});

test("codes told by those before them are codes again, channel beside channel", () => {
  // two channels of [2, 3]: 1 2 3 / 4 5 250 and 9 9 9 / 9 9 8
  const told = [1, 1, 1, 4, 1, 245, 9, 0, 0, 9, 0, 255];
  const place = { at: 0, type: "codes", shape: [2, 3, 2], step: 1 };
  const codes = [1, 9, 2, 9, 3, 9, 4, 9, 5, 9, 250, 8];
  const { a } = /** @type {{ a: { data: Uint8Array } }} */ (decode(message({ a: place }, told)));
  assert.deepEqual([...a.data], codes);
});

test("coarse values lie between their channel's ends, and marks are what they mark", () => {
  const bytes = [
    0,
    125,
    250,
    253,
    254,
    255,
    0,
    0,
    ...new Uint8Array(Float32Array.of(-1, 3).buffer),
  ];
  const coarse = {
    type: "coarse",
    shape: [6],
    codes: { at: 0, type: "codes", shape: [1, 6, 1], step: 0 },
    low: { at: 8, type: "float32", shape: [1] },
    high: { at: 12, type: "float32", shape: [1] },
  };
  assert.deepEqual(decode(message({ a: coarse }, bytes)), {
    a: { shape: [6], data: Float32Array.of(-1, 1, 3, -Infinity, Infinity, NaN) },
  });
});
