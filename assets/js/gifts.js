// What is given to stages, in a list: each with what became of it, and the way to another or none.

import { el } from "./dom.js";
import { t } from "./i18n.js";

/** @import { Stage, View } from "./contract.js" */
/** @import { Given } from "./main.js" */

export class Gifts {
  #key = "[]";
  root = el("ul", { class: "gifts", hidden: true, "aria-label": t("given.title") });

  /** @param {Given} given */
  constructor({ store }) {
    this.store = store;
  }

  /** @param {Pick<View, "stages">} view */
  draw({ stages }) {
    const takers = stages.filter(({ takes }) => takes),
      told = takers.map((stage) => [stage.name, stage.without, wordsOf(stage)]);
    const key = JSON.stringify(told);
    if (key === this.#key) return;
    this.#key = key;
    this.root.hidden = takers.length === 0;
    this.root.replaceChildren(...takers.map((stage) => this.#row(stage)));
  }

  /** @param {Stage} stage */
  #row(stage) {
    const { name, takes, without, leads } = stage;
    const give = button("link", t(`given.${takes}`), () => this.store.emit("give", name));
    give.setAttribute("aria-label", `${give.textContent} ${name}`);
    const row = el(
      "li",
      {},
      button("link mono", name, () => this.store.apply({ ...leads, stage: name })),
      el("span", { text: wordsOf(stage) }),
      give,
    );
    if (without === null) return row;
    const back = button("link", t(`given.no_${takes}`), () => this.store.apply({ given: without }));
    back.setAttribute("aria-label", `${back.textContent}: ${name}`);
    row.append(back);
    return row;
  }
}

// What the stage has now: of a picture its size, and the one that it was fitted to.
/** @param {Stage} stage */
function wordsOf({ takes, without, detail, unknown }) {
  if (without === null) return t(`given.none_${takes}`, { detail });
  if (takes === "array") return t(`given.${unknown ? "outdated" : "has"}_array`, { detail });
  return detail;
}

/** @type {(kind: string, text: string, click: () => void) => HTMLButtonElement} */
const button = (kind, text, click) =>
  el("button", { type: "button", class: kind, text, on: { click } });
