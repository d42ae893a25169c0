// Why a shape is not the expected one: the first stage that differs, and changes to apply.

import { assignments } from "../assignments.js";
import { choiceControl } from "../controls.js";
import { el, setText } from "../dom.js";
import { has, t } from "../i18n.js";
import { wording } from "../messages.js";
import { isTyping } from "../typing.js";

/**
 * @import { Change, Diagnosis, Field, Sentence, ShapesView } from "../contract.js"
 * @import { Store } from "../store.js"
 */

/** @param {(number | null)[]} shape */
const shapeText = (shape) => `[${shape.map((size) => size ?? "?").join(", ")}]`;

export class ShapeDebugger {
  /**
   * @param {Store} store
   * @param {Record<string, Field>} fields
   */
  constructor(store, fields) {
    this.store = store;
    this.text = el("textarea", {
      id: "expected",
      rows: 2,
      spellcheck: "false",
      placeholder: "[1, 64, 64, 3]",
      on: {
        change: () => this.#ask(),
        keydown: (event) => {
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            this.#ask();
          }
        },
      },
    });
    this.stage = choiceControl(fields.expected_stage, store, {
      choices: [],
      label: t("debugger.stage"),
    });
    this.find = el("button", {
      type: "button",
      class: "primary",
      id: "find-out",
      text: t("debugger.find"),
      on: { click: () => this.#press() },
    });
    this.problem = el("p", {
      class: "field-error",
      role: "alert",
      id: "expected-problem",
      hidden: true,
    });
    this.answer = el("div", { class: "answer", role: "status" });
    this.root = el(
      "section",
      { class: "shape-debugger", id: "shape-debugger" },
      el("h3", { text: t("debugger.title") }),
      el("p", { class: "sentence", text: t("debugger.sentence") }),
      el(
        "div",
        { class: "debugger-form" },
        el(
          "div",
          { class: "control" },
          el("label", { class: "name", for: "expected", text: t("debugger.expected") }),
          this.text,
        ),
        this.stage.root,
        this.find,
      ),
      this.problem,
      this.answer,
    );
  }

  // The example in an empty box looks much like an answer to give.
  #press() {
    if (this.text.value.trim()) return this.#ask();
    this.problem.hidden = false;
    setText(this.problem, t("debugger.empty"));
    this.text.focus();
  }

  #ask() {
    if (this.store.form.expected === this.text.value) return;
    this.wait(true);
    this.store.set({ expected: this.text.value });
  }

  // A new question takes the old answer away.
  /** @param {boolean} waits */
  wait(waits) {
    this.root.setAttribute("aria-busy", String(waits));
    this.find.disabled = waits;
    setText(this.find, t(waits ? "debugger.finding" : "debugger.find"));
    if (!waits) return;
    this.answer.replaceChildren();
    this.problem.hidden = true;
  }

  /** @param {ShapesView} view */
  draw({ state, stages, diagnosis }) {
    const waits = this.store.form.expected !== state.expected;
    this.wait(waits);
    if (!isTyping(this.text)) this.text.value = state.expected;
    this.stage.offer(stages.map(({ name }) => name));
    this.stage.set(state.expected_stage);
    if (waits) return;
    this.problem.hidden = !diagnosis?.error;
    setText(this.problem, diagnosis?.error ? wording(diagnosis.error) : "");
    this.answer.replaceChildren(...(diagnosis && !diagnosis.error ? this.#answer(diagnosis) : []));
  }

  /** @param {Diagnosis} diagnosis */
  #answer(diagnosis) {
    const { stage, actual, first, reason, notes, changes, searched } = diagnosis;
    const why = [...(reason ? [reason] : []), ...notes].map((one) => this.#sentence(one));
    if (!stage) return [...why, ...this.#offers(changes, "offers_error")];
    const read = this.#readAs(diagnosis);
    if (!first) {
      const params = { stage, shape: shapeText(actual) };
      const fits = el("p", { class: "verdict good", text: t("debugger.fits", params) });
      return [fits, ...why, ...read];
    }
    const offers =
      searched && !changes.length
        ? [el("p", { class: "help", text: t("debugger.none") })]
        : this.#offers(changes, "offers");
    return [...this.#verdict(diagnosis), ...why, ...read, ...offers];
  }

  /** @param {Diagnosis} diagnosis */
  #readAs({ expected, left_out }) {
    if (!left_out) return [];
    return [
      el("p", { class: "help", text: t("debugger.read_as", { shape: shapeText(expected) }) }),
    ];
  }

  /** @param {Diagnosis} diagnosis */
  #verdict({ stage, expected, actual, first, first_expected, first_actual }) {
    const differs = { stage, expected: shapeText(expected), actual: shapeText(actual) };
    const at = { first, expected: shapeText(first_expected), actual: shapeText(first_actual) };
    return [
      el("p", { class: "verdict", text: t("debugger.differs", differs) }),
      el("p", {}, el("strong", { text: t("debugger.first", at) })),
    ];
  }

  /** @param {Sentence} sentence */
  #sentence({ code, params }) {
    const axis = has(`axes.${params.axis}`) ? t(`axes.${params.axis}`) : params.axis;
    return el("p", { class: "reason", text: t(`shape_reasons.${code}`, { ...params, axis }) });
  }

  /** @type {(changes: Change[], key: string) => HTMLElement[]} */
  #offers(changes, key) {
    if (!changes.length) return [];
    const list = el("ul", { class: "changes" }, ...changes.map((change) => this.#change(change)));
    const head = changes.every(({ refused }) => refused) ? "offers_refused" : key;
    return [el("p", { class: "help", text: t(`debugger.${head}`) }), list];
  }

  // A change and, where sizes follow from it, how they come about.
  /** @param {Change} change */
  #change({ values, shape, sums, padded_share, refused }) {
    const change = assignments(values).join(", ");
    const button = refused
      ? el("span", { class: "mono", text: change })
      : el("button", {
          type: "button",
          class: "apply-change",
          text: t("debugger.apply", { change }),
          on: { click: () => this.store.apply(values) },
        });
    const how = Object.entries(sums)
      .map(([axis, sum]) => t(`debugger.${axis}`, { sum }))
      .join(" · ");
    const last = t("debugger.last_resort", { share: padded_share });
    return el(
      "li",
      {},
      button,
      el("span", { class: "mono", text: `→ ${shapeText(shape)}` }),
      how ? el("span", { class: "help mono", text: how }) : null,
      refused ? el("span", { class: "help", text: wording(refused) }) : null,
      padded_share > 0 ? el("span", { class: "help", text: last }) : null,
    );
  }
}
