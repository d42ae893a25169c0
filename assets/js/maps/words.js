// The focused stage in words: what it does, and where more is told.

import { isWhole } from "../border.js";
import { curveWords } from "../curve.js";
import { el, setText } from "../dom.js";
import { t } from "../i18n.js";

/** @import { MapsView, Question, Stage } from "../contract.js" */
/** @import { Store } from "../store.js" */

export class StageWords {
  #asked = ""; // the questions that are offered
  #stage = "";
  #without = ""; // the field without what is given to the stage

  sentence = el("p", { class: "sentence" });
  give = el("button", { type: "button", class: "link", on: { click: () => this.#give() } });
  takeBack = el("button", {
    type: "button",
    class: "link",
    on: { click: () => this.store.apply({ given: this.#without }) },
  });
  questions = el("div", { class: "leads" });

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    const gifts = el("div", { class: "leads" }, this.give, this.takeBack);
    this.root = el("div", { class: "stage-words" }, this.sentence, gifts, this.questions);
  }

  /** @type {(view: MapsView, stage: Stage) => void} */
  draw({ focus }, stage) {
    setText(this.sentence, inWords(stage));
    this.#offer(focus.questions);
    this.#offerGift(stage);
  }

  // What may be given to the stage, and taken back.
  /** @param {Stage} stage */
  #offerGift({ name, takes, without }) {
    this.#stage = name;
    this.#without = without ?? "";
    this.give.hidden = !takes;
    this.takeBack.hidden = without === null;
    if (takes) setText(this.give, t(`given.${takes}`));
    if (takes) setText(this.takeBack, t(`given.no_${takes}`));
  }

  #give() {
    this.store.emit("give", this.#stage);
  }

  // A button that is there stays, as the focus may be on it.
  /** @param {Question[]} questions */
  #offer(questions) {
    const asked = JSON.stringify(questions);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.questions.hidden = questions.length === 0;
    this.questions.replaceChildren(...questions.map((question) => this.#question(question)));
  }

  /** @param {Question} question */
  #question({ code, fields, part }) {
    return el("button", {
      type: "button",
      class: "link",
      data: { question: code },
      text: t(`questions.${code}`),
      on: {
        click: () => {
          this.store.asked = part ?? false;
          this.store.set(fields);
        },
      },
    });
  }
}

// What the stage does, in its own numbers.
/** @type {(stage: Stage) => string} */
function inWords({ words: { code, params }, original, map_shape, input_shape, shape }) {
  const nothing = original && isWhole(original, map_shape);
  return t(nothing ? `ops.${code}_nothing` : `ops.${code}`, {
    ...params,
    input: input_shape.slice(1).join("×"),
    output: shape.slice(1).join("×"),
    curve: "curve" in params ? curveWords(params) : "",
    source: "mode" in params ? t(`pad_sources.${params.mode}`) : "",
    filled: "fill" in params ? t("given.filled", params) : "",
    shape_untold: "untold" in params ? t("given.shape_untold") : "",
  });
}
