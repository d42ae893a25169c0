// The padding lab: any tensor, four pairs of pads, and for every padded cell the one that it
// copies.

import { el, exact, setText } from "../dom.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { TOO_LARGE } from "../messages.js";
import { having } from "../store.js";
import { LabAxes } from "./axes.js";
import { LabMaps } from "./maps.js";
import { LabProblem } from "./problem.js";
import { padsOf } from "./sources.js";
import { Tiles } from "./tiles.js";

/**
 * @import { Field, Lab, PaddingView } from "../contract.js"
 * @import { Follower } from "../follower.js"
 * @import { Given } from "../main.js"
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
  zeros = el("p", { class: "help of-configuration", id: "lab-zeros" });
  maps = new LabMaps();

  /**
   * @param {Store} store
   * @param {Record<string, Field>} fields
   * @param {Follower} controls which bear the marks
   */
  constructor(store, fields, controls) {
    this.store = store;
    this.fields = having(fields, "lab");
    this.controls = controls;
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
      "div",
      { class: "lab" },
      this.zeros,
      this.axes.root,
      this.problem.root,
      this.stale,
      this.result,
    );
  }

  // The lab stands below what else is on its page.
  /** @param {ScrollIntoViewOptions} [how] */
  scrollTo(how) {
    this.root.closest("#pad-lab")?.scrollIntoView(how);
  }

  // The generator's pad that is shown, of the very map that it pads.
  take() {
    const { paddings, used, source_stage } = known(this.#view).padding;
    this.store.apply({
      lab_paddings: paddings.flat().join(),
      lab_mode: used.mode,
      lab_source: "stage",
      lab_stage: source_stage,
    });
  }

  // The lab's pad, to the generator.
  give() {
    const { lab_paddings, lab_mode: pad_mode, paddings } = known(this.#view).state;
    this.store.apply({ paddings: padsOf(this.#lab, lab_paddings, paddings), pad_mode });
  }

  /** @param {PaddingView} view */
  draw(view) {
    this.#view = view;
    const { state, lab } = view;
    if (this.store.asked === "lab") requestAnimationFrame(() => this.scrollTo());
    this.store.asked = false;
    this.#refused = this.#refused.filter(({ field }) =>
      this.fields.some(
        (name) => name === field && String(state[name]) !== String(this.store.form[name]),
      ),
    );
    this.#noteZeros();
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

  // The generator has no other constant.
  #noteZeros() {
    const { lab_mode, lab_constant } = this.store.form;
    this.zeros.hidden = lab_mode !== "CONSTANT" || Number(lab_constant) === 0;
    setText(this.zeros, t("lab.give_zeros", { constant: String(lab_constant) }));
  }

  // What was refused, with the ways out; the maps of before stay, dimmed.
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
    this.axes.draw(this.#refused, {
      mode: "mode" in lab ? lab.mode : this.store.form.lab_mode,
      constant: exact("constant" in lab ? lab.constant : 0),
    });
    const failed = lab.error ? [lab.error] : [],
      told = this.#refused.length ? this.#refused : failed,
      exceeded = told.length ? this.axes.exceeded() : [];
    // Each axis says it for itself, in place of the first of them for all.
    const others = told.filter(({ code }) => !exceeded.length || !(code in TOO_LARGE)),
      errors = [...others, ...exceeded];
    this.controls.note(errors);
    this.stale.hidden = !errors.length || !this.#lab;
    this.result.classList.toggle("stale", errors.length > 0);
    this.problem.draw(errors, others.length ? [] : exceeded, this.#isChanged() ? this.#good : null);
  }

  // Whether the maps on the screen were made with other values than stand in the controls.
  #isChanged() {
    return (
      this.#lab !== null &&
      this.fields.some((name) => String(this.#good[name]) !== String(this.store.form[name]))
    );
  }
}

// Its place on the page, below its controls.
export class LabPlace {
  /** @param {Given} given */
  constructor({ lab }) {
    this.lab = lab;
    this.root = lab.root;
  }

  /** @param {PaddingView} view */
  draw(view) {
    this.lab.draw(view);
  }

  /** @param {Problem[]} errors */
  fail(errors) {
    return this.lab.fail(errors);
  }

  clear() {
    this.lab.clear();
  }
}
