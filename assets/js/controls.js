// The form: one control for every field, each with the argument's own name and a line on what it
// does.

import { byKey, el, setText } from "./dom.js";
import { has, t } from "./i18n.js";
import { known } from "./known.js";
import { AXES, padName, wording, wrongPads } from "./messages.js";
import { isTyping } from "./typing.js";

/** @import { Field } from "./contract.js" */
/** @import { Problem } from "./messages.js" */
/** @import { Changes, Store } from "./store.js" */

/** @typedef {HTMLInputElement | HTMLSelectElement} Input */
/** @typedef {string | number | boolean} Value of a field */

// A labelled control; `field.set(value)` shows a value, `field.fail(error)` marks it.
export class Control {
  /**
   * @param {string} name
   * @param {Input[]} inputs
   */
  constructor(name, inputs, label = name) {
    this.name = name;
    this.inputs = inputs;
    const id = `field-${name}`;
    inputs[0].id = id;
    this.help = el("p", { class: "help", id: `${id}-help`, text: t(`help.${name}`) });
    this.error = el("p", { class: "field-error", id: `${id}-error`, hidden: true });
    for (const input of inputs) input.setAttribute("aria-describedby", `${id}-help ${id}-error`);
    this.row = el("div", { class: "inputs" }, ...inputs);
    this.root = el(
      "div",
      { class: "control", data: { field: name } },
      el("label", { class: "name", for: id, text: label }),
      this.row,
      this.help,
      this.error,
    );
  }

  /** @param {Value} value */
  set(value) {
    for (const input of this.inputs) if (!isTyping(input)) input.value = String(value);
  }

  /** @param {Problem | null} error */
  mark(error) {
    for (const input of this.inputs) input.setAttribute("aria-invalid", String(Boolean(error)));
  }

  /** @param {Problem | null} error */
  fail(error) {
    this.mark(error);
    this.error.hidden = !error;
    setText(this.error, error ? wording(error) : "");
  }
}

export class Choice extends Control {
  /**
   * @param {string} name
   * @param {HTMLSelectElement} select
   * @param {string} label
   */
  constructor(name, select, label) {
    super(name, [select], label);
    this.select = select;
  }

  // Other choices than there were; what is chosen stays.
  /** @param {string[]} values */
  offer(values) {
    const { select } = this;
    if ([...select.options].map((item) => item.value).join() === values.join()) return;
    const value = select.value;
    select.replaceChildren(...values.map((item) => option(this.name, item)));
    select.value = value;
  }
}

class Switch extends Control {
  /**
   * @param {string} name
   * @param {HTMLInputElement} box
   * @param {string} label
   */
  constructor(name, box, label) {
    super(name, [box], label);
    this.box = box;
    this.root.classList.add("switch");
  }

  /** @param {Value} value */
  set(value) {
    this.box.checked = value === true || value === "true";
  }
}

// tf.pad's four (before, after) pairs.
class Pads extends Control {
  /** @param {HTMLInputElement[]} boxes eight of them */
  constructor(boxes) {
    super("paddings", boxes);
    this.boxes = boxes;
    this.row.classList.add("pairs");
    this.row.replaceChildren(
      ...AXES.map((axis, at) =>
        el(
          "span",
          { class: "pair" },
          el("span", { class: "axis", text: t(`axes.${axis}`) }),
          boxes[2 * at],
          boxes[2 * at + 1],
        ),
      ),
    );
  }

  /** @param {Value} value */
  set(value) {
    fillBoxes(this.boxes, value);
  }

  /** @param {Problem | null} error */
  mark(error) {
    const places = error ? wrongPads(error) : [],
      axis = error ? AXES.indexOf(String(error.params.axis)) : -1;
    /** @param {number} at */
    const wrong = (at) =>
      places.length ? places.includes(at) : axis < 0 || Math.floor(at / 2) === axis;
    for (const [at, box] of this.boxes.entries())
      box.setAttribute("aria-invalid", String(Boolean(error) && wrong(at)));
  }
}

