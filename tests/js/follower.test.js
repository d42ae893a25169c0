// What a control of Gradio's is told, and what it tells.

import assert from "node:assert/strict";
import test from "node:test";
import { Emitter } from "../../assets/js/emitter.js";
import { Follower } from "../../assets/js/follower.js";
import { asHeld, inPairs } from "../../assets/js/held.js";
import { wording } from "../../assets/js/messages.js";
import { aField } from "./samples.js";
import { speak } from "./words.js";

/** @import { Control } from "../../assets/js/held.js" */
/** @import { Store } from "../../assets/js/store.js" */

const FIELDS = {
  size: aField("size", { default: 5, slider: { low: 1, high: 9, step: 1 } }),
  seed: aField("seed", {}),
  on: aField("on", { kind: "bool", default: false }),
  text: aField("text", { kind: "text", default: "", roles: ["long"] }),
  page: aField("page", { kind: "choice", choices: ["a", "b"], default: "a" }),
};
/** @type {(field: string, page?: string) => Control} */
const aControl = (field, page = "") => ({ key: `field-${field}${page}`, field, page });
const SIZE = aControl("size"),
  SEED = aControl("seed"),
  ON = aControl("on"),
  TABS = aControl("page");
const ORDER = {
  controls: [SIZE, SEED, ON],
  folds: [[SIZE.key], [SEED.key]],
  tabs: TABS,
  sidebar: true,
};
const screen = {
  matches: false,
  listeners: /** @type {(() => void)[]} */ ([]),
  addEventListener: (/** @type {string} */ _, /** @type {() => void} */ tell) =>
    screen.listeners.push(tell),
};
Object.assign(globalThis, { matchMedia: () => screen });

const NOTHING = { __type__: "update" };
const RIGHT = { validation_error: null };

/** @extends {Emitter<{ form: undefined }>} */
class Kept extends Emitter {
  /** @type {Record<string, unknown>} */
  form = { size: 5, seed: 0, on: false, page: "a" };
  /** @type {unknown[]} */
  asked = [];
  dragged = false; // by the last that was asked

  /** @type {(changes: object, dragged?: boolean) => void} */
  set(changes, dragged = false) {
    Object.assign(this.form, changes);
    this.asked.push(changes);
    this.dragged = dragged;
  }

  /** @param {object} changes */
  apply(changes) {
    this.set(changes);
    this.emit("form");
  }
}

function make() {
  const store = new Kept(),
    follower = new Follower(/** @type {Store} */ (/** @type {unknown} */ (store)), FIELDS);
  const told = { times: 0 };
  follower.listenTo(() => {
    told.times++;
  });
  follower.follow(ORDER);
  told.times = 0;
  return { store, follower, told };
}

test("what a hand gives goes to the store, and not back to its control", () => {
  const { store, follower, told } = make();
  follower.set(SIZE, 7);
  assert.deepEqual(store.asked, [{ size: 7 }]);
  store.emit("form");
  assert.equal(told.times, 0);
});

test("what a slider gives may be a step of a drag", () => {
  const { store, follower } = make();
  follower.set(SIZE, 7);
  assert.equal(store.dragged, true);
  follower.set(SEED, 3);
  assert.equal(store.dragged, false);
});

test("a control may be more than the value of a field", () => {
  const { store, follower } = make();
  /** @type {unknown[]} */
  const given = [];
  const set = (/** @type {unknown} */ value) => {
    given.push(value);
  };
  follower.own = { seed: { props: () => ({ label: "a seed" }), set } };
  follower.set(SEED, 3);
  assert.deepEqual([given, store.asked], [[3], []]);
  follower.draw(/** @type {never} */ ({ controls: {}, state: {} }));
  assert.equal(follower.follow(ORDER)[1].label, "a seed");
});

test("what a control holds already is not asked for again", () => {
  const { store, follower } = make();
  follower.set(SIZE, 5);
  follower.set(ON, false);
  assert.deepEqual(store.asked, []);
});

test("nothing is asked for before there is a view, which the tabs then follow", () => {
  const { store, follower } = make();
  const { form } = store;
  store.form = {};
  follower.set(TABS, "a");
  assert.deepEqual(store.asked, []);
  store.form = { ...form, page: "b" };
  assert.deepEqual(follower.follow(ORDER).at(5), { ...NOTHING, selected: "b" });
});

test("an emptied box is asked for as nothing, which the server refuses", () => {
  const { store, follower } = make();
  follower.set(SEED, null);
  assert.deepEqual(store.asked, [{ seed: "" }]);
});

