// z as a strip of coloured cells, of which a click or a key chooses one.

import { valueTable } from "./colors.js";
import { byKey, context2d, el, exact, setText } from "./dom.js";
import { t } from "./i18n.js";

/** @import { Given } from "./main.js" */
/** @import { ShownView } from "./store.js" */

const STRIP_COLUMNS = 32;

export class Latent {
  /** @type {Float32Array} */
  z = new Float32Array(0);
  item = 0;
  dimension = 0;
  layout = { across: 1, down: 1 };

  canvas = el("canvas", {
    class: "z-strip",
    tabindex: 0,
    role: "application",
    on: {
      click: (event) => this.#choose(this.#dimensionAt(event)),
      mousemove: (event) => this.#name(this.#dimensionAt(event)),
      mouseleave: () => this.#name(this.dimension),
      keydown: (event) => this.#key(event),
    },
  });
  readout = el("p", { class: "help mono" });

  /** @param {Given} given */
  constructor({ store }) {
    this.store = store;
    this.root = el("div", { class: "latent" }, this.#strip());
  }

  #strip() {
    return el(
      "div",
      { class: "control", data: { field: "z" } },
      el("span", { class: "name", text: "z" }),
      this.canvas,
      this.readout,
      el("p", { class: "help", text: t("help.z") }),
    );
  }

  /** @param {MouseEvent} event */
  #dimensionAt(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * this.layout.across);
    const y = Math.floor(((event.clientY - box.top) / box.height) * this.layout.down);
    return Math.max(0, Math.min(this.z.length - 1, y * this.layout.across + x));
  }

  /** @param {number} dimension */
  #choose(dimension) {
    this.store.apply({ z_dim: dimension });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { across } = this.layout;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
    const step = byKey(event, steps) ?? 0,
      next = this.dimension + step;
    if (!step || next < 0 || next >= this.z.length) return;
    event.preventDefault();
    this.dimension = next;
    this.#choose(next);
  }

  /** @param {number} dimension */
  #name(dimension) {
    setText(this.readout, `z[${this.item}, ${dimension}] = ${exact(this.z[dimension])}`);
  }

  /** @param {ShownView} view */
  draw(view) {
    this.z = view.z.data;
    this.item = Math.min(view.state.item, view.state.batch_size - 1);
    this.dimension = view.state.z_dim;
    this.#paint();
    this.#name(this.dimension);
    this.canvas.setAttribute(
      "aria-label",
      t("ui.z_strip", {
        count: this.z.length,
        chosen: `z[${this.item}, ${this.dimension}] = ${exact(this.z[this.dimension])}`,
      }),
    );
  }

  #paint() {
    const across = Math.min(STRIP_COLUMNS, this.z.length),
      down = Math.ceil(this.z.length / across);
    this.layout = { across, down };
    const cell = 8,
      { canvas } = this;
    canvas.width = across * cell;
    canvas.height = down * cell;
    const reach = Math.max(2, ...this.z.map(Math.abs).filter(Number.isFinite));
    const color = valueTable({ name: "blue_orange" }, -reach, reach);
    const context = context2d(canvas);
    this.z.forEach((value, at) => {
      context.fillStyle = css(color(value));
      context.fillRect((at % across) * cell, Math.floor(at / across) * cell, cell, cell);
    });
    context.strokeStyle = "#000";
    context.lineWidth = 2;
    context.strokeRect(
      (this.dimension % across) * cell + 1,
      Math.floor(this.dimension / across) * cell + 1,
      cell - 2,
      cell - 2,
    );
  }
}

/** @param {number} pixel */
const css = (pixel) => `rgb(${pixel & 255},${(pixel >> 8) & 255},${(pixel >> 16) & 255})`;
