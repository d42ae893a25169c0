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
