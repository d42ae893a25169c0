// All changes of single stages in a list, each with the way back.

import { el } from "./dom.js";
import { has, t } from "./i18n.js";

/** @import { ChangedStage, View } from "./contract.js" */
/** @import { Given } from "./main.js" */

// An argument, and a value of it, in words where they have any.
/** @param {string} name */
export const argumentName = (name) => (has(`changeable.${name}`) ? t(`changeable.${name}`) : name);

/** @type {(name: string, value: string) => string} */
export function valueName(name, value) {
  const key = `changeable.${name}_${value}`;
  return has(key) ? t(key) : value;
}

export class StageChanges {
  #key = "[]";
  list = el("ul", {});
  root = el("section", {
    class: "stage-changes",
    hidden: true,
    "aria-labelledby": "changes-title",
  });

  /** @param {Given} given */
  constructor({ store }) {
    this.store = store;
    const all = {
      type: "button",
      class: "link",
      id: "undo-changes",
      text: t("changeable.undo_all"),
    };
    this.root.append(
      el("h3", { id: "changes-title", text: t("changeable.changes") }),
      this.list,
      el("button", { ...all, on: { click: () => store.applyApart({ changes: "" }) } }),
    );
  }

  /** @param {Pick<View, "changes">} view */
  draw({ changes }) {
    const key = JSON.stringify(changes);
    if (key === this.#key) return;
    this.#key = key;
    this.root.hidden = changes.length === 0;
    this.list.replaceChildren(...changes.map((change) => this.#row(change)));
  }

  /** @param {ChangedStage} change */
  #row({ stage, argument, value, was, leads, without, along }) {
    const name = argumentName(argument),
      [before, after] = [was, value].map((each) => valueName(argument, each));
    const told = before ? `${name} ${before} → ${after}` : `${name} = ${after}`;
    const others = along.map((other) => `${other.stage}, ${argumentName(other.argument)}`),
      undo = t(`changeable.undo${others.length ? "_along" : ""}`, { others: others.join("; ") });
    return el(
      "li",
      {},
      el("button", {
        type: "button",
        class: "link",
        text: stage,
        on: { click: () => this.store.apply(leads) },
      }),
      el("span", { text: told }),
      el("button", {
        type: "button",
        class: "quiet undo-change",
        text: "×",
        title: undo,
        "aria-label": `${undo}: ${stage}, ${told}`,
        on: { click: () => this.store.applyApart({ changes: without }) },
      }),
      others.length ? el("span", { class: "help", text: `× ${undo}` }) : null,
    );
  }
}
