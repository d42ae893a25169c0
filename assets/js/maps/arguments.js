// What Gradio's controls of the focused stage's own arguments are told, and what a hand gives to
// them. A change is of this stage alone, and stands in the link.

import { t } from "../i18n.js";
import { drawn, focusControl } from "../lead.js";
import { argumentName, valueName } from "../stage_changes.js";
import { Told } from "../told.js";
import { isUsual, setsBoth, shownIn, writtenOf } from "./entries.js";

/** @import { Changeable, MapsView } from "../contract.js" */
/** @import { Value } from "../held.js" */
/** @import { Problem } from "../messages.js" */
/** @import { Store } from "../store.js" */
/** @import { Props } from "../told.js" */

/**
 * Of a control in Gradio's order.
 * @typedef {{ id: string, entry: string, at: number, part: number }} Place
 */
/** @typedef {MapsView & { waiting?: boolean }} SeenView */

const REST_MS = 500; // after which a number that is typed is taken to be whole
const [FOLD, UNDO] = ["fold", "undo"];

export class StageArguments {
  /** @type {Place[]} */
  #order = [];
  #told = new Told();
  /** @type {(() => void) | null} */
  #tell = null;
  /** @type {MapsView["focus"] | null} */
  #focus = null;
  /** @type {SeenView | null} */
  #view = null;
  /** @type {Map<string, Value>} */
  #given = new Map(); // what a hand gave to controls and no view has answered yet, by id
  #marked = ""; // id of the control that a hand moved last
  #wrong = ""; // what is wrong with its value
  #typing = 0; // a timer
  #led = false;

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  /** @param {() => void} tell */
  listenTo(tell) {
    this.#tell = tell;
    this.#changed();
  }

  /** @param {SeenView} view */
  draw(view) {
    const isNews = view !== this.#view,
      moved = view.focus.stage !== this.#focus?.stage;
    this.#view = view;
    this.#focus = view.focus;
    if (moved) this.#forget();
    else if (isNews && !view.waiting && !this.#typing) this.#given.clear(); // else to be mended
    this.#changed();
  }

  // A hand unfolded them: they are seen without scrolling for them.
  async unfold() {
    const controls = await drawn("stage-arguments");
    controls?.closest("#stage-change")?.scrollIntoView({ block: "start" });
  }

  #forget() {
    clearTimeout(this.#typing);
    this.#typing = 0;
    this.#given.clear();
    this.#wrong = "";
  }

  // The controls, in the order of Gradio's event, after the fold and the way back.
  /** @type {(order: Place[]) => Props[]} */
  follow(order) {
    this.#order = order;
    const updates = this.#wanted().map(([name, props]) => this.#told.tell(name, props));
    if (this.#led) updates[0] = { ...updates[0], open: true };
    this.#led = false;
    return updates.map((props) => ({ __type__: "update", ...props }));
  }

  #changed() {
    const hasNews = this.#wanted().some(
      ([name, props]) => Object.keys(this.#told.news(name, props)).length,
    );
    if (!this.#order.length || hasNews) this.#tell?.();
  }

  /** @returns {[string, Props][]} */
  #wanted() {
    const without = this.#focus?.changeable.without ?? null;
    return [
      [FOLD, {}],
      [UNDO, { interactive: without !== null }],
      ...this.#order.map(
        (place) => /** @type {[string, Props]} */ ([place.id, this.#props(place)]),
      ),
    ];
  }

  /** @param {Place} place */
  #argument({ entry, at }) {
    return this.#focus?.changeable.arguments.filter((one) => one.entry === entry)[at];
  }

  /** @type {(place: Place) => Props} */
  #props(place) {
    const argument = this.#argument(place),
      { id, part } = place;
    if (!argument) return { visible: false };
    const wrong = id === this.#marked && this.#wrong;
    return {
      ...propsOf(argument, part),
      visible: true,
      value: this.#held(place, argument),
      loading_status: { validation_error: wrong || null },
    };
  }

  // A number is being typed: it is whole when it rests.
  /** @type {(place: Place, value: Value) => void} */
  type(place, value) {
    this.#take(place, value);
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#ask(place), REST_MS);
  }

