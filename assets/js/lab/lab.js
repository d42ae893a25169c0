// The padding lab: any tensor, four pairs of pads, and for every padded cell the one that it
// copies.

import { choiceControl, fillBoxes } from "../controls.js";
import { el, exact, setText } from "../dom.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { having } from "../store.js";
import { isTyping } from "../typing.js";
import { LabAxes } from "./axes.js";
import { LabMaps } from "./maps.js";
import { LabProblem } from "./problem.js";
import { padsOf } from "./sources.js";
import { Tiles } from "./tiles.js";

/**
 * @import { Field, Lab, PaddingView } from "../contract.js"
 * @import { Problem } from "../messages.js"
 * @import { Changes, Store } from "../store.js"
 */

export class PadLab {
  /** @type {PaddingView | null} */
  #view = null;
  /** @type {Lab | null} */
  #lab = null; // the last good one
  /** @type {Changes} */
  #good = {}; // the values that it was made of
  /** @type {Problem[]} */
  #refused = []; // what the server did not take at all

  stale = el("p", { class: "help", hidden: true, text: t("lab.stale") });
  zeros = el("p", { class: "help", id: "lab-zeros" });
  typedHelp = el("p", { class: "help", text: t("lab.typed_help") });
  maps = new LabMaps();

  /**
   * @param {Store} store
   * @param {Record<string, Field>} fields
   */
  constructor(store, fields) {
    this.store = store;
    this.fields = having(fields, "lab");
    /** @type {(name: string, choices?: string[]) => ReturnType<typeof choiceControl>} */
    const choice = (name, choices = fields[name].choices) =>
      choiceControl(fields[name], store, { choices, label: t(`lab.${name}`) });
    this.source = choice("lab_source");
    this.stage = choice("lab_stage", []);
    this.mode = choice("lab_mode");
    this.constant = this.#constantBox();
    this.typed = el("textarea", {
      id: "lab-tensor",
      rows: 3,
      spellcheck: "false",
      "aria-label": t("lab.lab_tensor"),
      on: { change: () => store.set({ lab_tensor: this.typed.value }) },
    });
    this.axes = new LabAxes(store);
    this.problem = new LabProblem(store);
    this.items = new Tiles("items", (place) => store.set({ lab_item: place }));
    this.channels = new Tiles("channels", (place) => store.set({ lab_channel: place }));
    this.result = el(
      "div",
      { class: "lab-result" },
      this.maps.readout.root,
      this.maps.root,
      this.items.root,
      this.channels.root,
    );
    this.root = el(
      "section",
      { class: "pad-lab", id: "pad-lab", "aria-label": t("lab.title") },
      el("h3", { text: t("lab.title") }),
      el("p", { class: "sentence", text: t("lab.sentence") }),
      el("p", { class: "sentence", id: "lab-modes", text: t("lab.modes") }),
      el(
        "div",
        { class: "toolbar" },
        this.source.root,
        this.stage.root,
        this.mode.root,
        this.constant.root,
        this.#buttons(),
      ),
      this.zeros,
      this.typed,
      this.typedHelp,
      this.axes.root,
      this.problem.root,
      this.stale,
      this.result,
    );
  }

