// Between Gradio's controls and the store: what a hand gives goes to the store at once; what comes
// from elsewhere, and what is wrong, goes to the controls in one event of Gradio's.

import { choiceName } from "./i18n.js";
import { focusControl } from "./lead.js";
import { wording } from "./messages.js";

/** @import { Field } from "./contract.js" */
/** @import { Problem } from "./messages.js" */
/** @import { Changes, ShownView } from "./store.js" */
/** @import { Props } from "./told.js" */

/** @typedef {string | number | boolean | null} Value as a control of Gradio's holds it */

/**
 * One of the controls of a field: its id, and the page that it stands on, "" in the sidebar.
 * @typedef {{ key: string, field: string, page: string }} Control
 */

/**
 * What Gradio's event takes back, in this order: the controls, the folds with the keys in each,
 * the tabs of a field's choices, and the sidebar, where there are such.
 * @typedef {{
 *   controls: Control[], folds: string[][], tabs: Control | null, sidebar: boolean,
 * }} Order
 */

/**
 * What has the values that controls stand for.
 * @typedef {{
 *   form: Record<string, unknown>,
 *   set(changes: object): void,
 *   apply(changes: object): void,
 *   on(name: any, run: (told: any) => void): void,
 * }} Form
 */

/**
 * What a button does: draws numbers for some fields, sets others; perhaps only where a field has a
 * value.
 * @typedef {{ draw: string[], set: Changes, where?: Record<string, string> }} Press
 */

/**
 * What makes a control more than the value of a field: what it is told of a view, what a hand that
 * moves it does, and perhaps the value, undefined where it is to stay as it is.
 * @typedef {{
 *   props(view: ShownView): Props, set(value: Value): void, readonly value?: Value,
 * }} Own
 */

const RIGHT = { loading_status: { validation_error: null } };
const NARROW = "(max-width: 768px)"; // as in gradio.css
const MOST = 100000; // a number that is drawn

export class Follower {
  /** @type {Map<string, Value>} */
  #held = new Map(); // what each control holds, by key
  /** @type {Map<string, Props>} */
  #props = new Map(); // what each control was told besides
  /** @type {Map<string, string>} */
  #wrong = new Map(); // what is wrong with a control's value
  /** @type {Map<string, string>} */
  #givenBy = new Map(); // field -> the control that a hand moved last
  /** @type {Order} */
  #order = { controls: [], folds: [], tabs: null, sidebar: false };
  #started = false;
  #led = ""; // key of a control that is to be shown
  /** @type {(() => void) | null} */
  #tell = null;
  /** @type {ShownView["controls"]} */
  #limits = {};