// The control that suits a field, with its name in plain words where it has any. Text is one of
// those that a view offers.
/** @type {(field: Field, store: Store) => Control} */
export function controlFor(field, store) {
  const key = `labels.${field.name}`;
  const label = has(key) ? t(key) : field.name;
  switch (field.kind) {
    case "bool":
      return switchControl(field, store, label);
    case "choice":
      return choiceControl(field, store, { label });
    case "pads":
      return paddingsControl(store);
    case "text":
      return choiceControl({ ...field, choices: [String(field.default)] }, store, { label });
    default:
      return (field.slider ? numberControl : boxControl)(field, store, label);
  }
}

// A slider with a box beside it; the box takes every allowed number, the slider the usual ones.
/**
 * @param {Field} field
 * @param {Store} store
 */
export function numberControl(field, store, label = field.name) {
  const { low, high, step } = known(field.slider);
  const slider = el("input", {
    type: "range",
    min: low,
    max: high,
    step,
    tabindex: 0,
    on: {
      input: () => {
        box.value = slider.value;
        store.set({ [field.name]: slider.value });
      },
    },
  });
  const box = boxFor(field, store, (value) => {
    slider.value = value;
  });
  slider.setAttribute("aria-label", t("ui.slider_of", { name: label }));
  box.setAttribute("aria-label", label);
  return new Control(field.name, [slider, box], label);
}

/**
 * @param {Field} field
 * @param {Store} store
 */
export function boxControl(field, store, label = field.name) {
  return new Control(field.name, [boxFor(field, store)], label);
}

/**
 * @param {Field} field
 * @param {Store} store
 * @param {(value: string) => void} also
 */
function boxFor(field, store, also = () => {}) {
  const box = el("input", {
    type: "text",
    inputmode: "decimal",
    class: "box",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 40,
    on: {
      change: () => {
        also(box.value);
        store.set({ [field.name]: box.value });
      },
      keydown: (event) => {
        const step = byKey(event, { ArrowUp: 1, ArrowDown: -1 });
        if (!step || field.kind !== "int" || !/^\d+$/.test(box.value)) return;
        event.preventDefault();
        const value = Number(box.value) + step;
        if (value < (field.low ?? -Infinity) || value > (field.high ?? Infinity)) return;
        box.value = String(value);
        box.dispatchEvent(new Event("change"));
      },
    },
  });
  return box;
}

/**
 * @param {Field} field
 * @param {Store} store
 * @param {{ choices?: string[], label?: string }} options
 */
export function choiceControl(field, store, { choices = field.choices, label = field.name } = {}) {
  const select = el(
    "select",
    { on: { change: () => store.set({ [field.name]: select.value }) } },
    ...choices.map((value) => option(field.name, value)),
  );
  return new Choice(field.name, select, label);
}

/** @type {(name: string, value: string) => HTMLOptionElement} */
function option(name, value) {
  const key = `choices.${name}.${value}`;
  const text = t(key);
  return el("option", { value, text: text === key ? value : text });
}

/**
 * @param {Field} field
 * @param {Store} store
 */
export function switchControl(field, store, label = field.name) {
  const box = el("input", {
    type: "checkbox",
    role: "switch",
    on: { change: () => store.set(/** @type {Changes} */ ({ [field.name]: box.checked })) },
  });
  return new Switch(field.name, box, label);
}

// "0,0,3,3" into a box for each.
/** @type {(boxes: HTMLInputElement[], value: Value) => void} */
export function fillBoxes(boxes, value) {
  const parts = String(value).split(",");
  boxes.forEach((box, at) => {
    if (!isTyping(box)) box.value = parts[at] ?? "";
  });
}

// And back; a decimal comma in a box would read as one box more.
/** @param {HTMLInputElement[]} boxes */
export function joinBoxes(boxes) {
  return boxes.map((box) => box.value.trim().replaceAll(",", ".")).join(",");
}

// tf.pad's pairs as eight boxes.
/** @param {Store} store */
export function paddingsControl(store) {
  /** @type {HTMLInputElement[]} */
  const boxes = AXES.flatMap((_, axis) =>
    [0, 1].map((side) =>
      el("input", {
        type: "text",
        inputmode: "numeric",
        class: "box",
        maxlength: 12,
        autocomplete: "off",
        "aria-label": padName(axis, side),
        on: { change: () => store.set({ paddings: joinBoxes(boxes) }) },
      }),
    ),
  );
  return new Pads(boxes);
}
