// The loop between the form and the views: what is asked, what the address bar says.

/** @import { FieldName, PartsAnswer, Role, State } from "../../assets/js/contract.js" */

import assert from "node:assert/strict";
import test from "node:test";
import { addressLink } from "../../assets/js/address.js";
import { known } from "../../assets/js/known.js";
import { Store } from "../../assets/js/store.js";
import { message } from "./message.js";
import { aState, someFields } from "./samples.js";

/** @typedef {{ state?: State, link?: string, parts: string[], coarse: boolean }} Asked */

/** @type {Partial<Record<FieldName, Role[]>>} */
const ROLES = {
  page: ["view", "place"],
  channel: ["view"],
  stage: ["view", "selection"],
  expected_stage: ["view", "selection", "asked"],
  kernels: ["view", "fold"],
};
const FIELDS = someFields(
  Object.fromEntries(fieldNames().map((name) => [name, ROLES[name] ?? []])),
);
for (const name of fieldNames()) FIELDS[name].default = aState()[name];
/** @type {PartsAnswer} */
const DECLARED = {
  code: "a",
  examples: [],
  parts: [
    { name: "head", fields: fieldNames(), where: [], lasts: true },
    { name: "maps", fields: ["z_seed", "kernel_size"], where: [], lasts: true },
  ],
};
const OK = { source: "untrained", shown: "untrained", status: "ok" };
/** @type {(answer: BodyInit, type: string) => Response} */
const answered = (answer, type) => new Response(answer, { headers: { "content-type": type } });
/** @type {(state: State, parts: string[], coarse?: boolean) => Response} */
const view = (state, parts, coarse = false) => {
  const head = { state, link: `z_seed=${state.z_seed}`, weights: OK };
  const maps = { z: state.z_seed };
  const sent = parts.length ? parts : ["head", "maps"];
  const made = Object.entries({ head, maps }).filter(([name]) => sent.includes(name));
  const header = {
    parts: Object.fromEntries(made),
    messages: [],
    coarse: coarse ? ["maps"] : [],
    fleeting: false,
  };
  return answered(message(header), "application/octet-stream");
};
/** @param {string} field */
const refusal = (field) => {
  const error = { code: "out_of_range", field, params: {}, message: "" };
  return answered(JSON.stringify({ error, others: [] }), "application/json");
};

// A page as far as the store knows it: `answer` is the server, `asked` what it was asked, `steps`
// what became of the address bar.
/** @param {(asked: Asked) => Promise<Response> | Response} answer */
function aPage(answer, { hash = "", search = "" } = {}) {
  /** @type {Asked[]} */
  const asked = [];
  /** @type {string[]} */
  const steps = [];
  const location = { hash, search, pathname: "/" };
  /** @type {(how: string) => (data: null, title: string, to: string) => void} */
  const step = (how) => (_data, _title, to) => {
    location.hash = to.includes("#") ? to.slice(to.indexOf("#")) : "";
    steps.push(`${how} ${to}`);
  };
  const window = { parent: /** @type {unknown} */ (null) };
  window.parent = window;
  const globals = {
    location,
    window,
    history: { pushState: step("push"), replaceState: step("replace") },
    fetch: async (/** @type {URL} */ address) => {
      asked.push(read(address.searchParams));
      return answer(asked[asked.length - 1]);
    },
  };
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true });
  return { asked, steps };
}

function fieldNames() {
  return /** @type {FieldName[]} */ (Object.keys(aState()));
}

// A query as the server reads it.
/** @type {(query: URLSearchParams) => Asked} */
function read(query) {
  const parts = query.get("parts")?.split(",") ?? [],
    coarse = query.has("coarse"),
    link = query.get("link");
  if (link !== null) return { link, parts, coarse };
  const usual = aState();
  /** @type {[string, unknown][]} */
  const values = fieldNames().map((name) => {
    const text = query.get(name) ?? String(usual[name]);
    if (typeof usual[name] === "number" && text !== "") return [name, Number(text)];
    return [name, typeof usual[name] === "boolean" ? text === "true" : text];
  });
  return { state: /** @type {State} */ (Object.fromEntries(values)), parts, coarse };
}

/** @type {(store: Store) => Promise<void>} */
const idle = (store) =>
  new Promise((done) => store.addEventListener("idle", () => done(), { once: true }));
/** @param {number} milliseconds */
const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const echo = (/** @type {Asked} */ { state, link, parts, coarse }) =>
  view(state ?? aState({ z_seed: Number(new URLSearchParams(link).get("z_seed")) }), parts, coarse);

