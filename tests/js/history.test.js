// Undo and redo over what was shown.

import assert from "node:assert/strict";
import test from "node:test";
import { Emitter } from "../../assets/js/emitter.js";
import { History } from "../../assets/js/history.js";

/** @import { Store } from "../../assets/js/store.js" */

/** @extends {Emitter<{ view: { link: string, waiting: boolean }, error: { aside?: boolean } }>} */
class Shown extends Emitter {
  view = {};
  /** @type {string[]} */
  opened = [];
  undone = 0;

  /** @param {string} link */
  open(link) {
    this.opened.push(link);
    this.show(link);
  }

  /** @param {string} link */
  show(link, waiting = false) {
    this.emit("view", { link, waiting });
  }

  undo() {
    this.undone++;
  }
}

function make() {
  const clock = { time: 0 },
    store = new Shown();
  const given = /** @type {Store} */ (/** @type {unknown} */ (store));
  const history = new History(given, () => clock.time);
  /** @type {(link: string, later?: number) => void} */
  const show = (link, later = 1000) => {
    clock.time += later;
    store.show(link);
  };
  return { store, history, show };
}

test("back to each thing that was shown, and forth again", () => {
  const { store, history, show } = make();
  for (const link of ["a", "b", "c"]) show(link);
  history.undo();
  history.undo();
  assert.deepEqual(store.opened, ["b", "a"]);
  assert.equal(history.canUndo, false);
  history.undo();
  history.redo();
  history.redo();
  assert.deepEqual(store.opened, ["b", "a", "b", "c"]);
  assert.equal(history.canRedo, false);
});

test("a drag is one change", () => {
  const { store, history, show } = make();
  show("a");
  show("b1");
  for (const link of ["b2", "b3"]) show(link, 40);
  history.undo();
  assert.deepEqual(store.opened, ["a"]);
});

test("what is changed after a step back takes the place of what was ahead", () => {
  const { store, history, show } = make();
  for (const link of ["a", "b"]) show(link);
  history.undo();
  show("c", 10);
  assert.equal(history.canRedo, false);
  history.undo();
  assert.deepEqual(store.opened, ["a", "a"]);
});

test("the same view again, as of another page of the browser's history, is no change", () => {
  const { history, show } = make();
  for (const link of ["a", "a"]) show(link);
  assert.equal(history.canUndo, false);
});

test("from a wrong value, back to what is shown", () => {
  const { store, history, show } = make();
  show("a");
  store.emit("error", {});
  assert.equal(history.canUndo, true);
  history.undo();
  assert.equal(store.undone, 1);
  assert.deepEqual(store.opened, []);
});

test("a mistake apart from the values, as of a damaged file, leaves nothing to undo", () => {
  const { store, history, show } = make();
  show("a");
  store.emit("error", { aside: true });
  assert.equal(history.canUndo, false);
  show("b");
  store.emit("error", { aside: true });
  history.undo();
  assert.deepEqual([store.undone, store.opened], [0, ["a"]]);
});
