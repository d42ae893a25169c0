// Controls that stand on the pages themselves: lists of choices, and rows of boxes.

import { el } from "./dom.js";
import { choiceName, t } from "./i18n.js";
import { isTyping } from "./typing.js";

/** @import { Field } from "./contract.js" */
/** @import { Store } from "./store.js" */

export class Choice {
  /**
   * @param {string} name of its field
   * @param {HTMLSelectElement} select
   * @param {string} label
   */
  constructor(name, select, label) {
    this.name = name;
    this.select = select;
    const id = `field-${name}`;
    select.id = id;
    select.setAttribute("aria-describedby", `${id}-help`);
    this.root = el(
      "div",
      { class: "control", data: { field: name } },
      el("label", { class: "name", for: id, text: label }),
      el("div", { class: "inputs" }, select),
      el("p", { class: "help", id: `${id}-help`, text: t(`help.${name}`) }),
    );
  }

  /** @param {string | number | boolean} value */
  set(value) {
    this.select.value = String(value);
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
const option = (name, value) => el("option", { value, text: choiceName(name, value) });

// "0,0,3,3" into a box for each.
/** @type {(boxes: HTMLInputElement[], value: string | number) => void} */
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