async function opened(answer = echo) {
  const page = aPage(answer);
  const store = new Store(FIELDS, DECLARED);
  store.open("z_seed=3");
  await idle(store);
  return { ...page, store };
}

test("the address holds a link after #, or as a query beside Gradio's own keys", () => {
  aPage(echo, { hash: "#z_seed=4" });
  assert.equal(addressLink(), "z_seed=4");
  aPage(echo, { search: "?__theme=dark&z_seed=5&expected=a%26b" });
  assert.equal(addressLink(), "z_seed=5&expected=a%26b");
  aPage(echo, { search: "?__theme=dark" });
  assert.equal(addressLink(), "");
});

test("a link is asked as it is; its view fills the form and the address", async () => {
  const { store, asked, steps } = await opened();
  assert.deepEqual(asked, [{ link: "z_seed=3", parts: [], coarse: false }]);
  assert.deepEqual([store.form.z_seed, store.view?.state.z_seed], [3, 3]);
  assert.deepEqual(steps, [], "the screen comes first");
  await rest(260);
  assert.deepEqual(steps, ["replace /#z_seed=3"]);
});

test("another page or cell is a step in the browser's history, another value is none", async () => {
  const { store, steps } = await opened();
  store.set({ z_seed: 7 });
  await idle(store);
  await rest(260); // addresses change at most so often
  assert.deepEqual(steps, ["replace /#z_seed=7"]);
  store.set({ z_seed: 9 });
  await idle(store);
  store.set({ page: "output", z_seed: 8 });
  await idle(store);
  assert.deepEqual(steps.slice(1), ["replace /#z_seed=9", "push /#z_seed=8"]);
});

test("what waits to be written does not take the place of a link gone back to", async () => {
  const { store, steps } = await opened();
  location.hash = "#z_seed=1";
  store.leave();
  await rest(260);
  assert.deepEqual([location.hash, steps], ["#z_seed=1", []]);
});

test("two views are under way at once, and of what waits only the newest", async () => {
  const { store, asked } = await opened();
  /** @type {number[]} */
  const shown = [];
  store.on("view", ({ state }) => shown.push(state.z_seed));
  for (const z_seed of [10, 11, 12, 13]) store.set({ z_seed });
  assert.ok(store.pending);
  await idle(store);
  const seeds = asked.slice(1).map(({ state }) => state?.z_seed);
  assert.deepEqual(seeds.slice(0, 3), [10, 11, 13]);
  assert.deepEqual(new Set(seeds), new Set([10, 11, 13]));
  assert.equal(store.view?.state.z_seed, 13);
  assert.deepEqual(shown.toSorted(), shown);
});

test("a state that was seen is asked for no more, and another only what it lacks", async () => {
  const { store, asked } = await opened();
  await rest(160);
  store.set({ channel: 2 });
  await idle(store);
  assert.deepEqual(asked[1].parts, ["head"]);
  store.set({ channel: -1 });
  await idle(store);
  store.open("z_seed=3");
  await idle(store);
  assert.equal(asked.length, 2);
  assert.equal(store.view?.state.channel, -1);
});

test("a drag is shown by coarse maps, and when it rests the exact ones follow", async () => {
  const { store, asked } = await opened();
  /** @type {boolean[]} */
  const shown = [];
  store.on("view", ({ coarse }) => shown.push(coarse));
  store.set({ z_seed: 4 });
  store.set({ z_seed: 5 });
  await idle(store);
  assert.deepEqual(
    asked.slice(1).map(({ state, coarse, parts }) => [state?.z_seed, coarse, parts.join()]),
    [
      [4, false, "head,maps"],
      [5, true, "head,maps"],
      [5, false, "maps"],
    ],
  );
  assert.deepEqual(shown.slice(-2), [true, false]);
  assert.equal(store.view?.state.z_seed, 5);
});

test("a slider's first step may be that of a drag, so it is coarse", async () => {
  const { store, asked } = await opened();
  store.set({ z_seed: 4 }, true);
  await idle(store);
  assert.deepEqual(
    asked.slice(1).map(({ coarse }) => coarse),
    [true, false],
  );
});

test("a value stands as it was taken, a selection as it was chosen", async () => {
  const { store } = await opened(({ state, parts }) =>
    view(aState(state && { ...state, z_seed: 100, channel: 2 }), parts),
  );
  store.set({ z_seed: "1e2", channel: 40 });
  await idle(store);
  assert.deepEqual([store.form.z_seed, store.form.channel], [100, 40]);
});

test("an explained cell goes along to another item", async () => {
  const { store, asked } = await opened();
  store.set({ cell: "0,3,4,1" });
  store.set({ item: "2" });
  await idle(store);
  assert.equal(asked[asked.length - 1].state?.cell, "2,3,4,1");
});

