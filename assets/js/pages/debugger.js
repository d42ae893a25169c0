// Why a shape is not the expected one: the first stage that differs, and changes to apply.

import { assignments } from "../assignments.js";
import { choiceControl } from "../controls.js";
import { el, isTyping, setText } from "../dom.js";
import { t } from "../i18n.js";
import { wording } from "../messages.js";

const shapeText = (shape) => `[${shape.map((size) => size ?? "?").join(", ")}]`;

export class ShapeDebugger {
  constructor(store, fields) {
    this.store = store;
    this.text = el("textarea", { id: "expected", rows: 2, spellcheck: "false", placeholder: "[1, 64, 64, 3]", on: {
      change: () => this.#ask(),
      keydown: (event) => { if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.#ask(); } },
    } });
    this.stage = choiceControl({ ...fields.expected_stage, choices: [] }, store, { label: t("debugger.stage") });
    this.problem = el("p", { class: "field-error", role: "alert", id: "expected-problem", hidden: true });
    this.stale = el("p", { class: "help", hidden: true, text: t("debugger.stale") });
    this.answer = el("div", { class: "answer", role: "status" });
    this.root = el("section", { class: "shape-debugger", id: "shape-debugger" }, el("h3", { text: t("debugger.title") }),
      el("p", { class: "sentence", text: t("debugger.sentence") }),
      el("div", { class: "debugger-form" }, el("div", { class: "control" }, el("label", { class: "name", for: "expected", text: t("debugger.expected") }), this.text), this.stage.root,
        this.find = el("button", { type: "button", class: "primary", id: "find-out", text: t("debugger.find"), on: { click: () => this.#ask() } })),
      this.problem, this.stale, this.answer);
  }

  #ask() {
    if (this.store.form.expected === this.text.value) return;
    this.wait(true);
    this.store.set({ expected: this.text.value });
  }

  // A search takes up to a second or two; the answer to the last question must not pass for this one's.
  wait(waits) {
    this.root.setAttribute("aria-busy", waits);
    this.find.disabled = waits;
    setText(this.find, t(waits ? "debugger.finding" : "debugger.find"));
    if (waits) this.answer.classList.add("stale");
  }

  draw({ state, stages, diagnosis }) {
    this.wait(this.store.form.expected !== state.expected);
    if (!isTyping(this.text)) this.text.value = state.expected;
    this.stage.offer(stages.map(({ name }) => name));
    this.stage.set(state.expected_stage);
    this.problem.hidden = !diagnosis?.error;
    setText(this.problem, diagnosis?.error ? wording(diagnosis.error) : "");
    const kept = Boolean(diagnosis?.error) && this.answer.childElementCount > 0;
    this.stale.hidden = !kept;
    this.answer.classList.toggle("stale", kept);
    if (!diagnosis?.error) this.answer.replaceChildren(...(diagnosis ? this.#answer(diagnosis) : []));
  }

  #answer({ stage, expected, actual, first, first_expected, first_actual, reason, changes }) {
    const open = this.text.value.match(/\?|None|-1/g)?.length ?? 0; // sizes that were left open by hand
    const read = expected.filter((size) => size === null).length > open && el("p", { class: "help", text: t("debugger.read_as", { shape: shapeText(expected) }) });
    if (!first) return [el("p", { class: "verdict good", text: t("debugger.fits", { stage, shape: shapeText(actual) }) }), ...(read ? [read] : [])];
    const params = { ...reason.params, axis: reason.params.axis && t(`axes.${reason.params.axis}`) };
    const parts = [
      el("p", { class: "verdict", text: t("debugger.differs", { stage, expected: shapeText(expected), actual: shapeText(actual) }) }),
      el("p", {}, el("strong", { text: t("debugger.first", { first, expected: shapeText(first_expected), actual: shapeText(first_actual) }) })),
      el("p", { text: t(`shape_reasons.${reason.code}`, params) }),
      el("p", { class: "help", text: t(`debugger.${offerWords(changes)}`) }),
    ];
    return [...parts, el("ul", { class: "changes" }, ...changes.map((change) => this.#change(change)))];
  }

  // A change and, where height and width follow from it, how they come about.
  #change({ values, shape, sums }) {
    const text = assignments(values).join(", ");
    const button = el("button", { type: "button", class: "apply-change", text: t("debugger.apply", { change: text }), on: { click: () => this.store.apply(values) } });
    const how = Object.entries(sums).map(([axis, sum]) => t(`debugger.${axis}`, { sum })).join(" · ");
    return el("li", {}, button, el("span", { class: "mono", text: `→ ${shapeText(shape)}` }), how && el("span", { class: "help mono", text: how }));
  }
}

function offerWords(changes) {
  const single = changes.filter(({ values }) => Object.keys(values).length === 1).length;
  if (!changes.length) return "none";
  return single === changes.length ? "changes" : single ? "mixed" : "together";
}
