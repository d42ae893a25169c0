// What a view asks the server for, and what it makes of the answer.

import assert from "node:assert/strict";
import test from "node:test";
import { requestOf, Views } from "../../assets/js/views.js";
import { message } from "./message.js";
import { aState, someFields } from "./samples.js";

/** @import { PartsAnswer } from "../../assets/js/contract.js" */
/** @import { Problem } from "../../assets/js/messages.js" */

const FIELDS = someFields({ z_seed: [], z_data: [], page: [] });
FIELDS.z_seed.default = 0;
FIELDS.page.default = "maps";
const HOW = { coarse: false, code: "c", fields: FIELDS };

test("an address names the parts and the fields that are not as usual", () => {
  const { path, body } = requestOf(
    { state: { z_seed: "0", z_data: "0.1.A&B", page: "output" }, parts: ["head", "maps"] },
    { ...HOW, coarse: true },
  );
  assert.equal(body, null);
  assert.deepEqual(
    [...new URLSearchParams(path.replace("view?", ""))],
    [
      ["code", "c"],
      ["parts", "head,maps"],
      ["coarse", "1"],
      ["z_data", "0.1.A&B"],
      ["page", "output"],
    ],
  );
});

test("a link goes as it is", () => {
  const link = "z_seed=%zz&a=b c#";
  const { path } = requestOf({ link }, HOW);
  assert.equal(new URLSearchParams(path.replace("view?", "")).get("link"), link);
});

test("what is too long for an address is posted", () => {
  const state = { z_data: "A".repeat(5000) };
  const { path, body } = requestOf({ state, parts: ["head"] }, HOW);
  assert.equal(path, "view");
  assert.deepEqual(JSON.parse(body ?? ""), { state, parts: "head", coarse: false });
  const posted = requestOf({ link: "A".repeat(5000) }, HOW).body ?? "";
  assert.deepEqual(JSON.parse(posted), { link: "A".repeat(5000), coarse: false });
});

/** @type {PartsAnswer} */
const DECLARED = {
  code: "c",
  examples: [],
  parts: [
    { name: "head", fields: ["z_seed", "page"], where: [], lasts: true },
    { name: "maps", fields: ["z_seed"], where: [], lasts: true },
  ],
};

// A server: what it was asked, and how it fails at times.
/** @param {(at: number) => object} how */
function aServer(how) {
  /** @type {{ parts: string, cache?: string }[]} */
  const asked = [];
  const fetched = async (/** @type {URL} */ address, /** @type {RequestInit} */ { cache }) => {
    const parts = address.searchParams.get("parts") ?? "",
      page = address.searchParams.get("page") ?? "maps";
    asked.push({ parts, cache });
    const all = { head: { state: aState(), page }, maps: { maps: asked.length } };
    const made = Object.entries(all).filter(([name]) => parts.includes(name));
    const answer = { parts: Object.fromEntries(made), messages: [], coarse: [], fleeting: false };
    const body = message({ ...answer, ...how(asked.length) });
    return new Response(body, { headers: { "content-type": "application/octet-stream" } });
  };
  Object.defineProperty(globalThis, "fetch", { value: fetched, configurable: true });
  return asked;
}

test("weights that are gone since are not mixed with what was made before", async () => {
  const asked = aServer((at) => ({ fleeting: at > 1 }));
  const views = new Views(FIELDS, DECLARED);
  await views.find({ state: { z_seed: 1, page: "maps" } });
  const view = await views.find({ state: { z_seed: 1, page: "output" } });
  assert.deepEqual(
    asked.map(({ parts }) => parts),
    ["head,maps", "head", "head,maps"],
  );
  assert.equal(/** @type {{ maps?: number }} */ (view).maps, 3);
  await views.find({ state: { z_seed: 1, page: "output" } });
  assert.equal(asked.length, 5, "what is fleeting is not kept");
});

test("what came coarse is asked for again, the rest is not", async () => {
  const asked = aServer((at) => ({ coarse: at > 1 ? [] : ["maps"] }));
  const views = new Views(FIELDS, DECLARED);
  const state = { z_seed: 1, page: "maps" };
  assert.equal((await views.find({ state }, { coarse: true })).coarse, true);
  assert.equal((await views.find({ state })).coarse, false);
  assert.deepEqual(
    asked.map(({ parts }) => parts),
    ["head,maps", "maps"],
  );
});

test("after what could not be read the browser's own copies are passed by, once", async () => {
  const asked = aServer((at) => (at === 1 ? { parts: null } : {}));
  const views = new Views(FIELDS, DECLARED);
  const state = { z_seed: 1, page: "maps" };
  const failed = await views.find({ state }).catch((/** @type {Problem} */ { code }) => code);
  assert.equal(failed, "answer_damaged");
  await views.find({ state });
  await views.find({ state: { z_seed: 2, page: "maps" } });
  assert.deepEqual(
    asked.map(({ cache }) => cache),
    ["default", "reload", "default"],
  );
});