test("an explained cell keeps its place in another channel, and begins anew", async () => {
  const { store } = await opened();
  const steps = "conv_out/pad:0,1,1,1";
  /** @type {(cell: string, channel: number | string) => string[]} */
  const moved = (cell, channel) => {
    store.set({ cell, trail: steps });
    store.set({ channel });
    return [store.form.cell, store.form.trail];
  };
  assert.deepEqual(moved("0,3,4,1", "7"), ["0,3,4,7", ""]);
  assert.deepEqual(moved("0,3,4,1", -1), ["0,3,4,1", steps], "all channels: it is among them");
  assert.deepEqual(moved("0,3,4,1", ""), ["0,3,4,1", steps], "nothing is chosen yet");
  assert.deepEqual(moved("0,77", 7), ["0,77", steps], "a unit is in no channel");
  assert.deepEqual(moved("", 7), ["", steps]);
  await idle(store);
});

test("a wrong value waits; what is chosen besides is shown with the last good ones", async () => {
  const { store, asked } = await opened((one) =>
    String(one.state?.z_seed) === "-1" ? refusal("z_seed") : echo(one),
  );
  /** @type {string[][]} */
  const told = [];
  store.on("error", ({ changes = [] }) => told.push([...changes]));
  store.set({ z_seed: "-1" });
  await idle(store);
  assert.deepEqual([told, store.view?.state.z_seed], [[["z_seed"]], 3]);
  store.set({ kernel_size: 4 });
  await idle(store);
  assert.deepEqual([store.form.z_seed, store.view?.state.z_seed], ["-1", 3]);
  assert.deepEqual([store.view?.state.kernel_size, store.view?.waiting], [4, true]);
  assert.ok(asked.some(({ state }) => state?.z_seed === 3 && state.kernel_size === 4));
  store.undo();
  await idle(store);
  assert.deepEqual([store.form.z_seed, store.form.kernel_size], [3, 4]);
});

test("undo takes back what a view is made of, and leaves where one looks", async () => {
  const { store } = await opened();
  const before = aState({ expected: "[1]", expected_stage: "a" });
  store.set({ page: "output", stage: "z", kernels: true, expected: "[2]", expected_stage: "b" });
  await idle(store);
  store.restore(before);
  await idle(store);
  const { page, stage, kernels, expected, expected_stage } = known(store.view).state;
  assert.deepEqual(
    [page, stage, kernels, expected, expected_stage],
    ["output", "z", true, "[1]", "a"],
  );
  const looked = { page, stage, kernels };
  assert.deepEqual(store.settingsOf({ ...before, ...looked }), store.settingsOf(before));
});

test("a server that is away is asked again, at once where something is wished for", async () => {
  let away = true;
  const { store, asked } = await opened((one) => {
    if (one.state && away) throw new TypeError("no network");
    return echo(one);
  });
  const failed = new Promise((done) => store.on("error", ({ code }) => done(code)));
  store.set({ z_seed: 5 });
  assert.equal(await failed, "offline");
  away = false;
  await rest(160); // or it would be a drag
  store.set({ kernel_size: 3 });
  await idle(store);
  assert.deepEqual([store.view?.state.z_seed, store.view?.state.kernel_size], [5, 3]);
  assert.equal(asked.length, 3);
});

test("half an answer, and a page of something in between, are told and tried again", async () => {
  for (const [broken, code] of /** @type {[() => Response, string][]} */ ([
    [() => answered(new Uint8Array([9, 0, 0, 0, 1]), "application/octet-stream"), "answer_damaged"],
    [() => answered("<html>", "text/html"), "foreign_answer"],
    [() => answered("{", "application/json"), "answer_damaged"],
  ])) {
    let first = true;
    const { store } = await opened((one) => {
      if (!one.state || !first) return echo(one);
      first = false;
      return broken();
    });
    const failed = new Promise((done) => store.on("error", (error) => done(error.code)));
    store.set({ z_seed: 6 });
    assert.equal(await failed, code);
    store.set({});
    await idle(store);
    assert.equal(store.view?.state.z_seed, 6);
  }
});

test("a view that could not be drawn gives way to the last that was", async () => {
  const { store } = await opened();
  assert.equal(store.fallBack(), null);
  const good = store.view;
  assert.ok(good);
  store.keep(good);
  store.set({ z_seed: 9 });
  await idle(store);
  assert.equal(store.view?.state.z_seed, 9);
  assert.equal(store.fallBack(), good);
  assert.equal(store.view, good);
  store.undo();
  await idle(store);
  assert.equal(store.form.z_seed, 3);
});
