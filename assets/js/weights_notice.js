// Above the page: whose weights are on the screen, and the ways to others.

import { assignments as spelled } from "./assignments.js";
import { el, setText } from "./dom.js";
import { t } from "./i18n.js";
import { markLong } from "./overflow.js";
import { detailLines, fileWords, nameOf, TRAINED, UNTRAINED, wordsOf } from "./weights.js";

/** @import { Given } from "./main.js" */
/** @import { NamedWeights } from "./opened_files.js" */
/** @import { Changes, ShownView } from "./store.js" */

const MOST_LETTERS = 30; // of values on a button, so that it stays short

// Says above the page whose weights are on the screen and what was done to them. Always there, and
// of one height, so that nothing moves when they are carried over.
export class WeightsNotice {
  source = ""; // of what is shown
  /** @type {Changes} */
  needs = {};
  /** @type {Changes} */
  others = {}; // the way to other weights
  /** @type {{ source: string, name?: string }} */
  last = { source: TRAINED }; // of the weights that were shown last and are not untrained

  /** @param {Given} given */
  constructor({ store, opening }) {
    this.store = store;
    this.opened = store.opened;
    this.opening = opening;
    /** @type {(id: string, click: () => void) => HTMLButtonElement} */
    const button = (id, click) =>
      el("button", { type: "button", class: "quiet", id, on: { click } });
    this.text = el("p", { id: "weights-words" });
    this.words = el("div", { class: "words", "aria-labelledby": "weights-words" }, this.text);
    this.other = button("weights-notice-other", () => store.apply(this.others));
    this.back = button("weights-notice-back", () => store.apply(this.needs));
    this.again = button("weights-notice-again", () => store.retry(this.source));
    this.again.textContent = t("weights.send_again");
    this.root = el(
      "div",
      { class: "notice", id: "weights-notice", role: "status" },
      this.words,
      el("div", { class: "ways" }, this.other, this.back, this.again),
    );
    // Fonts that come late, and another width, cut it elsewhere.
    new ResizeObserver(() => this.#unfold()).observe(this.words);
    document.fonts.addEventListener("loadingdone", () => this.#unfold());
    const drawAgain = () => {
      if (store.view) this.draw(store.view);
    };
    store.opened.on("news", drawAgain);
    opening.on("news", drawAgain);
  }

  /** @param {ShownView} view */
  draw({ weights, state }) {
    const { status, source } = weights,
      news = this.opened.newsOf(source);
    const needs = { ...weights.needs, ...weights.unlike };
    this.source = source;
    this.needs = needs;
    const told = status === "ok" && weights.steps?.length ? "unlike" : status;
    this.root.dataset.status = news?.sending ? "gone" : told;
    const words = [wordsOf(weights, state, news), ...fileWords(weights, state)];
    const lines = [words.join(t("ui.space")), ...detailLines(weights)],
      line = this.opening.progress || lines.join("\n");
    if (line !== this.text.textContent) {
      this.text.textContent = line;
      this.#unfold(); // which makes the browser lay the page out
    }
    this.#offerOthers(weights);
    this.back.hidden = Object.keys(needs).length === 0;
    const needed = spelled(needs);
    setText(this.back, wayBack(needed.join(", "), Object.keys(needs)));
    this.again.hidden = !news?.refused;
  }

  #unfold() {
    markLong(this.words, this.text.scrollHeight > this.text.clientHeight);
  }

  // Trained against untrained, whatever the structure; from untrained ones, back to those that were
  // shown last.
  /** @param {NamedWeights} weights */
  #offerOthers(weights) {
    const { status, shown, source } = weights;
    if (shown !== UNTRAINED) this.last = { source, name: nameOf(weights) };
    const { source: before, name } = this.last;
    /** @type {Record<NamedWeights["status"], [words: string, changes: Changes]>} */
    const ways = {
      carried: ["carried", { carry: "untrained" }],
      set_aside: ["set_aside", { carry: "carried" }],
      ok:
        shown === UNTRAINED
          ? [before === TRAINED ? "ok" : "last", { weights: before }]
          : ["carried", { weights: UNTRAINED }],
      gone: ["gone", { weights: TRAINED }],
    };
    const [words, changes] = ways[status];
    this.others = changes;
    setText(this.other, t(`carry.other_${words}`, { name }));
  }
}

// The words of the button that leads back: values while they are short, else whose they are.
/** @type {(values: string, names: string[]) => string} */
function wayBack(values, names) {
  if (values.length <= MOST_LETTERS) return t("carry.back_to", { needed: values });
  return names.length < 3 ? t("carry.back_own", { names: names.join(", ") }) : t("carry.back");
}
