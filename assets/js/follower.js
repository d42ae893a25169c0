// Between Gradio's controls and the store: what a hand gives goes to the store at once; what comes
// from elsewhere, and what is wrong, goes to the controls in one event of Gradio's.

import { fieldsOf, formOf, heldOf } from "./held.js";
import { choiceName, t } from "./i18n.js";
import { known } from "./known.js";
import { drawn, focusControl } from "./lead.js";
import { isWrongPad, toMessage, wording, wordsOfPad } from "./messages.js";
import { post } from "./server.js";

/** @import { Field } from "./contract.js" */
/** @import { Control, Value } from "./held.js" */
/** @import { Problem } from "./messages.js" */
/** @import { Changes, ShownView } from "./store.js" */
/** @import { Props } from "./told.js" */

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
 *   readonly view?: { state: Record<string, unknown> } | null,
 *   set(changes: object, dragged?: boolean): void,
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
 * Props that hold words, as `control_props` says.
 * @typedef {{ choices?: [string, string | number][], label?: string, parts?: Props[] }} Named
 */

/**
 * What makes a control more than the value of a field: what it is told of a view, what a hand that
 * moves it does, and perhaps the value, undefined where it is to stay as it is.
 * @typedef {{
 *   props(view: ShownView): Props, set(value: Value): void, readonly value?: Value,
 * }} Own
 */

const RIGHT = { loading_status: { validation_error: null } };
const NARROW = "(max-width: 1000px)"; // as in gradio.css
const MOST = 100000; // a number that is drawn