  #constantBox() {
    const name = "lab_constant",
      id = `field-${name}`;
    const box = el("input", {
      type: "text",
      class: "box",
      id,
      inputmode: "decimal",
      maxlength: 40,
      on: { change: () => this.store.set({ [name]: box.value }) },
    });
    const root = el(
      "div",
      { class: "control", data: { field: name } },
      el("label", { class: "name", for: id, text: t(`lab.${name}`) }),
      el("div", { class: "inputs" }, box),
    );
    return { root, box };
  }

  // From the generator's pad to the lab's, and back.
  #buttons() {
    /** @type {(key: string, run: () => void) => HTMLElement} */
    const button = (key, run) =>
      el("button", { type: "button", id: `lab-${key}`, text: t(`lab.${key}`), on: { click: run } });
    return el(
      "div",
      { class: "toolbar buttons" },
      button("take", () => {
        const { state, stages } = known(this.#view);
        this.store.set({
          lab_paddings: state.paddings,
          lab_mode: state.pad_mode,
          lab_source: "stage",
          lab_stage: known(stages.at(-3)).name,
        });
      }),
      button("give", () => {
        const { lab_paddings, lab_mode: pad_mode, paddings } = known(this.#view).state;
        this.store.apply({ paddings: padsOf(this.#lab, lab_paddings, paddings), pad_mode });
      }),
    );
  }

  /** @param {PaddingView} view */
  draw(view) {
    this.#view = view;
    const { state, lab } = view;
    this.#refused = this.#refused.filter(({ field }) =>
      this.fields.some(
        (name) => name === field && String(state[name]) !== String(this.store.form[name]),
      ),
    );
    this.#fill(view.stages.map(({ name }) => name));
    if ("axes" in lab) this.axes.measure(lab.axes);
    this.#drawProblems(view);
    this.result.hidden = Boolean(lab.error) && !this.#lab;
    if (lab.error) return; // the last good maps stay
    this.#lab = lab;
    this.#good = Object.fromEntries(this.fields.map((name) => [name, state[name]]));
    this.#drawLab(lab);
  }

  /** @param {Lab} lab */
  #drawLab(lab) {
    const { axes, signed, item, channel } = lab,
      [items, , , channels] = axes;
    this.maps.draw(lab);
    this.items.draw({
      axis: items,
      tiles: lab.items,
      current: item,
      signed,
      isConstant: channels.sources[channel] < 0,
    });
    this.channels.draw({
      axis: channels,
      tiles: lab.channels,
      current: channel,
      signed,
      isConstant: items.sources[item] < 0,
    });
  }

  // The controls hold what is asked for, a wrong value too.
  /** @param {string[]} stages */
  #fill(stages) {
    const { form } = this.store;
    this.source.set(form.lab_source);
    this.stage.offer(stages);
    this.stage.set(form.lab_stage);
    this.stage.root.hidden = form.lab_source !== "stage";
    this.typed.hidden = this.typedHelp.hidden = form.lab_source !== "typed";
    if (!isTyping(this.typed)) this.typed.value = form.lab_tensor;
    this.mode.set(form.lab_mode);
    this.constant.root.hidden = form.lab_mode !== "CONSTANT";
    fillBoxes([this.constant.box], form.lab_constant);
    this.zeros.hidden = form.lab_mode !== "CONSTANT" || Number(form.lab_constant) === 0;
    setText(this.zeros, t("lab.give_zeros", { constant: String(form.lab_constant) }));
    this.axes.fill();
  }

  // What was refused, beside the boxes that it is about; the maps of before stay, dimmed.
  // Returns what is not the lab's to say.
  /** @param {Problem[]} errors */
  fail(errors) {
    if (!this.#view) return errors;
    this.#refused = errors.filter(({ field }) => field?.startsWith("lab_"));
    this.#drawProblems(this.#view);
    return errors.filter((error) => !this.#refused.includes(error));
  }

  clear() {
    this.#refused = [];
  }

  // What was refused, or else why the lab's tensor cannot be padded so.
  /** @param {PaddingView} view */
  #drawProblems({ lab }) {
    const failed = lab.error ? [lab.error] : [],
      errors = this.#refused.length ? this.#refused : failed;
    const isConstant = this.#refused.some(({ field }) => field === "lab_constant");
    this.typed.setAttribute("aria-invalid", String(lab.error?.field === "lab_tensor"));
    this.constant.box.setAttribute("aria-invalid", String(isConstant));
    this.axes.draw(this.#refused, {
      mode: "mode" in lab ? lab.mode : this.store.form.lab_mode,
      constant: exact("constant" in lab ? lab.constant : 0),
    });
    this.stale.hidden = !errors.length || !this.#lab;
    this.result.classList.toggle("stale", errors.length > 0);
    this.problem.draw(errors, this.axes.exceeded(), this.#isChanged() ? this.#good : null);
  }

  // Whether the maps on the screen were made with other values than stand in the controls.
  #isChanged() {
    return (
      this.#lab !== null &&
      this.fields.some((name) => String(this.#good[name]) !== String(this.store.form[name]))
    );
  }
}
