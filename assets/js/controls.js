// Lists of choices that stand on the pages themselves.

import { el } from "./dom.js";
import { choiceName, t } from "./i18n.js";

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
}

/** @type {(field: Field, store: Store, label: string) => Choice} */
export function choiceControl({ name, choices }, store, label) {
  const select = el(
    "select",
    { on: { change: () => store.set({ [name]: select.value }) } },
    ...choices.map((value) => option(name, value)),
  );
  return new Choice(name, select, label);
}

/** @type {(name: string, value: string) => HTMLOptionElement} */
const option = (name, value) => el("option", { value, text: choiceName(name, value) });
