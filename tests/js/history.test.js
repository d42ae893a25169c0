// Undo and redo over what was shown.

import assert from "node:assert/strict";
import test from "node:test";
import { Emitter } from "../../assets/js/emitter.js";
import { History } from "../../assets/js/history.js";

/** @import { Store } from "../../assets/js/store.js" */

/** @typedef {{ made: string, stage?: string }} Seen a view, by what it is made of */

/** @extends {Emitter<{ view: { state: Seen, waiting: boolean }, error: { aside?: boolean } }>} */
class Shown extends Emitter {
  view = {};
  /** @type {string[]} */
  restored = [];
  undone = 0;

  /** @param {Seen} state */
  settingsOf({ made }) {
    return { made };
  }

  /** @param {Seen} state */
  restore({ made }) {
    this.restored.push(made);
    this.show(made);
  }

  /** @type {(made: string, stage?: string) => void} */
  show(made, stage = "") {
    this.emit("view", { state: { made, stage }, waiting: false });
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
  /** @type {(made: string, later?: number, stage?: string) => void} */
  const show = (made, later = 1000, stage = "") => {
    clock.time += later;
    store.show(made, stage);
  };
  return { store, history, show };
}

test("back to each thing that was shown, and forth again", () => {
  const { store, history, show } = make();
  for (const made of ["a", "b", "c"]) show(made);
  history.undo();
  history.undo();
  assert.deepEqual(store.restored, ["b", "a"]);
  assert.equal(history.canUndo, false);
  history.undo();
  history.redo();
  history.redo();
  assert.deepEqual(store.restored, ["b", "a", "b", "c"]);
  assert.equal(history.canRedo, false);
});

test("a drag is one change", () => {
  const { store, history, show } = make();
  show("a");
  show("b1");
  for (const made of ["b2", "b3"]) show(made, 40);
  history.undo();
  assert.deepEqual(store.restored, ["a"]);
});

test("what is changed after a step back takes the place of what was ahead", () => {
  const { store, history, show } = make();
  for (const made of ["a", "b"]) show(made);
  history.undo();
  show("c", 10);
  assert.equal(history.canRedo, false);
  history.undo();
  assert.deepEqual(store.restored, ["a", "a"]);
});

test("the same view again, as of another page of the browser's history, is no change", () => {
  const { history, show } = make();
  for (const made of ["a", "a"]) show(made);
  assert.equal(history.canUndo, false);
});

test("what is looked at meanwhile is no change of its own", () => {
  const { store, history, show } = make();
  show("a");
  show("b", 1000, "fc1/dense");
  show("b", 1000, "conv_out/conv2d");
  history.undo();
  assert.deepEqual([store.restored, history.canUndo], [["a"], false]);
  show("a", 1000, "z");
  assert.equal(history.canRedo, true);
});

test("what is changed soon after one looked elsewhere is a change of its own", () => {
  const { store, history, show } = make();
  for (const made of ["a", "b"]) show(made);
  show("b", 1000, "fc1/dense");
  show("c", 300, "fc1/dense");
  history.undo();
  assert.deepEqual(store.restored, ["b"]);
});

test("from a wrong value, back to what is shown", () => {
  const { store, history, show } = make();
  show("a");
  store.emit("error", {});
  assert.equal(history.canUndo, true);
  history.undo();
  assert.equal(store.undone, 1);
  assert.deepEqual(store.restored, []);
});

test("a mistake apart from the values, as of a damaged file, leaves nothing to undo", () => {
  const { store, history, show } = make();
  show("a");
  store.emit("error", { aside: true });
  assert.equal(history.canUndo, false);
  show("b");
  store.emit("error", { aside: true });
  history.undo();
  assert.deepEqual([store.undone, store.restored], [0, ["a"]]);
});
