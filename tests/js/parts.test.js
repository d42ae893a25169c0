// Parts of views: which are shown where, and which are here.

import assert from "node:assert/strict";
import test from "node:test";
import { KeptParts } from "../../assets/js/parts.js";

/** @import { Part } from "../../assets/js/contract.js" */

/** @type {Part[]} */
const TABLE = [
  { name: "all", fields: ["z_seed", "page"], where: [], lasts: true },
  { name: "maps", fields: ["z_seed"], where: [{ page: ["maps"] }], lasts: true },
  {
    name: "two",
    fields: ["z_seed"],
    where: [{ page: ["output"] }, { page: ["maps"], stage: ["z"] }],
    lasts: true,
  },
  { name: "news", fields: ["z_seed"], where: [{ page: ["train"] }], lasts: false },
];

test("a part is shown where one of its places is", () => {
  const parts = new KeptParts(TABLE);
  assert.deepEqual(parts.wanted({ page: "maps", stage: "fc1" }), ["all", "maps"]);
  assert.deepEqual(parts.wanted({ page: "maps", stage: "z" }), ["all", "maps", "two"]);
  assert.deepEqual(parts.wanted({ page: "output", stage: "fc1" }), ["all", "two"]);
  assert.deepEqual(parts.wanted({ page: "train" }), ["all", "news"]);
});

test("a part is found under the values of its own fields, whatever the others are", () => {
  const parts = new KeptParts(TABLE);
  const [all, maps] = [{ a: 1 }, { b: 2 }];
  parts.keep({ all, maps }, { z_seed: 3, page: "maps" });
  assert.deepEqual(parts.find(["all", "maps"], { z_seed: "3", page: "maps" }), { all, maps });
  assert.deepEqual(parts.find(["all", "maps"], { z_seed: 3, page: "output" }), { maps });
  assert.deepEqual(parts.find(["all", "maps"], { z_seed: 4, page: "maps" }), {});
  parts.clear();
  assert.deepEqual(parts.find(["all"], { z_seed: 3, page: "maps" }), {});
});

test("what does not last is not kept, and neither is what nobody declared", () => {
  const parts = new KeptParts(TABLE);
  parts.keep({ news: {}, other: {} }, { z_seed: 3 });
  assert.deepEqual(parts.find(["news", "other"], { z_seed: 3 }), {});
});

test("what was used longest ago goes first", () => {
  const parts = new KeptParts(TABLE, 30_000);
  const made = () => ({ maps: { data: new Float32Array(2000) } });
  for (const z_seed of [1, 2]) parts.keep(made(), { z_seed });
  assert.ok(parts.find(["maps"], { z_seed: 1 }).maps);
  parts.keep(made(), { z_seed: 3 });
  const here = [1, 2, 3].filter((z_seed) => parts.find(["maps"], { z_seed }).maps);
  assert.deepEqual(here, [1, 3]);
});