export class Follower {
  /** @type {Map<string, Value>} */
  #held = new Map(); // what each control holds, by key
  /** @type {Map<string, Props>} */
  #props = new Map(); // what each control was told besides
  /** @type {Map<string, string>} */
  #wrong = new Map(); // what is wrong with a control's value
  /** @type {Map<string, string>} */
  #noted = new Map(); // the same, as a part of the view tells it
  #noting = this.#noted; // what is to be noted as soon as its controls are drawn
  /** @type {Map<string, string>} */
  #givenBy = new Map(); // field -> the control that a hand moved last
  /** @type {Map<string, Value | undefined>} */
  #unread = new Map(); // what a control would hold, had its text been one that can be read
  /** @type {Order} */
  #order = { controls: [], folds: [], tabs: null, sidebar: false };
  #started = false;
  #narrow = matchMedia(NARROW);
  #led = ""; // key of a control that is to be shown
  #isSheetAsked = false;
  /** @type {(() => void) | null} */
  #tell = null;
  /** @type {ShownView["controls"]} */
  #limits = {};
  /** @type {Record<string, Value>} */
  #shown = {}; // the state of the view that is drawn

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
    this.#narrow.addEventListener("change", () => this.#changed());
    this.#changed();
  }

  // A hand moved a control.
  /** @type {(control: Control, value: Value) => void} */
  set(control, value) {
    const { key, field } = control,
      { form, view } = this.store,
      good = view?.state[field];
    const before = this.#held.get(key);
    this.#held.set(key, value);
    // Gradio tells of its first tab before any view.
    if (!(field in this.own || field in form)) return;
    const asked = formOf(control, value, this.#form(field), good);
    if (value === before || String(asked) === String(this.#form(field))) return;
    this.#givenBy.set(field, key);
    if (isTyped(this.fields[field])) this.#forgetMark(key);
    if (field in this.own) this.own[field].set(value);
    else this.store.set({ [field]: asked }, Boolean(this.fields[field].slider));
    this.#changed(); // a slider reaches as far as what is typed in its box
  }

  // A hand wrote a text that the server reads.
  /** @type {(control: Control, text: string) => Promise<void>} */
  async read(control, text) {
    const { key } = control,
      { path } = known(control.call);
    if (text === this.#held.get(key) || !Object.keys(this.store.form).length) return;
    this.#held.set(key, text);
    this.#forgetMark(key);
    try {
      const values = /** @type {Changes} */ (await post(path, text));
      if (this.#held.get(key) !== text) return; // another one was written since
      this.#hold(key, text);
      for (const field of Object.keys(values)) this.#givenBy.set(field, key);
      this.store.apply(values);
    } catch (error) {
      this.#unread.set(key, this.#heldOf(control));
      this.#wrong.set(key, wording(toMessage(error)));
    }
    this.#changed();
  }

  // Gradio takes the mark off a box of text as soon as somebody types in it.
  /** @param {string} key */
  #forgetMark(key) {
    this.#wrong.delete(key);
    this.#noting.delete(key);
    this.#noted.delete(key);
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
    this.#shown = view.state;
    this.#changed();
  }

  // Marks the controls at fault; where all together are too much, those that were changed last.
  // Returns what no control could be marked for.
  /** @param {Problem[]} errors */
  fail(errors) {
    this.#forgive();
    const left = errors.filter((error) => {
      const whole = "estimate" in error.params ? (error.changes ?? []) : [];
      const names = error.field ? [error.field] : whole;
      const marked = names.flatMap((name) => this.#controlsAtFault(name, error));
      for (const control of marked) this.#wrong.set(control.key, wordsAt(control, error));
      return !marked.length;
    });
    this.#changed();
    return left;
  }

  // What is wrong with values that the server took, until other things are: what a part of the
  // view could not be made of. Gradio takes off a mark that a box has before its value is there.
  /** @param {Problem[]} errors */
  async note(errors) {
    /** @type {Map<string, string>} */
    const marks = new Map();
    for (const error of errors)
      for (const control of this.#controlsAtFault(error.field ?? "", error))
        marks.set(control.key, wordsAt(control, error));
    this.#noting = marks;
    await Promise.all(Array.from(marks.keys(), (key) => drawn(key)));
    if (marks.size) await new Promise(requestAnimationFrame);
    if (this.#noting !== marks) return;
    this.#noted = marks;
    this.#changed();
  }

  // The control of a field that was moved last, or else that of the page in view; of its numbers
  // those that are wrong, whatever control tells why.
  /** @type {(name: string, error: Problem) => Control[]} */
  #controlsAtFault(name, error) {
    const { tabs, controls } = this.#order,
      shown = tabs && this.#form(tabs.field);
    const there = controls.filter(
      (control) => fieldsOf(control).includes(name) && (!control.page || control.page === shown),
    );
    const given = there.find(({ key }) => key === this.#givenBy.get(name));
    const page = given?.page ?? there.find((control) => control.page)?.page ?? "";
    const [parts, wholes] = [true, false].map((isPart) =>
      there.filter((control) => control.page === page && (control.part !== undefined) === isPart),
    );
    const wrong = parts.filter(({ part }) => isWrongPad(error, Number(part), this.#form(name)));
    const teller = given?.part === undefined ? (given ?? wholes.at(-1)) : wholes.at(-1);
    return teller ? [...wrong, teller] : wrong;
  }

  clear() {
    if (!this.#wrong.size) return;
    this.#forgive();
    this.#changed();
  }

  // What stands in a control and cannot be read stays wrong, until another text takes its place.
  #forgive() {
    for (const key of this.#wrong.keys()) if (!this.#unread.has(key)) this.#wrong.delete(key);
  }

  // The server tells which controls there are when it is first asked what they are to be told.
  #changed() {
    const { controls, tabs } = this.#order;
    const seen = [...controls, ...(tabs ? [tabs] : [])].filter((control) => this.#isSeen(control));
    const news = seen.some((control) => Object.keys(this.#news(control)).length);
    if (news || !controls.length) this.#tell?.();
  }

  // News of those that are not can wait, as each event of Gradio's takes time.
  /** @param {Control} control */
  #isSeen({ page }) {
    const { tabs } = this.#order;
    if (page === null) return this.#narrow.matches;
    return !tabs || page === "" || page === this.#form(tabs.field);
  }

  // Unfolds a control, and the sidebar, and puts the focus on it.
  /** @param {string} name */
  #lead(name) {
    const control = this.#order.controls.find(({ field, page }) => field === name && page === "");
    if (!control) return;
    this.#led = control.key;
    this.#tell?.();
    focusControl(control.key);
  }

  // The sidebar, where it is a sheet over the page; its handle, which closes it, has the focus.
  async openSheet() {
    this.#isSheetAsked = true;
    this.#tell?.();
    /** @param {HTMLElement} sheet */
    const handleOf = (sheet) => sheet.querySelector("button"),
      isSeen = { visibilityProperty: true };
    const opened = await drawn("sidebar", (sheet) => !!handleOf(sheet)?.checkVisibility(isSeen));
    if (opened) handleOf(opened)?.focus();
  }

  // What Gradio gives to its controls.
  /** @type {(order: Order) => Props[]} */
  follow(order) {
    this.#order = order;
    const updates = order.controls.map((control) => {
      const { value, ...props } = this.#news(control);
      if (value !== undefined) this.#hold(control.key, /** @type {Value} */ (value));
      this.#props.set(control.key, { ...this.#props.get(control.key), ...props });
      return update(value === undefined ? props : { value, ...props });
    });
    /** @param {string} key */
    const isNeeded = (key) => this.#wrong.has(key) || key === this.#led;
    const folds = order.folds.map((keys) => update(keys.some(isNeeded) ? { open: true } : {}));
    const tabs = order.tabs ? [this.#turned(order.tabs)] : [],
      sidebar = order.sidebar ? [this.#sidebar()] : [];
    this.#led = "";
    this.#isSheetAsked = false;
    return [...updates, ...folds, ...[...tabs, ...sidebar].map(update)];
  }

  /** @param {Control} tabs */
  #turned(tabs) {
    const { value } = this.#news(tabs);
    if (value === undefined) return {};
    this.#held.set(tabs.key, /** @type {Value} */ (value));
    return { selected: value };
  }

  // What was in the control before is gone, and with it what could not be read.
  /** @type {(key: string, value: Value) => void} */
  #hold(key, value) {
    this.#held.set(key, value);
    if (this.#unread.delete(key)) this.#wrong.delete(key);
  }

  // Where it would hide the page it is closed at the start.
  #sidebar() {
    const first = !this.#started;
    this.#started = true;
    if (this.#led || this.#isSheetAsked) return { open: true };
    return first && this.#narrow.matches ? { open: false } : {};
  }

  // What a control has not been told yet.
  /** @type {(control: Control) => Props} */
  #news(control) {
    const { key, field } = control,
      value = this.#heldOf(control);
    /** @type {Props} */
    const news = {};
    /** @type {Props} */
    const told = { ...asMade(this.fields[field]), ...this.#props.get(key) };
    const isNew = value !== undefined && value !== (this.#held.get(key) ?? this.#usual(control));
    const isUnread = this.#unread.has(key) && this.#unread.get(key) === value;
    if (isNew && !isUnread) news.value = value;
    const wanted = this.#wanted(control, value, isNew && !isUnread);
    for (const [prop, now] of Object.entries(wanted))
      if (told[prop] !== now && JSON.stringify(told[prop]) !== JSON.stringify(now))
        news[prop] = now;
    return news;
  }

  // What a control is to hold.
  /** @param {Control} control */
  #heldOf(control) {
    const values = fieldsOf(control).map((name) => [name, this.#form(name)]);
    const held = heldOf(control, this.fields, Object.fromEntries(values));
    return within(held, this.#limits[control.field], this.#shown[control.field]);
  }

  // What it held when it was made.
  /** @param {Control} control */
  #usual(control) {
    const values = fieldsOf(control).map((name) => [name, this.fields[name].default]);
    return heldOf(control, this.fields, Object.fromEntries(values));
  }

  /** @type {(control: Control, value: Value | undefined, isNew: boolean) => Props} */
  #wanted(control, value, isNew) {
    const { key, field, part, call } = control,
      { parts = [], ...whole } = this.#limits[field] ?? {};
    /** @type {Props} */
    let wanted = {};
    if (part !== undefined) wanted = /** @type {Props[]} */ (parts)[part];
    else if (!call) wanted = { ...reach(this.fields[field], value), ...whole };
    const marked = this.#wrong.get(key) ?? this.#noted.get(key),
      wrong = isNew && this.#unread.has(key) ? undefined : marked;
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

// Props with names and choices as the reader calls them.
/** @type {(name: string, props: Props) => Props} */
function named(name, props) {
  const { choices, label, parts } = /** @type {Named} */ (props);
  return {
    ...props,
    ...(choices && { choices: choices.map((choice) => namedChoice(name, choice)) }),
    ...(label && { label: t(label) }),
    ...(parts && { parts: parts.map((part) => named(name, part)) }),
  };
}

// A stage may have a name that Gradio takes for the key of a text, such as "label": a joiner of no
// width before it makes it none.
const NO_KEY = "\u2060";

/** @type {(name: string, choice: [string, string | number]) => [string, string | number]} */
function namedChoice(name, [shown, value]) {
  const word = typeof value === "number" ? shown : choiceName(name, value);
  return [word === shown && /^[a-z]+$/.test(word) ? NO_KEY + word : word, value];
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

// What a control is told of an error: one of several pads its own part alone.
/** @type {(control: Control, error: Problem) => string} */
const wordsAt = ({ part }, error) =>
  part === undefined ? wording(error) : wordsOfPad(error, Number(part));

// What is shown of a selection that a smaller structure moved; with a larger one it comes back.
/** @typedef {{ maximum?: number, choices?: [string, Value][] }} Limits */
/** @type {(value: Value | undefined, limits?: Limits, moved?: Value) => Value | undefined} */
const within = (value, { maximum, choices } = {}, moved = undefined) => {
  if (typeof value === "number") return Math.min(value, maximum ?? choices?.length ?? value);
  return choices?.every(([, choice]) => choice !== value) ? moved : value;
};

/** @param {Props} props */
const update = (props) => ({ __type__: "update", ...props });
