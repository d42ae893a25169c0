// The Shapes page's tables and code, as Gradio's components hold them.

import assert from "node:assert/strict";
import test from "node:test";
import { Followed } from "../../assets/js/followed.js";
import { codeText } from "../../assets/js/shapes/code.js";
import { layersTable, ledgerTable, widths } from "../../assets/js/shapes/tables.js";
import { aStage } from "./samples.js";
import { speak } from "./words.js";

/** @import { LayerCall, LedgerRow } from "../../assets/js/contract.js" */

await speak("en");

const TOTALS = {
  parameters: 2170563,
  macs: 10,
  bytes: 4096,
  at_least: false,
  bytes_at_least: false,
};

/** @type {(code: string, rest?: Partial<LayerCall>) => LayerCall} */
const call = (code, rest = {}) => ({ code, note: "", params: {}, init: "", ...rest });

/** @type {(rest: Partial<LedgerRow>) => LedgerRow} */
const aRow = (rest) => ({
  name: "z",
  kernel: null,
  crop: null,
  reach: null,
  keras: call(""),
  pytorch: call(""),
  ...rest,
});

test("a row for each stage, and their sums", () => {
  const stage = aStage([8, 16, 128], { parameters: 819328, macs: 26214400, bytes: 65536 });
  const { value } = ledgerTable([stage], TOTALS, 1000);
  const { data, metadata } = /** @type {any} */ (value);
  assert.deepEqual(data[0].slice(0, 1), ["upsample1/conv2d_transpose"]);
  assert.deepEqual(data[0].slice(3), ["[1, 8, 16, 128]", 819328, 26214400, 65536]);
  assert.deepEqual(data[1].slice(4), [2170563, 10, 4096]);
  const [row, sums] = metadata.display_value;
  assert.equal(row[0], "upsample1/\u200bconv2d_transpose");
  assert.equal(sums[4], "2\u202f170\u202f563");
});

test("of a layer that is not known nothing is counted, and the sums say so", () => {
  const stage = aStage([8, 16, 128], { parameters: null, macs: null, bytes: 65536 });
  const { value } = ledgerTable([stage], { ...TOTALS, at_least: true }, 1000);
  const { data } = /** @type {any} */ (value);
  assert.deepEqual(data[0].slice(4), ["?", "?", 65536]);
  assert.deepEqual(data[1].slice(4), ["at least 2\u202f170\u202f563", "at least 10", 4096]);
});

test("of a shape that is not told neither it nor what goes by it is shown", () => {
  const stage = aStage([8, 16, 128], { formula: "?", macs: null, bytes: null, guessed: true });
  const { value } = ledgerTable([stage], { ...TOTALS, bytes_at_least: true }, 1000);
  const { data } = /** @type {any} */ (value);
  assert.deepEqual([...data[0].slice(2, 4), ...data[0].slice(5)], ["?", "?", "?", "?"]);
  assert.equal(data[1][6], "at least 4\u202f096");
});

test("what a layer has not is left empty", () => {
  const kernel = aRow({ kernel: [5, 5, 128, 256], crop: [1, 2], reach: [3, 3] });
  const { data } = /** @type {any} */ (layersTable([aRow({}), kernel]));
  assert.deepEqual(data[0], ["z", "", "", ""]);
  assert.deepEqual(data[1], ["z", "[5, 5, 128, 256]", "1/2", "3×3"]);
});

test("columns fill their room, from the left as they like, and are never too narrow", () => {
  const columns = [
    { name: "a", least: 100, full: 150 },
    { name: "b", least: 50 },
  ];
  /** @param {number} room */
  const pixels = (room) => widths(columns, room).map((width) => Number.parseInt(width, 10));
  assert.deepEqual(pixels(0), [100, 50]);
  assert.deepEqual(pixels(184), [130, 50]);
  assert.deepEqual(pixels(304), [200, 100]);
});

test("code names each stage, and says once what is to be known of several", () => {
  const odd = { note: "odd_crop", params: { before: 1, after: 2 } };
  const rows = [
    aRow({ name: "z", pytorch: call("torch.randn(1, 128)") }),
    aRow({ name: "a", pytorch: call("first", { ...odd, init: "nn.init" }) }),
    aRow({ name: "b", pytorch: call("", { note: "no_symmetric" }) }),
    aRow({ name: "c", pytorch: call("last", odd) }),
  ];
  const [z, drawn, a, first, init, b, c, last, one, two, ...none] = codeText(rows, "pytorch").split(
    "\n",
  );
  assert.deepEqual([z, drawn], ["# z", "torch.randn(1, 128)"]);
  assert.deepEqual([a, first, init], ["# a [1]", "first", "nn.init"]);
  assert.deepEqual([b, c, last], ["# b [2]", "# c [1]", "last"]);
  assert.ok(/^# \[1\] .*1 before and 2 after/.test(one));
  assert.ok(/^# \[2\] .*no symmetric mode/.test(two));
  assert.deepEqual(none, []);
});

test("components are told what is new to them, once", async () => {
  let told = 0;
  const followed = new Followed();
  const shown = followed.show({ a: { value: [1], visible: true }, b: { value: 2 } });
  followed.listenTo(() => {
    told++;
  });
  assert.deepEqual(followed.follow(["b", "a"]), [
    { __type__: "update", value: 2 },
    { __type__: "update", value: [1], visible: true },
  ]);
  await shown;
  await followed.show({ a: { value: [1] } });
  assert.equal(told, 1);
  followed.show({ a: { value: [3] } });
  assert.deepEqual(followed.follow(["b", "a"]), [
    { __type__: "update" },
    { __type__: "update", value: [3] },
  ]);
});
