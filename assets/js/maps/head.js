// The focused stage: its name; in words, what it does, and where more is told.

import { isWhole } from "../border.js";
import { el, setText } from "../dom.js";
import { t } from "../i18n.js";

/**
 * @import { MapsView, Question, Stage, State } from "../contract.js"
 * @import { FormValues, Store } from "../store.js"
 */

export class StageHead {
  #asked = ""; // the questions that are offered

  title = el("h2", { class: "stage-title" });
  moved = el("p", { class: "help", id: "moved-note", hidden: true });
  sentence = el("p", { class: "sentence" });
  questions = el("div", { class: "leads" });

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.words = el("div", { class: "stage-words" }, this.sentence, this.questions);
    this.root = el("div", { class: "stage-head" }, el("div", {}, this.title, this.moved));
  }

  /** @type {(view: MapsView, stage: Stage) => void} */
  draw({ state, focus }, stage) {
    setText(this.title, stage.name);
    setText(this.sentence, inWords(stage, state));
    this.#noteMoved(state, this.store.form);
    this.#offer(focus.questions);
  }

  // What was chosen and is not there in a smaller structure; with a larger one it comes back.
  /** @type {(state: State, form: FormValues) => void} */
  #noteMoved({ stage, cell }, form) {
    const [asked, shown] =
      form.stage !== stage ? [form.stage, stage] : [`[${form.cell}]`, `[${cell}]`];
    this.moved.hidden = asked === shown;
    setText(this.moved, t("ui.moved", { asked, shown }));
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
/** @type {(stage: Stage, state: State) => string} */
function inWords({ op, original, map_shape, input_shape, shape }, state) {
  const nothing = original && isWhole(original, map_shape);
  return t(nothing ? `ops.${op}_nothing` : `ops.${op}`, {
    ...state,
    input: input_shape.slice(1).join("×"),
    output: shape.slice(1).join("×"),
    curve: t(`curves.${state.actv}`),
    source: t(`pad_sources.${state.pad_mode}`),
  });
}
