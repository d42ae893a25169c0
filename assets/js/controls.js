// The form: one control for every field, each with the argument's own name and a line on what it
// does.

import { el, isTyping, setText } from "./dom.js";
import { has, t } from "./i18n.js";
import { AXES, padName, wording, wrongPads } from "./messages.js";

// A labelled control; `field.set(value)` shows a value, `field.fail(error)` marks it.
class Control {
  constructor(name, inputs, label = name) {
    this.name = name;
    this.inputs = inputs;
    const id = `field-${name}`;
    inputs[0].id = id;
    this.help = el("p", { class: "help", id: `${id}-help`, text: t(`help.${name}`) });
    this.error = el("p", { class: "field-error", id: `${id}-error`, hidden: true });
    for (const input of inputs) input.setAttribute("aria-describedby", `${id}-help ${id}-error`);
    this.root = el(
      "div",
      { class: "control", data: { field: name } },
      el("label", { class: "name", for: id, text: label }),
      el("div", { class: "inputs" }, ...inputs),
      this.help,
      this.error,
    );
  }

  set(value) {
    for (const input of this.inputs) if (!isTyping(input)) input.value = value;
  }

  mark(error) {
    for (const input of this.inputs) input.setAttribute("aria-invalid", Boolean(error));
  }

  fail(error) {
    this.mark(error);
    this.error.hidden = !error;
    setText(this.error, error ? wording(error) : "");
  }
}

// The control that suits a field, with its name in plain words where it has any. Text is one of
// those that a view offers.
export function controlFor(field, store) {
  const key = `labels.${field.name}`;
  const label = has(key) ? t(key) : field.name;
  switch (field.kind) {
    case "bool": return switchControl(field, store, label);
    case "choice": return choiceControl(field, store, { label });
    case "pads": return paddingsControl(store);
    case "text": return choiceControl({ ...field, choices: [field.default] }, store, { label });
    default: return (field.slider ? numberControl : boxControl)(field, store, label);
  }
}

// A slider with a box beside it; the box takes every allowed number, the slider the usual ones.
export function numberControl(field, store, label = field.name) {
  const { low, high, step } = field.slider;
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
  const box = boxFor(field, store, (value) => { slider.value = value; });
  slider.setAttribute("aria-label", t("ui.slider_of", { name: label }));
  box.setAttribute("aria-label", label);
  return new Control(field.name, [slider, box], label);
}

export function boxControl(field, store, label = field.name) {
  return new Control(field.name, [boxFor(field, store)], label);
}

function boxFor(field, store, also = () => {}) {
  const box = el("input", {
    type: "text",
    inputmode: "decimal",
    class: "box",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 40,
    on: {
      change: () => { also(box.value); store.set({ [field.name]: box.value }); },
      keydown: (event) => {
        const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (!step || field.kind !== "int" || !/^\d+$/.test(box.value)) return;
        event.preventDefault();
        const value = Number(box.value) + step;
        if (value < field.low || value > field.high) return;
        box.value = value;
        box.dispatchEvent(new Event("change"));
      },
    },
  });
  return box;
}

export function choiceControl(field, store, { choices = field.choices, label = field.name } = {}) {
  const select = el("select", { on: { change: () => store.set({ [field.name]: select.value }) } },
    ...choices.map((value) => option(field.name, value)));
  const control = new Control(field.name, [select], label);
  control.offer = (values) => {
    if ([...select.options].map((item) => item.value).join() === values.join()) return;
    const value = select.value;
    select.replaceChildren(...values.map((item) => option(field.name, item)));
    select.value = value;
  };
  return control;
}

function option(name, value) {
  const key = `choices.${name}.${value}`;
  const text = t(key);
  return el("option", { value, text: text === key ? value : text });
}

export function switchControl(field, store, label = field.name) {
  const box = el("input", {
    type: "checkbox",
    role: "switch",
    on: { change: () => store.set({ [field.name]: box.checked }) },
  });
  const control = new Control(field.name, [box], label);
  control.root.classList.add("switch");
  control.set = (value) => { box.checked = value === true || value === "true"; };
  return control;
}

// "0,0,3,3" into a box for each.
export function fillBoxes(boxes, value) {
  const parts = String(value).split(",");
  boxes.forEach((box, at) => { if (!isTyping(box)) box.value = parts[at] ?? ""; });
}

// And back; a decimal comma in a box would read as one box more.
export function joinBoxes(boxes) {
  return boxes.map((box) => box.value.trim().replaceAll(",", ".")).join(",");
}

// tf.pad's four (before, after) pairs as eight boxes.
export function paddingsControl(store) {
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
  })));
  const control = new Control("paddings", boxes);
  const grid = control.root.querySelector(".inputs");
  grid.classList.add("pairs");
  grid.replaceChildren(
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
  control.set = (value) => fillBoxes(boxes, value);
  control.mark = (error) => {
    const places = error ? wrongPads(error) : [],
      axis = error ? AXES.indexOf(error.params.axis) : -1;
    const wrong = (at) =>
      places.length ? places.includes(at) : axis < 0 || Math.floor(at / 2) === axis;
    boxes.forEach((box, at) => box.setAttribute("aria-invalid", Boolean(error) && wrong(at)));
  };
  return control;
}