  /**
   * @param {Form} store
   * @param {Record<string, Field>} fields
   * @param {Record<string, Own>} own by the name of the control
   */
  constructor(store, fields, own = {}) {
    this.store = store;
    this.fields = fields;
    this.own = own;
    for (const event of /** @type {const} */ (["form", "idle"]))
      store.on(event, () => this.#changed());
    store.on("lead", (name) => this.#lead(name));
  }

  /** @param {() => void} follow */
  listenTo(follow) {
    this.#tell = follow;
    this.#changed();
  }

  // A hand moved a control.
  /** @type {(control: Control, value: Value) => void} */
  set({ key, field }, value) {
    const known = this.#held.get(key);
    this.#held.set(key, value);
    // Gradio tells of its first tab before any view.
    if (!(field in this.own || field in this.store.form)) return;
    if (value === known || String(value ?? "") === String(this.#form(field))) return;
    this.#givenBy.set(field, key);
    if (isTyped(this.fields[field])) this.#forgetMark(key);
    if (field in this.own) this.own[field].set(value);
    else this.store.set({ [field]: value ?? "" });
    this.#changed(); // a slider reaches as far as what is typed in its box
  }

  // Gradio takes the mark off a box of text as soon as somebody types in it.
  /** @param {string} key */
  #forgetMark(key) {
    this.#wrong.delete(key);
    this.#props.set(key, { ...this.#props.get(key), ...RIGHT });
  }

  // A slider, or its box, was left: Gradio moves what is past an end to that end, and says nothing.
  /** @type {(control: Control, value: Value) => void} */
  leave(control, value) {
    const { key, field } = control;
    const { minimum, maximum } = { ...asMade(this.fields[field]), ...this.#props.get(key) };
    this.set(control, Math.min(Math.max(Number(value), Number(minimum)), Number(maximum)));
  }

  /** @param {string} field */
  #form(field) {
    const own = this.own[field];
    return own && "value" in own ? own.value : this.store.form[field];
  }

  /** @param {Press[]} presses */
  press(presses) {
    /** @type {Changes} */
    let changes = {};
    for (const { draw, set, where = {} } of presses) {
      /** @type {Record<string, unknown>} */
      const form = this.store.form;
      if (!Object.entries(where).every(([name, value]) => String(form[name]) === value)) continue;
      const drawn = draw.map((name) => [name, Math.floor(Math.random() * MOST)]);
      changes = { ...changes, ...Object.fromEntries(drawn), ...set };
    }
    this.store.apply(changes);
  }

  /** @param {ShownView} view */
  draw(view) {
    const told = Object.entries(view.controls).map(([name, props]) => [name, named(name, props)]);
    const own = Object.entries(this.own).map(([name, one]) => [name, one.props(view)]);
    this.#limits = Object.fromEntries([...told, ...own]);
    this.#changed();
  }

  // Marks the controls at fault; where all together are too much, those that were changed last.
  // Returns what no control could be marked for.
  /** @param {Problem[]} errors */
  fail(errors) {
    this.#wrong.clear();
    const left = errors.filter((error) => {
      const whole = "estimate" in error.params ? (error.changes ?? []) : [];
      const names = error.field ? [error.field] : whole;
      const marked = names.map((name) => this.#controlOf(name)).filter((control) => control);
      for (const control of marked) if (control) this.#wrong.set(control.key, wording(error));
      return !marked.length;
    });
    this.#changed();
    return left;
  }

  // The control of a field that is told of it: the one that was moved last, or else that of the
  // page in view.
  /** @param {string} name */
  #controlOf(name) {
    const { tabs } = this.#order,
      shown = tabs && this.#form(tabs.field);
    const there = this.#order.controls.filter(
      ({ field, page }) => field === name && (!page || page === shown),
    );
    const given = there.find(({ key }) => key === this.#givenBy.get(name));
    return given ?? there.find(({ page }) => page) ?? there.at(0);
  }

  clear() {
    if (!this.#wrong.size) return;
    this.#wrong.clear();
    this.#changed();
  }

  // The server tells which controls there are when it is first asked what they are to be told.
  #changed() {
    const { controls, tabs } = this.#order;
    const news = [...controls, ...(tabs ? [tabs] : [])].some(
      (control) => Object.keys(this.#news(control)).length,
    );
    if (news || !controls.length) this.#tell?.();
  }

  // Unfolds a control, and the sidebar, and puts the focus on it.
  /** @param {string} name */
  #lead(name) {
    const control = this.#order.controls.find(({ field, page }) => field === name && !page);
    if (!control) return;
    this.#led = control.key;
    this.#tell?.();
    focusControl(control.key);
  }

  // What Gradio gives to its controls.
  /** @type {(order: Order) => Props[]} */
  follow(order) {
    this.#order = order;
    const updates = order.controls.map((control) => {
      const { value, ...props } = this.#news(control);
      if (value !== undefined) this.#held.set(control.key, /** @type {Value} */ (value));
      this.#props.set(control.key, { ...this.#props.get(control.key), ...props });
      return update(value === undefined ? props : { value, ...props });
    });
    /** @param {string} key */
    const isNeeded = (key) => this.#wrong.has(key) || key === this.#led;
    const folds = order.folds.map((keys) => update(keys.some(isNeeded) ? { open: true } : {}));
    const tabs = order.tabs ? [this.#turned(order.tabs)] : [],
      sidebar = order.sidebar ? [this.#led ? { open: true } : this.#sidebar()] : [];
    this.#led = "";
    return [...updates, ...folds, ...[...tabs, ...sidebar].map(update)];
  }

  /** @param {Control} tabs */
  #turned(tabs) {
    const { value } = this.#news(tabs);
    if (value === undefined) return {};
    this.#held.set(tabs.key, /** @type {Value} */ (value));
    return { selected: value };
  }

  // Where it would hide the page it is closed at the start.
  #sidebar() {
    const first = !this.#started;
    this.#started = true;
    return first && matchMedia(NARROW).matches ? { open: false } : {};
  }

  // What a control has not been told yet.
  /** @type {(control: Control) => Props} */
  #news(control) {
    const field = this.fields[control.field],
      value = asHeld(field, this.#form(control.field));
    /** @type {Props} */
    const news = {};
    /** @type {Props} */
    const told = { ...asMade(field), ...this.#props.get(control.key) };
    const held = this.#held.get(control.key) ?? asHeld(field, field.default),
      wanted = this.#wanted(control, value),
      shown = field.roles.includes("selection") ? within(value, wanted) : value;
    if (shown !== undefined && shown !== held) news.value = shown;
    for (const [prop, now] of Object.entries(wanted))
      if (JSON.stringify(told[prop]) !== JSON.stringify(now)) news[prop] = now;
    return news;
  }

  /** @type {(control: Control, value: Value | undefined) => Props} */
  #wanted({ key, field }, value) {
    /** @type {Props} */
    const wanted = { ...reach(this.fields[field], value), ...this.#limits[field] };
    const wrong = this.#wrong.get(key);
    return { ...wanted, ...(wrong ? { loading_status: { validation_error: wrong } } : RIGHT) };
  }
}

// What a control is told when it is made, in explorer/ui/controls.py.
/** @type {(field: Field) => Props} */
const asMade = ({ slider }) => ({
  ...RIGHT,
  ...(slider && { minimum: slider.low, maximum: slider.high }),
});

// Whether its control is a box of text.
/** @param {Field} field */
const isTyped = ({ kind, roles }) => kind === "pads" || (kind === "text" && roles.includes("long"));

// Props with choices called as the reader calls them.
/** @type {(name: string, props: Props) => Props} */
function named(name, props) {
  if (!props.choices) return props;
  const choices = /** @type {[string, string][]} */ (props.choices);
  return { ...props, choices: choices.map(([, value]) => [choiceName(name, value), value]) };
}

// The ends of a slider: the usual ones, or further where a good value is.
/** @type {(field: Field, value: Value | undefined) => Props} */
function reach({ slider, low, high }, value) {
  if (!slider) return {};
  const good = typeof value === "number" && value >= (low ?? value) && value <= (high ?? value);
  const values = good ? [value] : [];
  return {
    minimum: Math.min(slider.low, ...values),
    maximum: Math.max(slider.high, ...values),
  };
}

// What is shown of a selection that a smaller structure moved; with a larger one it comes back.
/** @type {(value: Value | undefined, props: Props) => Value | undefined} */
const within = (value, { maximum }) =>
  typeof value === "number" && typeof maximum === "number" ? Math.min(value, maximum) : value;

/** @param {Props} props */
const update = (props) => ({ __type__: "update", ...props });

// A value of the form as the control of its field holds it; undefined where it is none.
/** @type {(field: Field, value: unknown) => Value | undefined} */
export function asHeld(field, value) {
  if (value === undefined) return undefined;
  switch (field.kind) {
    case "bool":
      return String(value) === "true";
    case "int":
    case "float": {
      const number = Number(value);
      return String(value).trim() === "" || !Number.isFinite(number) ? undefined : number;
    }
    case "pads":
      return inPairs(String(value));
    default:
      return String(value);
  }
}

// "0,0,3,3,3,3,0,0" as Python writes it; what was typed stays as it was.
/** @param {string} text */
export function inPairs(text) {
  const sides = text.split(",");
  if (sides.length !== 8 || text.includes("[")) return text;
  const pairs = [0, 2, 4, 6].map((at) => `[${sides[at].trim()}, ${sides[at + 1].trim()}]`);
  return `[${pairs.join(", ")}]`;
}
