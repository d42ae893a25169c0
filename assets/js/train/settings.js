// The settings of a run as its controls hold them.

import { Emitter } from "../emitter.js";

/** @import { Field, RunSettings, State } from "../contract.js" */

/** @typedef {Exclude<keyof RunSettings, "seed">} Setting */

/**
 * @typedef {object} SettingsEvents
 * @property {undefined} form other values than those in the controls
 * @property {Setting} lead one whose control is to be shown
 * @property {Setting[]} set by a hand
 */

/** @extends {Emitter<SettingsEvents>} */
export class Settings extends Emitter {
  #touched = false; // by a hand

  /** @param {Record<string, Field>} fields */
  constructor(fields) {
    super();
    this.fields = fields;
    this.names = /** @type {Setting[]} */ (Object.keys(fields)).filter(
      (name) => !fields[name].roles.includes("unseen"),
    );
    const usual = this.names.map((name) => [name, fields[name].default]);
    this.form = /** @type {Record<Setting, number | string>} */ (Object.fromEntries(usual));
  }

  /** @param {Partial<Record<Setting, number | string>>} changes */
  set(changes) {
    this.#touched = true;
    Object.assign(this.form, changes);
    this.emit("set", /** @type {Setting[]} */ (Object.keys(changes)));
  }

  // Until a hand sets one: the generator on the screen, where it may be trained here.
  /** @param {State} state */
  suggest(state) {
    if (this.#touched) return;
    /** @type {Partial<Record<string, unknown>>} */
    const shown = state;
    const suggested = this.names.map((name) => {
      const { default: usual, low, high, roles } = this.fields[name],
        value = Number(roles.includes("structure") ? shown[name] : usual);
      const fits = value >= (low ?? -Infinity) && value <= (high ?? Infinity);
      return [name, fits ? value : usual];
    });
    this.apply(Object.fromEntries(suggested));
  }

  // The settings of a run that was begun here or found again.
  /** @param {RunSettings} settings */
  fill(settings) {
    this.apply(this.read(this.names, settings));
  }

  // Values that do not come from the controls: the controls follow.
  /** @param {object} values */
  apply(values) {
    Object.assign(this.form, values);
    this.emit("form");
  }

  /** @type {(names: Setting[], values?: Record<Setting, number | string>) =>
   *   Record<string, number | string>} */
  read(names, values = this.form) {
    return Object.fromEntries(names.map((name) => [name, values[name]]));
  }
}
