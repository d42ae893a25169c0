// What the shape debugger answers: the first stage that differs, why, and changes to apply.

import { assignments } from "../assignments.js";
import { el, setText } from "../dom.js";
import { has, t } from "../i18n.js";
import { wording } from "../messages.js";

/**
 * @import { Change, Diagnosis, Params, RefusedPart, Sentence } from "../contract.js"
 * @import { Store } from "../store.js"
 */

/** @param {(number | null)[]} shape */
const shapeText = (shape) => `[${shape.map((size) => size ?? "?").join(", ")}]`;

export class Answer {
  problem = el("p", {
    class: "field-error",
    role: "alert",
    id: "expected-problem",
    hidden: true,
  });
  found = el("div", { class: "answer", role: "status" });
  root = el("div", {}, this.problem, this.found);
  /** @type {unknown} */
  #drawn = null;

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  clear() {
    this.#drawn = null;
    this.problem.hidden = true;
    this.found.replaceChildren();
  }

  // Why there is no answer.
  /** @param {string} text */
  refuse(text) {
    this.clear();
    this.problem.hidden = false;
    setText(this.problem, text);
  }

  /** @param {Diagnosis | RefusedPart | null} diagnosis */
  draw(diagnosis) {
    if (diagnosis && diagnosis === this.#drawn) return;
    this.clear();
    if (diagnosis?.error) this.refuse(wording(diagnosis.error));
    else if (diagnosis) this.found.replaceChildren(...this.#answer(diagnosis));
    this.#drawn = diagnosis;
  }

  /** @param {Diagnosis} diagnosis */
  #answer(diagnosis) {
    const { stage, actual, first, reason, notes, changes, searched, of_fields } = diagnosis;
    const kind = of_fields ? "" : "_of_stages";
    const why = [...(reason ? [reason] : []), ...notes].map((one) => this.#sentence(one));
    if (!stage) return [...why, ...this.#offers(changes, "_error", kind)];
    const read = this.#readAs(diagnosis);
    if (!first) {
      const params = { stage, shape: shapeText(actual) };
      const fits = el("p", { class: "verdict good", text: t("debugger.fits", params) });
      return [fits, ...why, ...read];
    }
    const offers =
      searched && !changes.length
        ? [el("p", { class: "help", text: t(`debugger.none${kind}`) })]
        : this.#offers(changes, "", kind, { stage, shape: shapeText(diagnosis.expected) });
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

  /** @type {(changes: Change[], asked: string, kind: string, params?: Params) => HTMLElement[]} */
  #offers(changes, asked, kind, params = {}) {
    if (!changes.length) return [];
    const list = el("ul", { class: "changes" }, ...changes.map((change) => this.#change(change)));
    const isOne = changes.length === 1, // which has no order to tell of
      isRefused = changes.every(({ refused }) => refused),
      told = isRefused ? "_refused" : asked + (isOne ? "" : kind);
    const head = t(`debugger.offer${isOne ? "" : "s"}${told}`, params);
    return [el("p", { class: "help", text: head }), list];
  }

  // A change and, where sizes follow from it, how they come about.
  /** @param {Change} change */
  #change({ values, told, shape, sums, padded_share, refused, then }) {
    const change = assignments(told ?? values).join(", ");
    const button = refused
      ? el("span", { class: "mono", text: change })
      : el("button", {
          type: "button",
          class: "apply-change",
          text: t("debugger.apply", { change }),
          on: { click: () => this.store.applyApart({ ...values, ...then }) },
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
