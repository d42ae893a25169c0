// The settings of a run: a box for each, what it may hold, and what is wrong with it.

import { el, setText } from "../dom.js";
import { t } from "../i18n.js";
import { wording } from "../messages.js";

/** @import { Field, RunSettings, ServerError, State } from "../contract.js" */

/** @typedef {Exclude<keyof RunSettings, "seed">} Setting */

export class SettingsForm {
  touched = false; // by a hand
  problem = el("p", { class: "field-error", role: "alert", id: "train-problem", hidden: true });
  start = el("button", {
    type: "submit",
    class: "primary",
    id: "train-start",
    text: t("train.start"),
  });

  /**
   * @param {Record<string, Field>} fields
   * @param {{ check: (name: Setting) => void, begin: () => void }} handlers
   */
  constructor(fields, { check, begin }) {
    this.fields = fields;
    this.names = /** @type {Setting[]} */ (Object.keys(fields)).filter(
      (name) => !fields[name].roles.includes("unseen"),
    );
    this.boxes = this.#each((name) =>
      el("input", {
        type: "text",
        inputmode: "decimal",
        class: "box",
        id: `train-${name}`,
        maxlength: 12,
        "aria-describedby": `train-${name}-help train-${name}-error`,
        on: { change: () => check(name) },
      }),
    );
    this.errors = this.#each((name) =>
      el("p", { class: "field-error", id: `train-${name}-error`, role: "alert", hidden: true }),
    );
    this.root = el(
      "form",
      {
        class: "train-form",
        on: {
          input: () => {
            this.touched = true;
          },
          submit: (event) => {
            event.preventDefault();
            begin();
          },
        },
      },
      el("div", { class: "train-settings" }, ...this.names.map((name) => this.#control(name))),
      this.problem,
      this.start,
      el("p", { class: "help", text: t("train.moves") }),
    );
  }

  /**
   * @template Made
   * @param {(name: Setting) => Made} make
   */
  #each(make) {
    const made = this.names.map((name) => [name, make(name)]);
    return /** @type {Record<Setting, Made>} */ (Object.fromEntries(made));
  }

  /** @param {Setting} name */
  #control(name) {
    const { low, high } = this.fields[name];
    const help = `${t(`train.help.${name}`)} ${low}\u00a0…\u00a0${high}`;
    return el(
      "div",
      { class: "control" },
      el("label", { class: "name", for: `train-${name}`, text: name }),
      this.boxes[name],
      el("p", { class: "help", id: `train-${name}-help`, text: help }),
      this.errors[name],
    );
  }

  // Until a hand fills the boxes: the generator on the screen, where it may be trained here.
  /** @param {State} state */
  suggest(state) {
    if (this.touched) return;
    /** @type {Partial<Record<string, unknown>>} */
    const shown = state;
    for (const name of this.names) {
      const { default: usual, low, high, roles } = this.fields[name],
        value = Number(roles.includes("structure") ? shown[name] : usual);
      const fits = value >= (low ?? -Infinity) && value <= (high ?? Infinity);
      this.boxes[name].value = String(fits ? value : usual);
    }
  }

  // The settings of a run that was begun here or found again.
  /** @param {RunSettings} settings */
  fill(settings) {
    for (const name of this.names) this.boxes[name].value = String(settings[name]);
  }

  /** @param {Setting[]} names */
  read(names) {
    return Object.fromEntries(names.map((name) => [name, this.boxes[name].value]));
  }

  // Says under each of these boxes what is wrong with it; returns the names of the wrong ones.
  /** @type {(names: Setting[], errors: ServerError[]) => Setting[]} */
  mark(names, errors) {
    for (const name of names) {
      const error = errors.find(({ field }) => field === name);
      this.boxes[name].setAttribute("aria-invalid", String(Boolean(error)));
      this.errors[name].hidden = !error;
      setText(this.errors[name], error ? wording(error) : "");
    }
    return names.filter((name) => errors.some(({ field }) => field === name));
  }

  // A run that goes on is in the way of another, but not where it is somebody else's.
  /** @type {(going: boolean, looks: boolean) => void} */
  offerStart(going, looks) {
    this.start.disabled = going && !looks;
    setText(this.start, t(looks ? "train.start_own" : "train.start"));
  }
}
