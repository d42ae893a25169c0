// The settings of a run: a box for each, what it may hold, and what is wrong with it.

import { el, setText } from "../dom.js";
import { t } from "../i18n.js";
import { wording } from "../messages.js";

/** @import { Field, RunSettings, ServerError, State } from "../contract.js" */

/** @typedef {Exclude<keyof RunSettings, "seed">} Setting */

/** @type {Setting[]} */
export const SETTINGS = ["upsample_dim", "kernel_size", "batch_size", "learning_rate", "steps"];

/**
 * @template Made
 * @param {(name: Setting) => Made} make
 */
const each = (make) =>
  /** @type {Record<Setting, Made>} */ (
    Object.fromEntries(SETTINGS.map((name) => [name, make(name)]))
  );

export class SettingsForm {
  touched = false; // by a hand
  /** @type {Record<string, Field> | null} */
  fields = null;

  boxes = each((name) =>
    el("input", {
      type: "text",
      inputmode: "decimal",
      class: "box",
      id: `train-${name}`,
      maxlength: 12,
      "aria-describedby": `train-${name}-help train-${name}-error`,
      on: { change: () => this.check(name) },
    }),
  );
  allowed = each((name) => el("p", { class: "help", id: `train-${name}-help` }));
  errors = each((name) =>
    el("p", { class: "field-error", id: `train-${name}-error`, role: "alert", hidden: true }),
  );
  problem = el("p", { class: "field-error", role: "alert", id: "train-problem", hidden: true });
  start = el("button", {
    type: "submit",
    class: "primary",
    id: "train-start",
    text: t("train.start"),
  });

  /** @param {{ check: (name: Setting) => void, begin: () => void }} handlers */
  constructor({ check, begin }) {
    this.check = check;
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
      el("div", { class: "train-settings" }, ...SETTINGS.map((name) => this.#control(name))),
      this.problem,
      this.start,
      el("p", { class: "help", text: t("train.moves") }),
    );
  }

  /** @param {Setting} name */
  #control(name) {
    return el(
      "div",
      { class: "control" },
      el("label", { class: "name", for: `train-${name}`, text: name }),
      this.boxes[name],
      this.allowed[name],
      this.errors[name],
    );
  }

  // What each box may hold.
  /** @param {Record<string, Field>} fields */
  allow(fields) {
    this.fields = fields;
    for (const name of SETTINGS) {
      const { low, high } = fields[name];
      setText(this.allowed[name], `${t(`train.help.${name}`)} ${low}\u00a0…\u00a0${high}`);
    }
  }

  // Until a hand fills the boxes: the generator on the screen, where it may be trained here.
  /** @param {State} state */
  suggest({ upsample_dim, kernel_size }) {
    if (this.touched || !this.fields) return;
    /** @type {Partial<Record<Setting, number>>} */
    const shown = { upsample_dim, kernel_size };
    for (const name of SETTINGS) {
      const { default: usual, low, high } = this.fields[name],
        value = Number(shown[name] ?? usual);
      const fits = value >= (low ?? -Infinity) && value <= (high ?? Infinity);
      this.boxes[name].value = String(fits ? value : usual);
    }
  }

  // The settings of a run that was begun here or found again.
  /** @param {RunSettings} settings */
  fill(settings) {
    for (const name of SETTINGS) this.boxes[name].value = String(settings[name]);
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
