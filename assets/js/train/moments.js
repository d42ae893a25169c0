// The moment of a run that is shown: a slider over all of them, and pictures by its weights.

import { el, setText } from "../dom.js";
import { t } from "../i18n.js";
import { Pictures } from "./pictures.js";

/** @import { TrainView } from "../contract.js" */
/** @import { Given } from "../main.js" */

export class Moments {
  slider = el("input", {
    type: "range",
    min: 0,
    max: 0,
    value: 0,
    id: "train-moment",
    on: { input: () => this.moments.show(Number(this.slider.value)) },
  });
  when = el("label", { class: "name", for: "train-moment" });
  scrub = el("div", { class: "train-scrub" }, this.when, this.slider);
  help = el("p", { class: "help scrub-help", text: t("train.scrub_help") });
  sets = el("p", { class: "help", id: "train-sets", hidden: true });
  pictures = new Pictures();
  root = el(
    "section",
    { class: "train-history" },
    this.scrub,
    this.help,
    this.sets,
    this.pictures.root,
  );

  /** @param {Given} given */
  constructor({ training }) {
    this.moments = training.moments;
    training.on("change", () => this.#arrange());
    this.#arrange();
  }

  /** @param {TrainView} view */
  draw({ moment }) {
    this.pictures.draw(moment);
  }

  // What there is not yet keeps its room, so that nothing moves when it comes.
  #arrange() {
    const { recorded, shown, steps, step, isElsewhere, changes } = this.moments;
    const last = Math.max(0, steps.length - 1);
    const hide = (/** @type {HTMLElement} */ part, /** @type {boolean} */ hidden) =>
      part.classList.toggle("kept-room", hidden);
    hide(this.scrub, !recorded);
    hide(this.help, !recorded || shown === null);
    this.sets.hidden = !changes.length;
    setText(this.sets, t("train.sets", { changes: changes.join(", ") }));
    this.slider.max = String(last);
    this.slider.disabled = steps.length < 2;
    if (shown !== null) this.slider.value = String(Math.max(0, steps.indexOf(shown)));
    const when =
      shown === null
        ? t(isElsewhere ? "train.moment_elsewhere" : "train.no_moment", { step: step ?? "" })
        : t("train.moment", { step: shown, last: steps.at(-1) ?? 0 });
    setText(this.when, when);
    this.slider.setAttribute("aria-valuetext", when);
  }
}
