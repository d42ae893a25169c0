// Undo and redo over every change of what is shown; a drag is one change. Where one looks is none:
// another page or stage stays as it is, and the browser's Back leads through these; but a change
// ends there.

/** @import { State } from "./contract.js" */
/** @import { ShownView, Store } from "./store.js" */

const ONE_CHANGE_MS = 500; // what comes sooner after the last view goes on with its change
const MOST = 200;

export class History {
  /** @type {State[]} */
  #past = [];
  /** @type {State[]} */
  #future = [];
  /** @type {State | null} */
  #now = null;
  #time = -Infinity;
  #isApart = false; // whether the next change is one of its own
  /** @type {State | null} */
  #asked = null; // what was gone to
  waiting = false; // whether what is shown is not what the controls hold

  /**
   * @param {Store} store
   * @param {() => number} clock in milliseconds
   */
  constructor(store, clock = () => performance.now()) {
    this.store = store;
    this.clock = clock;
    store.on("view", (view) => this.#note(view));
    store.on("apart", () => this.separate());
    store.on("error", ({ aside }) => {
      if (!aside) this.waiting = true;
    });
  }

  get canUndo() {
    return this.#past.length > 0 || this.waiting;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  // From a wrong value, back to what is shown; else to what was shown before.
  undo() {
    if (this.waiting && this.store.view) {
      this.waiting = false;
      this.store.undo();
    } else this.#go(this.#past, this.#future);
  }

  // What comes next is a change of its own, however soon it comes.
  separate() {
    this.#isApart = true;
  }

  redo() {
    this.#go(this.#future, this.#past);
  }

  /** @type {(from: State[], to: State[]) => void} */
  #go(from, to) {
    const state = from.pop();
    if (state === undefined || this.#now === null) return;
    to.push(this.#now);
    this.#now = this.#asked = state;
    this.store.restore(state);
  }

  /** @param {ShownView} view */
  #note({ state, waiting }) {
    this.waiting = waiting;
    const time = this.clock(),
      goesOn = time - this.#time < ONE_CHANGE_MS,
      went = this.#isSame(state, this.#asked),
      stays = this.#isSame(state, this.#now),
      isElsewhere = stays && JSON.stringify(state) !== JSON.stringify(this.#now);
    this.#time = went || isElsewhere || this.#now === null ? -Infinity : time;
    this.#asked = null;
    if (stays || went) {
      this.#now = state;
      return;
    }
    if (this.#now !== null && (this.#isApart || !goesOn)) this.#past.push(this.#now);
    this.#isApart = false;
    if (this.#past.length > MOST) this.#past.shift();
    this.#now = state;
    this.#future = [];
  }

  /** @type {(one: State, other: State | null) => boolean} */
  #isSame(one, other) {
    if (other === null) return false;
    const [a, b] = [one, other].map((state) => JSON.stringify(this.store.settingsOf(state)));
    return a === b;
  }
}

// Ctrl+Z and Ctrl+Y, or Cmd+Z and Cmd+Shift+Z; in a box they are the box's own.
/** @type {(event: KeyboardEvent, history: History) => void} */
export function undoByKey(event, history) {
  const { key, ctrlKey, metaKey, shiftKey, target } = event;
  if (!(ctrlKey || metaKey) || isBox(target)) return;
  const redo = key.toLowerCase() === "y" || (shiftKey && key.toLowerCase() === "z");
  if (!redo && key.toLowerCase() !== "z") return;
  event.preventDefault();
  if (redo) history.redo();
  else history.undo();
}

/** @param {EventTarget | null} target */
export const isBox = (target) =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && !["range", "checkbox"].includes(target.type));