  // A hand gave a value; a control that is left without another one keeps the one that is shown.
  /** @type {(place: Place, value: Value) => void} */
  set(place, value) {
    const argument = this.#argument(place);
    if (!argument || (value === this.#held(place, argument) && !this.#typing)) return;
    this.#take(place, value);
    this.#ask(place);
  }

  // What a control holds: what a hand gave, until that is answered.
  /** @type {(place: Place, argument: Changeable) => Value} */
  #held(place, argument) {
    const given = this.#given.get(place.id);
    return given === undefined ? shownIn(argument, place.part) : given;
  }

  /** @type {(place: Place, value: Value) => void} */
  #take({ id }, value) {
    this.#given.set(id, value);
    this.#told.tell(id, { value });
    this.#marked = id;
  }

  // What it was without the change is no change.
  /** @param {Place} place */
  #ask(place) {
    clearTimeout(this.#typing);
    this.#typing = 0;
    const argument = this.#argument(place);
    if (!argument) return;
    const places = this.#order.filter((other) => this.#argument(other) === argument);
    const held = places.map((other) => this.#held(other, argument)),
      written = writtenOf(argument, held);
    if (written === "") return;
    const changes = isUsual(argument, written) ? argument.without : argument.others + written;
    if (changes !== this.store.form.changes) this.store.applyApart({ changes });
  }

  // The way back from all that was changed of the stage.
  undo() {
    const without = this.#focus?.changeable.without;
    if (typeof without === "string") this.store.applyApart({ changes: without });
  }

  // Marks what was given last where it is not applied, until it is or is taken back; returns what
  // is to be said at the top.
  /** @param {Problem[]} errors */
  fail(errors) {
    const own = errors.find(({ field }) => field === "changes");
    if (!own || !this.#given.size) return errors;
    const isOfValue = "allowed" in own.params;
    const of = own.params.count && !this.#holdsOne() ? "allowed_each" : "allowed";
    this.#wrong = t(`changeable.${isOfValue ? of : "not_applied"}`, own.params);
    this.#changed();
    return errors.filter((error) => error !== own || !isOfValue);
  }

  // Whether the control that a hand moved last holds a single number, of several it may be.
  #holdsOne() {
    const place = this.#order.find(({ id }) => id === this.#marked);
    return place?.entry !== "numbers";
  }

  clear() {
    this.#wrong = "";
    this.#changed();
  }

  // Where an argument of the call leads.
  /** @param {string} name */
  async lead(name) {
    const place = this.#order.find((one) => this.#argument(one)?.name === name);
    if (!place) return;
    this.#led = true;
    this.#tell?.();
    await drawn(place.id);
    await focusControl(place.id);
  }
}

// What a control is called, offers and takes.
/** @type {(argument: Changeable, part: number) => Props} */
function propsOf(argument, part) {
  const { name, entry, usual, value, choices, low, whole, none } = argument;
  const high = argument.tops[part] ?? argument.high;
  const called = argumentName(name),
    was = usual && usual !== value ? usual : "";
  if (entry === "choice" || entry === "switch") {
    const before = was && valueName(name, was);
    const label = was ? t("changeable.was", { name: called, value: before }) : called;
    if (entry === "switch") return { label };
    const offered = choices.includes(value) ? choices : [value, ...choices];
    return { label, choices: offered.map((one) => [valueName(name, one), one]) };
  }
  const range = t(`changeable.range${setsBoth(argument) ? "_both" : ""}`, { low, high }),
    [now, before] = [value, was].map((one) => (entry === "pair" ? one.split(",").at(part) : one));
  const moved = before && before !== now,
    info = moved ? t("changeable.was", { name: range, value: before }) : range;
  if (entry === "numbers") return { label: called, info };
  const label = entry === "pair" ? t(`changeable.part_${part}`, { name: called }) : called;
  return {
    ...{ label, info, minimum: low, maximum: high },
    step: whole ? 1 : low || 0.01,
    placeholder: none ? t("changeable.none") : "",
  };
}
