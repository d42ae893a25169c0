// Why a value is what it is: the parts of one cell, each a click away from its own explanation.

import { askWhy, bracket, follow, numeric } from "../cells.js";
import { el, exact, setText } from "../dom.js";
import { t } from "../i18n.js";
import { known } from "../known.js";
import { lastPress } from "../pointer.js";
import { ActivatedValue } from "./activated.js";
import { OtherChannels } from "./channels.js";
import { tellCombined, tellLookedUp } from "./combined.js";
import { tellGiven } from "./given.js";
import { ListedSum } from "./listed.js";
import { tellMoved } from "./moved.js";
import { tellNormalized } from "./normalized.js";
import { Origins } from "./origins.js";
import { Reach } from "./reach.js";
import { Trail } from "./trail.js";
import { WindowSum } from "./window.js";

/**
 * @import { Explanation, ExplainedView } from "../contract.js"
 * @import { Store } from "../store.js"
 * @import { Go, Scene, Telling } from "./parts.js"
 */

const NARROWEST = 320; // pixels, where the tracer has no width yet
const CELL_ROOM = 64; // pixels between what is asked about and a sheet over the page

export class Tracer {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {() => number | null} */
  topOfMark = () => null; // of the asked cell in the window, where the page marks it in a map

  title = el("h3", { class: "tracer-title", tabindex: -1 });
  lost = el("p", { class: "lost", id: "not-finite", hidden: true });
  sentence = el("p", { class: "sentence" });
  equation = el("p", { class: "equation mono" });
  rounding = el("p", { class: "help", text: t("tracer.rounding") });
  sources = el("div", { class: "buttons sources" });
  figures = el("div", { class: "trace-figures" });
  reach = new Reach();

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Go} */
    const go = (stage, index) => this.#go(stage, index);
    this.go = go;
    this.trail = new Trail(store);
    this.channels = new OtherChannels(store);
    this.sums = { window: new WindowSum(store, go), list: new ListedSum(go) };
    this.activated = new ActivatedValue(go);
    this.origins = new Origins(go);
    this.originsButton = el("button", {
      type: "button",
      id: "find-origins",
      on: { click: () => this.#toggleOrigins() },
    });
    this.root = el(
      "section",
      {
        class: "tracer",
        id: "tracer",
        "aria-label": t("tracer.label"),
        hidden: true,
      },
      el(
        "div",
        { class: "stage-head" },
        el("div", {}, this.title, this.trail.root),
        el("div", { class: "buttons" }, this.originsButton, this.#closeButton()),
      ),
      this.channels.root,
      this.sentence,
      this.equation,
      this.lost,
      this.rounding,
      this.sources,
      this.origins.root,
      this.figures,
      this.reach.root,
    );
  }

  #closeButton() {
    return el("button", {
      type: "button",
      class: "quiet",
      id: "close-tracer",
      text: t("tracer.close"),
      on: { click: () => this.close() },
    });
  }

  close() {
    this.store.set({ cell: "", trail: "", origins: false });
    /** @type {HTMLElement | null} */
    const map = document.querySelector(".focus-map");
    map?.focus({ preventScroll: true });
  }

  /** @param {ExplainedView} view */
  draw(view) {
    const why = view.explanation;
    this.root.hidden = !why;
    if (!why) return;
    const scene = { view, why, room: this.figures.clientWidth || NARROWEST };
    this.#scene = scene;
    const value = exact(numeric(why.value));
    setText(this.title, t("tracer.title", { stage: why.stage, index: bracket(why.index), value }));
    this.trail.draw(view.state);
    this.channels.draw(scene);
    this.#offerOrigins(scene);
    this.origins.draw(scene);
    this.#show(this.#tell(scene));
    this.rounding.hidden =
      !Number.isFinite(numeric(why.value)) || value === exact(numeric(why.total));
    this.#nameLost(why);
    this.reach.draw(scene);
    this.#comeIntoView();
  }

  // The answer to a question by hand.
  #comeIntoView() {
    const { activeElement } = document,
      fromInside = this.root.contains(activeElement) || activeElement === document.body;
    if (this.store.asked) requestAnimationFrame(() => this.#reveal(fromInside));
    this.store.asked = false;
  }

  // The answer to a click is seen without scrolling for it; its question stays in view above it.
  /** @param {boolean} takeFocus */
  #reveal(takeFocus) {
    if (takeFocus) this.title.focus({ preventScroll: true }); // what was clicked is gone
    if (this.root.parentElement) this.root.parentElement.scrollTop = 0;
    const { top } = this.root.getBoundingClientRect();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches,
      behavior = still ? "auto" : "smooth";
    if (getComputedStyle(this.root).position === "fixed") this.#uncover(top, behavior);
    else if (top < 0 || top > 0.6 * window.innerHeight)
      this.root.scrollIntoView({ block: "start", behavior });
  }

  // Where it is a sheet over the page, what is asked about stands between it and the tabs.
  /** @type {(sheet: number, behavior: ScrollBehavior) => void} */
  #uncover(sheet, behavior) {
    const at = this.topOfMark() ?? this.#topOfPress();
    if (at === null) return;
    const above = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop),
      highest = sheet - CELL_ROOM,
      lowest = Math.min(above + CELL_ROOM, highest);
    const top = at - Math.max(lowest, Math.min(highest, at));
    if (top) window.scrollBy({ top, behavior });
  }

  #topOfPress() {
    const press = lastPress();
    return press && !this.root.contains(/** @type {Node} */ (press.target)) ? press.clientY : null;
  }

  /** @param {Scene} scene */
  #offerOrigins({ view: { state }, why: { origins_of: of } }) {
    const { origins } = state;
    this.originsButton.hidden = !of; // no z reaches it
    if (of) setText(this.originsButton, t(`tracer.${origins ? "hide" : "find"}_origins_${of}`));
    this.originsButton.setAttribute("aria-pressed", String(origins));
  }

  // What the stage did to make the value.
  /** @type {(scene: Scene) => Telling} */
  #tell(scene) {
    const { sum, normalized, activated, moved, combined, looked_up } = scene.why;
    if (sum) return this.sums[sum.kind].draw(scene, sum);
    if (normalized) return tellNormalized(scene, normalized, this.go);
    if (activated) return this.activated.draw(scene, activated);
    if (moved) return tellMoved(scene, moved, this.go);
    if (combined) return tellCombined(scene, combined, this.go);
    if (looked_up) return tellLookedUp(scene, looked_up, this.go);
    return tellGiven(scene, this.store);
  }

  /** @param {Telling} telling */
  #show({ sentence, equation, figures = [], sources = [] }) {
    setText(this.sentence, sentence);
    setText(this.equation, equation);
    this.sources.replaceChildren(...sources);
    this.sources.hidden = sources.length === 0;
    const { children } = this.figures,
      same = children.length === figures.length && figures.every((one, at) => one === children[at]);
    if (!same) this.figures.replaceChildren(...figures);
  }

  // float32 ends at 3.4e38; what is larger is Inf, and Inf − Inf or 0·Inf is NaN.
  /** @param {Explanation} why */
  #nameLost({ value, total, bad_weight }) {
    const odd = !Number.isFinite(numeric(value));
    this.lost.hidden = !odd;
    if (!odd) return;
    const kind = bad_weight
      ? "bad_weight"
      : Number.isNaN(numeric(value))
        ? "is_nan"
        : Number.isFinite(numeric(total))
          ? "overflowed"
          : "is_infinite";
    setText(this.lost, t(`tracer.${kind}`, { total: exact(numeric(total)) }));
  }

  #toggleOrigins() {
    this.store.set({ origins: !known(this.#scene).view.state.origins });
  }

  /** @type {Go} */
  #go(stage, index) {
    askWhy(this.store, follow(known(this.#scene).view.state, stage, index));
  }
}
