// One interactive Plotly heatmap: exact values, a tooltip of our own, marks for what is not finite.

import { el, setText } from "./dom.js";
import { boxOf, boxOfPlot, cellIn, middleOf, Plate } from "./heatmap_plate.js";
import {
  below,
  CONFIG,
  labelTrace,
  layoutOf,
  MARK_KINDS,
  markTrace,
  valueTrace,
} from "./heatmap_plot.js";
import { known } from "./known.js";
import { Legend } from "./legend.js";
import { plotly } from "./plotly.js";

/**
 * @import { Scale } from "./legend.js"
 * @import { Label, Layout, Picture, Style } from "./heatmap_plot.js"
 * @import { Box } from "./heatmap_plate.js"
 * @import { Options, Plot, Shape } from "./plotly_calls.js"
 */

/** @typedef {[x: number, y: number]} Place a cell of the picture */

/**
 * @typedef {object} Handlers
 * @property {(x: number, y: number) => string[] | null} describe the tooltip's lines for a cell, or
 *   null beside one
 * @property {((x: number, y: number) => void) | null} [pick] a cell is chosen
 * @property {((at: Place | null) => void) | null} [point] another cell is pointed at, or none
 * @property {string} [label]
 * @property {boolean} [keys] whether arrows move from cell to cell, and Enter chooses
 */

/**
 * What is to be drawn; `style` tells it from others of the same values.
 * @typedef {object} Asked
 * @property {Picture} picture
 * @property {Scale} color
 * @property {Layout} layout
 * @property {Label[] | null} labels
 * @property {boolean} marked whether a value is not finite
 * @property {string} style
 */

const DRAG = 6; // pixels between press and release that make a drag, not a click
const DOUBLE_MS = 300; // between two presses of a double click, as Plotly counts
const HIDDEN_MS = 1000; // until it is looked again whether a map is shown
const REST_MS = 120; // without another picture, after which Plotly takes over
/** @type {Record<string, Place>} */
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
/** @type {Record<string, string>} */
const ZOOM_KEYS = { "+": "in", "-": "out", 0: "reset" };

let expected = false;
// Whether what is drawn from now on is coarse: another picture of the same follows by itself.
/** @param {boolean} now */
export const expectFiner = (now) => {
  expected = now;
};

// A heatmap in `host`. By keyboard: move(dx, dy) goes from cell to cell, pickHere() is a click.
export class Heatmap {
  /** @type {Place | null} */
  #cursor = null;
  /** @type {Place | null} */
  #place = null; // of the keyboard; stays when the pointer leaves
  /** @type {Float32Array[]} */
  #rows = [];
  /** @type {Asked | null} */
  #drawn = null; // what Plotly shows
  /** @type {number[]} */
  #whole = []; // the axes' ranges where nothing is zoomed
  /** @type {PointerEvent | null} */
  #pressed = null; // the last press
  #choice = 0; // the timer of a click that may yet be a double one
  /** @type {[Picture, Scale, Style] | null} */
  #given = null; // what it is to be drawn from
  /** @type {Asked | null} */
  #asked = null; // what is to be drawn
  #rest = 0; // the timer of Plotly's turn
  #room = { width: 0, height: 0, style: "" }; // pixels of the host, and the height it was given
  /** @type {Box | null} */
  #box = null; // of the cells on the canvas
  #plate = new Plate();

  plot = /** @type {Plot} */ (el("div", { class: "heatmap-plot" }));
  tip = el("div", { class: "heatmap-tip", role: "status", hidden: true });
  legend = new Legend();
  marks = el("div", { class: "marks-key", hidden: true });

