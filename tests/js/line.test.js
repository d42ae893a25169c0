// Wishes on their way: how many at once, in which order they are told, which are called off.

import assert from "node:assert/strict";
import test from "node:test";
import { Line } from "../../assets/js/line.js";

/** @typedef {{ name: string, changes?: Record<string, unknown> }} Named */

// A line whose answers come when a test says so.
function aLine() {
  /** @type {Map<string, { done(answer: string): void, failed(error: string): void }>} */
  const sent = new Map();
  /** @type {string[]} */
  const told = [];
  /** @type {(() => void)[]} */
  const mended = []; // ends what is done about an error
  /** @type {Line<Named, string>} */
  const line = new Line({
    send: ({ name }) =>
      new Promise((done, failed) => {
        sent.set(name, { done, failed });
      }),
    grant: ({ name, changes = {} }, answer) =>
      told.push([name, answer, ...Object.keys(changes).toSorted()].join(" ")),
    fail: ({ name }, error) => {
      told.push(`${name} ${error}`);
      return new Promise((done) => {
        mended.push(() => done());
      });
    },
    rest: () => told.push("rest"),
  });
  /** @param {string} name */
  const ask = (name) => line.ask({ name, changes: { [name]: 1 } });
  /** @type {(name: string, answer?: string) => Promise<void>} */
  const answer = (name, answer = "ok") => {
    sent.get(name)?.done(answer);
    return turn();
  };
  /** @type {(name: string) => Promise<void>} */
  const refuse = (name) => {
    sent.get(name)?.failed("wrong");
    return turn();
  };
  return { line, ask, answer, refuse, told, mended, names: () => [...sent.keys()].join("") };
}

/** @type {() => Promise<void>} */
const turn = () => new Promise((done) => setTimeout(done, 1));

test("two are sent at once; of those that wait only the newest, with all changes", async () => {
  const { line, ask, answer, names, told } = aLine();
  for (const name of "abcd") ask(name);
  assert.equal(names(), "ab");
  await answer("a");
  assert.equal(names(), "abd");
  await answer("b");
  await answer("d");
  assert.deepEqual(told, ["a ok a", "b ok b", "d ok c d", "rest"]);
  assert.equal(line.busy, false);
});

test("a newer answer makes the older wish needless, whose changes are its own now", async () => {
  const { ask, answer, told } = aLine();
  for (const name of "ab") ask(name);
  await answer("b");
  await answer("a");
  assert.deepEqual(told, ["b ok a b", "rest"]);
});

test("an error waits for what is older, and a newer answer for what is done about it", async () => {
  const { ask, answer, refuse, told, mended } = aLine();
  for (const name of "ab") ask(name);
  await refuse("b");
  assert.deepEqual(told, []);
  await answer("a");
  assert.deepEqual(told, ["a ok a", "b wrong"]);
  mended[0]();
  await turn();
  assert.deepEqual(told.slice(2), ["rest"]);
});

test("a newer error waits until the older one is dealt with; a newer answer does not", async () => {
  const { ask, answer, refuse, told, mended } = aLine();
  for (const name of "ab") ask(name);
  await refuse("a");
  await refuse("b");
  assert.deepEqual(told, ["a wrong"]);
  mended[0]();
  await turn();
  assert.deepEqual(told, ["a wrong", "b wrong"]);
  ask("c");
  await answer("c");
  assert.deepEqual(told.slice(2), ["c ok b c", "rest"]);
});

test("what is asked anew calls off all that is under way", async () => {
  const { line, ask, answer, told } = aLine();
  for (const name of "abc") ask(name);
  line.askAnew({ name: "d" });
  for (const name of "abd") await answer(name);
  assert.deepEqual(told, ["d ok", "rest"]);
});

test("a wish knows whether it is the newest", () => {
  const { line } = aLine();
  const [one, other] = [{ name: "a" }, { name: "b" }];
  line.ask(one);
  assert.equal(line.isOlder(one), false);
  line.ask(other);
  assert.deepEqual([line.isOlder(one), line.isOlder(other)], [true, false]);
});
