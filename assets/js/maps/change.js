// What of the focused stage can be changed: its arguments, each in a box of its own. A change is of
// this stage alone, and stands in the link.

import { el, setText } from "../dom.js";
import { Fold } from "../fold.js";
import { t } from "../i18n.js";
import { argumentName, valueName } from "../stage_changes.js";

/** @import { Changeable, MapsView } from "../contract.js" */
/** @import { Store } from "../store.js" */

/** @typedef {HTMLInputElement | HTMLSelectElement} Box */

export class StageChange {
  #key = ""; // what the boxes are of
  /** @type {Map<string, Box>} */
  #boxes = new Map(); // by argument
  /** @type {Changeable[]} */
  #told = [];

  rows = el("div", { class: "change-rows" });
  note = el("p", { class: "help" });
  fold = new Fold("stage-change", t("changeable.title"), [this.note, this.rows]);
  root = this.fold.root;

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  /** @param {MapsView & { waiting?: boolean }} view */
  draw({ focus: { stage, changeable }, waiting }) {
    this.root.hidden = changeable.length === 0;
    setText(this.note, t("changeable.note"));
    const key = JSON.stringify([stage, changeable.map(({ name, choices }) => [name, choices])]);
    this.#told = changeable;
    if (key !== this.#key) this.#build(key);
    if (waiting) return; // what was refused stays to be mended
    for (const argument of changeable) this.#show(argument);
  }

  /** @param {string} key */
  #build(key) {
    this.#key = key;
    this.#boxes = new Map(this.#told.map((argument) => [argument.name, this.#box(argument)]));
    const rows = this.#told.map(({ name }) =>
      el(
        "label",
        { class: "change-row" },
        el("code", { text: argumentName(name) }),
        this.#boxes.get(name),
      ),
    );
    this.rows.replaceChildren(...rows);
  }

  /** @type {(argument: Changeable) => Box} */
  #box({ name, choices, allowed }) {
    const props = { data: { argument: name }, on: { change: () => this.#take(name) } };
    if (!choices.length)
      return el("input", { type: "text", maxlength: 80, title: allowed, ...props });
    return el("select", props, ...choices.map((value) => option(name, value)));
  }

  // A value that no choice of the others is, as of a stage that was not there, stands beside them.
  /** @param {Changeable} argument */
  #show({ name, value, usual, choices }) {
    const box = this.#boxes.get(name);
    if (!box) return;
    if (choices.length && !choices.includes(value) && !box.querySelector(`[value="${value}"]`))
      box.prepend(option(name, value));
    if (box.value !== value) box.value = value;
    box.classList.toggle("is-changed", value !== usual);
  }

  // What it was without the change is no change.
  /** @param {string} name */
  #take(name) {
    const told = this.#told.find((argument) => argument.name === name),
      box = this.#boxes.get(name);
    if (!told || !box) return;
    const value = box.value.replaceAll(/[\s()[\]]/g, "").replaceAll(/[，×x]/g, ",");
    const written = told.choices.length ? box.value : value;
    const changes = written === told.usual ? told.without : told.others + written;
    this.store.applyApart({ changes });
  }

  // Where an argument of the call leads.
  /** @param {string} name */
  lead(name) {
    this.root.open = true;
    const box = this.#boxes.get(name);
    box?.scrollIntoView({ block: "nearest" });
    box?.focus();
  }
}

/** @type {(name: string, value: string) => HTMLOptionElement} */
const option = (name, value) => el("option", { value, text: valueName(name, value) });