test("what comes from elsewhere reaches the controls once, and the tabs", () => {
  const { store, follower, told } = make();
  store.apply({ size: "3", on: "true", page: "b" });
  assert.equal(told.times, 1);
  const [size, seed, on, first, second, tabs] = follower.follow(ORDER);
  assert.deepEqual(size, { ...NOTHING, value: 3 });
  assert.deepEqual(seed, NOTHING);
  assert.deepEqual(on, { ...NOTHING, value: true });
  assert.deepEqual([first, second], [NOTHING, NOTHING]);
  assert.deepEqual(tabs, { ...NOTHING, selected: "b" });
  assert.deepEqual(follower.follow(ORDER), Array(7).fill(NOTHING));
});

test("another control of a field follows the one that is moved, and has marks of its own", () => {
  const { store, follower, told } = make();
  const second = aControl("size", "b"),
    order = { ...ORDER, controls: [...ORDER.controls, second] };
  follower.follow(order);
  follower.set(SIZE, 7);
  assert.equal(told.times, 0, "it is not seen");
  store.apply({ page: "b" });
  assert.equal(told.times, 1);
  const [own, , , others] = follower.follow(order);
  assert.deepEqual([own, others], [NOTHING, { ...NOTHING, value: 7 }]);
  follower.set(second, 8);
  const updates = follower.follow(order);
  assert.deepEqual(updates[0], { ...NOTHING, value: 8 });
  assert.deepEqual(updates[3], NOTHING);
  const error = { code: "x", field: "size", params: {}, message: "no" };
  const marked = { ...NOTHING, loading_status: { validation_error: "no" } };
  for (const [page, last, at] of /** @type {const} */ ([
    ["a", second, 0],
    ["b", second, 3],
    ["b", SIZE, 0],
  ])) {
    follower.clear();
    follower.follow(order);
    store.apply({ page });
    follower.set(last, last === SIZE ? 3 : 4);
    follower.follow(order);
    follower.fail([error]);
    assert.deepEqual(follower.follow(order)[at], marked);
  }
});

test("a slider reaches as far as a value of a link", () => {
  const { store, follower } = make();
  store.apply({ size: 31 });
  assert.deepEqual(follower.follow(ORDER)[0], { ...NOTHING, value: 31, maximum: 31 });
  store.apply({ size: 4 });
  assert.deepEqual(follower.follow(ORDER)[0], { ...NOTHING, value: 4, maximum: 9 });
});

test("but not as far as what is wrong", () => {
  const { store, follower } = make();
  store.apply({ size: 101 });
  assert.deepEqual(follower.follow(ORDER)[0], { ...NOTHING, value: 101 });
});

test("a slider reaches as far as what is typed in its box, as long as that is there", () => {
  const { follower, told } = make();
  follower.set(SIZE, 31);
  assert.equal(told.times, 1);
  assert.deepEqual(follower.follow(ORDER)[0], { ...NOTHING, maximum: 31 });
});

test("what is past the end of a slider that is left becomes its end", () => {
  const { store, follower } = make();
  for (const [typed, end] of [
    [101, 9],
    [-3, 1],
    [null, 1],
    [7, 7],
  ]) {
    follower.set(SIZE, typed);
    follower.leave(SIZE, typed);
    assert.equal(store.form.size, end);
  }
});

test("what is wrong is marked at its control, whose fold opens, until it is right", () => {
  const { store, follower } = make();
  const error = { code: "x", field: "seed", params: {}, message: "too large" };
  follower.fail([error]);
  const [size, seed, , first, second] = follower.follow(ORDER);
  assert.deepEqual(size, NOTHING);
  assert.deepEqual(seed, { ...NOTHING, loading_status: { validation_error: "too large" } });
  assert.deepEqual([first, second], [NOTHING, { ...NOTHING, open: true }]);
  follower.clear();
  assert.deepEqual(follower.follow(ORDER)[1], { ...NOTHING, loading_status: RIGHT });
  assert.deepEqual(store.asked, []);
});

test("a text that is wrong in the same way again is marked again", () => {
  const { store, follower } = make();
  const text = aControl("text");
  store.form.text = "";
  const order = { ...ORDER, controls: [text], folds: [] };
  const error = { code: "x", field: "text", params: {}, message: "too long" };
  const marked = { ...NOTHING, loading_status: { validation_error: "too long" } };
  for (const wrong of ["1", "2"]) {
    follower.set(text, wrong); // Gradio takes the mark off as somebody types
    assert.deepEqual(follower.follow(order)[0], NOTHING);
    follower.fail([error]);
    assert.deepEqual(follower.follow(order)[0], marked);
  }
});