  /**
   * @param {HTMLElement} host
   * @param {Handlers} handlers
   */
  constructor(host, { describe, pick, point, label, keys = false }) {
    this.host = host;
    this.describe = describe;
    this.pick = pick;
    this.point = point;
    host.classList.add("heatmap");
    if (label) host.setAttribute("aria-label", label);
    host.append(this.plot, this.#plate.root, this.legend.root, this.marks, this.tip);
    new ResizeObserver(() => this.#resize()).observe(host);
    this.plot.addEventListener("pointermove", (event) => this.#hover(event));
    this.plot.addEventListener("pointerdown", (event) => this.#press(event));
    // A finger that lifts has left as well; what it pointed at stays until the next tap.
    host.addEventListener("pointerleave", ({ pointerType }) => {
      if (pointerType !== "touch") this.#leave();
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (this.#cursor && !host.contains(/** @type {Node} */ (target))) this.#leave();
    });
    host.addEventListener("keydown", (event) => this.#zoomKey(event));
    if (!keys) return;
    Object.assign(host, { tabIndex: 0, role: "application" });
    host.addEventListener("keydown", (event) => this.#key(event));
    host.addEventListener("blur", () => this.#leave());
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = STEPS[event.key];
    if (event.key === "Enter") this.pickHere();
    if (!step) return;
    event.preventDefault();
    this.move(...step);
  }

  // Plotly's own buttons are no tab stops, as each map has six of them.
  /** @param {KeyboardEvent} event */
  #zoomKey({ key }) {
    const name = ZOOM_KEYS[key];
    if (!name) return;
    /** @type {HTMLElement | null} */
    const button = this.plot.querySelector(`.modebar-btn[data-val="${name}"]`);
    button?.click();
  }

  // To the next cell that way; over the gap between two maps in one step.
  /** @type {(dx: number, dy: number) => void} */
  move(dx, dy) {
    const height = this.#rows.length,
      width = this.#rows[0]?.length ?? 0;
    if (!this.#place) return this.showTip(0, 0);
    let [x, y] = this.#place;
    for (let step = 0; step < 2; step++) {
      x = Math.max(0, Math.min(width - 1, x + dx));
      y = Math.max(0, Math.min(height - 1, y + dy));
      if (this.describe(x, y)) return this.showTip(x, y);
    }
  }

  pickHere() {
    if (this.#place) this.pick?.(...this.#place);
  }

  // At once on a canvas, and by Plotly, which takes many times as long, when it rests.
  /** @type {(picture: Picture, color: Scale, style: Style) => void} */
  draw(picture, color, style) {
    this.#given = [picture, color, style];
    const { values, width, height } = picture;
    this.#rows = Array.from({ length: height }, (_, y) =>
      values.subarray(y * width, (y + 1) * width),
    );
    const layout = layoutOf(this.#measured(), picture, style);
    this.#whole = [...layout.xaxis.range, ...layout.yaxis.range];
    this.legend.draw(color, below(style.axes));
    const marked = this.#nameMarks(picture);
    this.#asked = styled({ picture, color, layout, labels: style.labels ?? null, marked });
    if (this.#box || !isSame(this.#asked, this.#drawn)) this.#paint(this.#asked);
    if (this.#place)
      this.#place = [Math.min(this.#place[0], width - 1), Math.min(this.#place[1], height - 1)];
    if (this.#cursor) this.#renewTip(this.#cursor);
  }

  // Measured where it may have changed alone: it makes the browser lay the whole page out.
  #measured() {
    const style = this.host.style.height;
    if (!this.#room.width || style !== this.#room.style) {
      const { clientWidth: width, clientHeight: height } = this.host;
      this.#room = { width, height, style };
    }
    return this.#room;
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === this.#room.width && height === this.#room.height) return;
    this.#room.width = 0;
    if (this.#given && width) this.draw(...this.#given);
  }

  /** @param {Asked} asked */
  #paint(asked) {
    const { picture, color, layout, labels } = asked;
    const same = layout.uirevision === this.plot.layout?.uirevision,
      { shapes } = layout;
    this.#box = (same && boxOfPlot(this.plot)) || boxOf(layout);
    this.#plate.paint(this.#box, picture, color, { shapes, labels });
    clearTimeout(this.#rest);
    if (!expected) this.#restFor(asked, REST_MS);
  }

  /** @type {(asked: Asked, milliseconds: number) => void} */
  #restFor(asked, milliseconds) {
    this.#rest = setTimeout(() => this.#takeOver(asked).catch(console.error), milliseconds);
  }

  /** @param {Asked} asked */
  async #takeOver(asked) {
    await plotly();
    if (asked !== this.#asked) return;
    if (!this.host.checkVisibility()) return this.#restFor(asked, HIDDEN_MS);
    if (!isSame(asked, this.#drawn)) await this.#plot(asked);
    if (asked !== this.#asked) return;
    this.#plate.hide();
    this.#box = null;
  }

  /** @param {Asked} asked */
  async #plot(asked) {
    const { picture, color, layout, labels, marked } = asked;
    this.#drawn = null; // until it is there
    const traces = [valueTrace(this.#rows, color)];
    if (marked) traces.push(markTrace(picture));
    if (labels) traces.push(labelTrace(labels));
    // Plotly's react would go on zooming within the first picture's ranges.
    const anew = layout.uirevision !== this.plot.layout?.uirevision;
    await window.Plotly[anew ? "newPlot" : "react"](this.plot, traces, layout, CONFIG);
    this.#drawn = asked;
    if (anew) this.#listen();
    /** @type {NodeListOf<HTMLElement>} */
    const buttons = this.plot.querySelectorAll(".modebar-btn");
    for (const button of buttons) button.tabIndex = -1;
  }

  // A page that went away under the pointer hears no pointerleave.
  /** @param {Place} cursor */
  #renewTip(cursor) {
    if (this.host.matches(":hover, :focus, :focus-within")) this.showTip(...cursor);
    else this.#leave();
  }

  // Says which kinds of values that are not finite the picture has; returns whether it has any.
  /** @param {Picture} picture */
  #nameMarks({ values, gaps }) {
    const marked = values.filter((value, at) => !Number.isFinite(value) && !gaps?.(at));
    const kinds = MARK_KINDS.filter(({ is }) => marked.some(is));
    this.marks.hidden = kinds.length === 0;
    this.marks.replaceChildren(
      ...kinds.map(({ name, color }) =>
        el("span", { class: "mark", style: `--mark: ${color}`, text: name }),
      ),
    );
    return marked.length > 0;
  }

  #listen() {
    this.plot.on("plotly_hover", ({ points: [{ x, y }] }) =>
      this.showTip(Math.round(x), Math.round(y)),
    );
    this.plot.on("plotly_unhover", () => this.#leave());
  }

  // Plotly loses a click where the map is drawn anew between press and release, as its marks are.
  /** @param {PointerEvent} press */
  #press(press) {
    const { button, clientX, clientY } = press,
      last = this.#pressed,
      target = /** @type {Element} */ (press.target);
    if (button !== 0 || !(this.#box || target.closest(".nsewdrag"))) return;
    this.#pressed = press;
    if (this.host.tabIndex >= 0) this.host.focus({ preventScroll: true }); // arrows go on from here
    if (last && press.timeStamp - last.timeStamp < DOUBLE_MS && apart(press, last) < DRAG)
      return clearTimeout(this.#choice);
    /** @param {PointerEvent} event */
    const release = (event) => {
      window.removeEventListener("pointercancel", release);
      window.removeEventListener("pointerup", release);
      const cell = this.#cellAt(clientX, clientY);
      if (event.type !== "pointerup" || apart(event, press) >= DRAG || !this.describe(...cell))
        return;
      this.showTip(...cell); // Plotly hears no hover where a finger taps
      this.#choose(cell);
    };
    window.addEventListener("pointercancel", release);
    window.addEventListener("pointerup", release);
  }

  // A double click shows a zoomed map whole again, and chooses nothing.
  /** @param {Place} cell */
  #choose(cell) {
    if (!this.pick) return;
    if (this.#isZoomed()) this.#choice = setTimeout(() => this.pick?.(...cell), DOUBLE_MS);
    else this.pick(...cell);
  }

  #isZoomed() {
    if (!this.plot._fullLayout) return false;
    const { xaxis, yaxis } = this.plot._fullLayout;
    return [...xaxis.range, ...yaxis.range].some(
      (end, at) => Math.abs(end - this.#whole[at]) > 0.01,
    );
  }

  /** @type {(clientX: number, clientY: number) => Place} */
  #cellAt(clientX, clientY) {
    const { left, top } = this.plot.getBoundingClientRect();
    return cellIn(this.#shownBox, clientX - left, clientY - top);
  }

  get #shownBox() {
    return known(this.#box ?? boxOfPlot(this.plot));
  }

  // Plotly tells of this where it draws.
  /** @param {PointerEvent} event */
  #hover({ clientX, clientY, pointerType }) {
    if (!this.#box || pointerType === "touch") return;
    this.showTip(...this.#cellAt(clientX, clientY));
  }

  #leave() {
    this.#cursor = null;
    this.tip.hidden = true;
    this.point?.(null);
  }

  // The value under (x, y), in words, beside the cell; also used by the keyboard.
  /** @type {(x: number, y: number) => void} */
  showTip(x, y) {
    const lines = this.describe(x, y);
    if (!lines) return this.#leave();
    this.#cursor = this.#place = [x, y];
    setText(this.tip, lines.join("\n"));
    this.tip.hidden = false;
    this.#placeTip(x, y);
    this.point?.([x, y]);
  }

  /** @type {(x: number, y: number) => void} */
  #placeTip(x, y) {
    const [left, top] = middleOf(this.#shownBox, x, y);
    const space = this.host.clientWidth - this.tip.offsetWidth;
    this.tip.style.left = `${Math.max(0, Math.min(space, left + 14))}px`;
    const fits = top + 14 + this.tip.offsetHeight < this.host.clientHeight;
    this.tip.style.top = `${fits ? top + 14 : Math.max(0, top - this.tip.offsetHeight - 14)}px`;
  }

  // How far below the window's top the middle of a row of cells stands.
  /** @param {number} y */
  topOf(y) {
    return this.plot.getBoundingClientRect().top + middleOf(this.#shownBox, 0, y)[1];
  }

  // Other shapes over the same picture.
  /** @param {Shape[]} shapes */
  outline(shapes) {
    if (!this.#asked) return;
    this.#asked = styled({ ...this.#asked, layout: { ...this.#asked.layout, shapes } });
    if (this.#box) return this.#paint(this.#asked);
    this.#drawn = this.#asked;
    window.Plotly.relayout(this.plot, { shapes });
  }
}

/** @type {(asked: Omit<Asked, "style">) => Asked} */
function styled(asked) {
  const { picture, color, layout, labels } = asked;
  return { ...asked, style: JSON.stringify([picture.width, color, layout, labels]) };
}

// Most of a page stays the same when one thing changes. What is not finite equals nothing.
/** @type {(asked: Asked, drawn: Asked | null) => boolean} */
function isSame(asked, drawn) {
  const { picture, style, marked } = asked;
  return (
    drawn?.style === style &&
    !marked &&
    drawn.picture.values.length === picture.values.length &&
    picture.values.every((value, at) => Object.is(value, drawn.picture.values[at]))
  );
}

// Pixels from one event of the pointer to another.
/** @type {(one: PointerEvent, other: PointerEvent) => number} */
function apart(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}
