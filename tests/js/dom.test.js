// Numbers as text.

import assert from "node:assert/strict";
import test from "node:test";
import { cellText, count, exact, number } from "../../assets/js/dom.js";

test("four significant digits, and a real minus sign", () => {
  assert.equal(number(Math.PI), "3.142");
  assert.equal(number(-0.5), "−0.5");
  assert.equal(number(12345.678), "12350");
  assert.equal(number(2 / 3, 2), "0.67");
  assert.equal(number(0), "0");
  assert.equal(number(-0), "0");
});

test("very large and very small numbers have an exponent", () => {
  assert.equal(number(99999), "100000"); // rounded, still below the bound
  assert.equal(number(1e5), "1.000e+5");
  assert.equal(number(0.0001), "0.0001");
  assert.equal(number(-0.000099, 2), "−9.9e−5");
});

test("what is no finite number has a name", () => {
  assert.equal(number(Number.NaN), "NaN");
  assert.equal(number(Infinity), "+Inf");
  assert.equal(number(-Infinity), "−Inf");
  assert.equal(number(null), "—");
  assert.equal(exact(null), "—");
  assert.equal(exact(-Infinity), "−Inf");
});

test("exact gives every float32 back", () => {
  assert.equal(exact(Math.fround(0.1)), "0.100000001");
  assert.equal(exact(-3), "−3");
  const bits = new Uint32Array(1),
    float = new Float32Array(bits.buffer);
  for (let at = 0; at < 5000; at++) {
    bits[0] = Math.imul(at + 1, 2654435761);
    if (!Number.isFinite(float[0])) continue;
    const read = Math.fround(Number(exact(float[0]).replaceAll("−", "-")));
    assert.equal(read, float[0] + 0, `bits ${bits[0]}`); // -0 is read as 0
  }
});

test("a cell's number is whole where it is short, else all before its point", () => {
  assert.equal(cellText(0.25), "0.25");
  assert.equal(cellText(1202), "1202");
  assert.equal(cellText(-1234.5678), "−1235");
  assert.equal(cellText(0.123456), "0.123");
  assert.equal(cellText(0.123456, 2), "0.12");
  assert.equal(cellText(-0.000123456), "−1.23e−4");
  assert.equal(cellText(1234567), "1.23e+6");
  assert.equal(cellText(Number.NaN), "NaN");
  assert.equal(cellText(null), "—");
});

test("counts are grouped by thin spaces", () => {
  assert.equal(count(1234567), "1\u202f234\u202f567");
  assert.equal(count(999), "999");
});