test("where all together are too much, those that were changed last are marked", () => {
  const { follower } = make();
  const params = { estimate: "2", bound: "1" };
  const error = { code: "x", field: null, params, message: "too much", changes: ["size"] };
  assert.deepEqual(follower.fail([error]), []);
  const marked = { loading_status: { validation_error: "too much" } };
  assert.deepEqual(follower.follow(ORDER)[0], { ...NOTHING, ...marked });
});

test("what has nothing to do with values marks none", () => {
  const { follower } = make();
  const error = { code: "x", field: null, params: {}, message: "our mistake", changes: ["size"] };
  assert.deepEqual(follower.fail([error]), [error]);
  assert.deepEqual(follower.follow(ORDER)[0], NOTHING);
});

test("a button draws numbers, and more where a field says so", () => {
  const { store, follower } = make();
  const presses = [
    { draw: ["seed"], set: {} },
    { draw: [], set: /** @type {object} */ ({ size: 2 }), where: { on: "true" } },
  ];
  follower.press(presses);
  assert.deepEqual(Object.keys(/** @type {object} */ (store.asked[0])), ["seed"]);
  assert.ok(Number.isInteger(store.form.seed));
  store.form.on = true;
  follower.press(presses);
  assert.equal(store.form.size, 2);
});

test("values as Gradio's controls hold them", () => {
  assert.equal(asHeld(FIELDS.size, "1e2"), 100);
  assert.equal(asHeld(FIELDS.size, " "), undefined);
  assert.equal(asHeld(FIELDS.size, "abc"), undefined);
  assert.equal(asHeld(FIELDS.on, "false"), false);
  assert.equal(asHeld(FIELDS.page, "b"), "b");
  const pads = aField("pads", { kind: "pads" });
  assert.equal(asHeld(pads, "0,0,3,3,3,3,0,0"), "[[0, 0], [3, 3], [3, 3], [0, 0]]");
});

test("pads that are not eight stay as they were typed", () => {
  for (const text of ["", "1,2", "[[0, 0], [3, 3], [3, 3], [0, 0]]", "a"])
    assert.equal(inPairs(text), text);
});

test("controls may stand for themselves, without tabs and sidebar", () => {
  const { store, follower } = make();
  store.apply({ size: 3 });
  const order = { controls: [SIZE], folds: [], tabs: null, sidebar: false };
  assert.deepEqual(follower.follow(order), [{ ...NOTHING, value: 3 }]);
});

const PADS = aField("pads", { kind: "pads", default: "0,0,3,3,3,3,0,0" }),
  MODE = aField("mode", { kind: "choice", choices: ["A", "B"], default: "A" });
const PART = { ...aControl("pads", "b"), key: "part", part: 2 },
  LINE = {
    ...aControl("pads", "b"),
    key: "line",
    call: { text: "f({pads}, '{mode}')", fields: ["pads", "mode"], path: "read" },
  };

function makePads() {
  const store = new Kept(),
    fields = { ...FIELDS, pads: PADS, mode: MODE };
  store.form = { ...store.form, page: "b", pads: PADS.default, mode: "A" };
  const follower = new Follower(/** @type {Store} */ (/** @type {unknown} */ (store)), fields);
  const order = { controls: [aControl("pads"), PART, LINE], folds: [], tabs: TABS, sidebar: false };
  follower.follow(order);
  return { store, follower, order };
}

test("a control holds one number of a field, a text holds several fields", () => {
  const { store, follower, order } = makePads();
  follower.set(PART, 7);
  assert.equal(store.form.pads, "0,0,7,3,3,3,0,0");
  const [whole, part, line] = follower.follow(order);
  assert.deepEqual(whole, { ...NOTHING, value: "[[0, 0], [7, 3], [3, 3], [0, 0]]" });
  assert.deepEqual(part, NOTHING);
  assert.deepEqual(line, { ...NOTHING, value: "f([[0, 0], [7, 3], [3, 3], [0, 0]], 'A')" });
  store.apply({ pads: "[[0, 0], [1, 2], [3, 3], [0, 0]]" });
  assert.deepEqual(follower.follow(order)[1], { ...NOTHING, value: 1 });
});

test("pads at fault are told what they may be, and the text all that is wrong", async () => {
  await speak("en");
  const { follower, order } = makePads();
  follower.set(PART, 70);
  follower.follow(order);
  const pads = "paddings[1][0] = “70”";
  /** @param {string} error */
  const marked = (error) => ({ ...NOTHING, loading_status: { validation_error: error } });
  const params = { field: "pads", pads, allowed: "0 … 64" };
  const refused = { code: "bad_pads", field: "pads", params, message: "" };
  follower.fail([refused]);
  assert.deepEqual(follower.follow(order).slice(0, 3), [
    NOTHING,
    marked("Allowed: 0 … 64"),
    marked(wording(refused)),
  ]);
});

