// Events by name, each with what it tells.

import assert from "node:assert/strict";
import test from "node:test";
import { Emitter } from "../../assets/js/emitter.js";

test("who listens to an event hears what it tells, in order, and of no other", () => {
  /** @type {Emitter<{ view: number, idle: undefined }>} */
  const emitter = new Emitter();
  /** @type {string[]} */
  const heard = [];
  emitter.on("view", (view) => heard.push(`first ${view}`));
  emitter.on("view", (view) => heard.push(`second ${view}`));
  emitter.emit("idle");
  emitter.emit("view", 3);
  assert.deepEqual(heard, ["first 3", "second 3"]);
});

test("an event that tells nothing is heard too", () => {
  /** @type {Emitter<{ idle: undefined }>} */
  const emitter = new Emitter();
  let times = 0;
  emitter.on("idle", () => {
    times += 1;
  });
  emitter.emit("idle");
  emitter.emit("idle");
  assert.equal(times, 2);
});