test("a text that cannot be read stays, marked, until something else takes its place", async () => {
  const { store, follower, order } = makePads();
  const refusal = { code: "x", field: null, params: {}, message: "cannot be read" };
  const values = { pads: "0,0,1,1,1,1,0,0", mode: "B" };
  /** @param {object} answer */
  const answers = (answer) =>
    Object.assign(globalThis, { fetch: async () => Response.json(answer) });
  const marked = { ...NOTHING, loading_status: { validation_error: "cannot be read" } };
  answers({ error: refusal });
  await follower.read(LINE, "nonsense");
  assert.deepEqual(follower.follow(order)[2], marked);
  follower.clear(); // a good view of something else
  assert.deepEqual(follower.follow(order)[2], NOTHING);
  follower.set(PART, 5);
  const line = "f([[0, 0], [5, 3], [3, 3], [0, 0]], 'A')";
  assert.deepEqual(follower.follow(order)[2], { ...NOTHING, value: line, loading_status: RIGHT });
  answers({ error: refusal });
  await follower.read(LINE, "nonsense");
  follower.follow(order);
  answers(values);
  await follower.read(LINE, "f(1, 'B')");
  assert.deepEqual(store.asked.at(-1), values);
  const written = "f([[0, 0], [1, 1], [1, 1], [0, 0]], 'B')";
  assert.deepEqual(follower.follow(order)[2], { ...NOTHING, value: written });
});

test("what a part of a view says is wrong is marked at its numbers until it is not", async () => {
  await speak("en");
  const { follower, order } = makePads();
  const document = { getElementById: () => ({ checkVisibility: () => true }) };
  Object.defineProperty(globalThis, "document", { value: document, configurable: true });
  Object.assign(globalThis, {
    requestAnimationFrame: (/** @type {() => void} */ run) => run(),
  });
  const params = { at: 1, axis: "batch", limit: 2, pad: 3 };
  const error = { code: "pad_too_large", field: "pads", params, message: "no" };
  const numbers = [2, 4].map((part) => ({ ...PART, key: `part${part}`, part })),
    told = { ...order, controls: numbers };
  follower.follow(told);
  await follower.note([error]);
  const largest = "Use 2, the largest that works";
  const marked = { ...NOTHING, loading_status: { validation_error: largest } };
  assert.deepEqual(follower.follow(told).slice(0, 2), [marked, NOTHING]);
  follower.clear(); // a good view, whose part says the same
  assert.deepEqual(follower.follow(told).slice(0, 2), [NOTHING, NOTHING]);
  await follower.note([]);
  assert.deepEqual(follower.follow(told)[0], { ...NOTHING, loading_status: RIGHT });
});

test("a view tells each number of a field for itself", async () => {
  await speak("en");
  const { follower, order } = makePads();
  const parts = Array.from({ length: 8 }, (_, part) => ({
    visible: part === 2,
    label: "labels.pad_channel",
  }));
  follower.draw(/** @type {never} */ ({ controls: { pads: { parts } }, state: {} }));
  const [whole, part] = follower.follow(order);
  assert.deepEqual(whole, NOTHING);
  assert.deepEqual(part, { ...NOTHING, visible: true, label: "Channel" });
});

test("controls that are not seen are told once they are", () => {
  const { follower, told } = make();
  const dock = { ...aControl("size", "dock"), page: null };
  follower.follow({ ...ORDER, controls: [...ORDER.controls, dock] });
  follower.set(SIZE, 7);
  assert.equal(told.times, 0);
  Object.assign(screen, { matches: true });
  for (const tell of screen.listeners) tell();
  assert.equal(told.times, 1);
  Object.assign(screen, { matches: false });
});

test("the control that is at hand on every page is marked where it was moved last", () => {
  const { follower } = make();
  const dock = { ...aControl("size", "dock"), page: null },
    order = { ...ORDER, controls: [...ORDER.controls, dock] };
  const error = { code: "x", field: "size", params: {}, message: "no" };
  const marked = { ...NOTHING, loading_status: { validation_error: "no" } };
  follower.follow(order);
  follower.fail([error]);
  const told = follower.follow(order);
  assert.deepEqual([told[0], told[3]], [marked, NOTHING]);
  follower.clear();
  follower.follow(order);
  follower.set(dock, 4);
  follower.follow(order);
  follower.fail([error]);
  const updates = follower.follow(order);
  assert.deepEqual([updates[0], updates[3]], [NOTHING, marked]);
});
