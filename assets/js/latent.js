// z: its strip, one number of it under the hand, and whole vectors from text or a file.

import { valueTable } from "./colors.js";
import { byKey, context2d, el, exact, setText } from "./dom.js";
import { t } from "./i18n.js";
import { editsBesides, readEntry, withEdit, withVectors } from "./latent_edits.js";
import { toMessage, wording } from "./messages.js";
import { isTyping } from "./typing.js";

/** @import { State } from "./contract.js" */
/** @import { Problem } from "./messages.js" */
/** @import { Given } from "./main.js" */
/** @import { Changes, ShownView } from "./store.js" */

const STRIP_COLUMNS = 32;
const SLIDER_REACH = 4;

export class Latent {
  /** @type {{ index?: string, value?: string }} */
  complaints = {}; // what is wrong in that box
  /** @type {Float32Array} */
  z = new Float32Array(0);
  item = 0;
  dimension = 0;
  layout = { across: 1, down: 1 };
  shown = ""; // which z and entry, as one text

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

  index = el("input", {
    type: "text",
    inputmode: "numeric",
    class: "box",
    id: "field-z_dim",
    "aria-label": t("ui.z_dim"),
    maxlength: 12,
    on: { change: () => this.#chooseTyped(this.index.value) },
  });
  slider = el("input", {
    type: "range",
    min: -SLIDER_REACH,
    max: SLIDER_REACH,
    step: 0.01,
    "aria-label": t("ui.z_value"),
    on: {
      input: () => {
        this.box.value = this.slider.value;
        this.#edit(this.slider.value);
      },
    },
  });
  box = el("input", {
    type: "text",
    inputmode: "decimal",
    class: "box",
    id: "z-value",
    "aria-label": t("ui.z_value"),
    maxlength: 32,
    on: { change: () => this.#edit(this.box.value) },
  });
  problem = el("p", { class: "field-error", role: "alert", hidden: true });

  text = el("textarea", {
    rows: 3,
    placeholder: "0.12, −1.3, …",
    "aria-label": t("ui.paste"),
    spellcheck: "false",
    on: {
      input: () => {
        this.given.hidden = true;
      },
    },
  });
  file = el("input", {
    type: "file",
    accept: ".npy,.json,.csv,.txt",
    class: "file",
    "aria-label": t("ui.load"),
    on: { change: () => this.#load() },
  });
  given = el("p", { class: "field-error", role: "alert", hidden: true });
  paste = this.#paste();

  /** @param {Given} given */
  constructor({ store }) {
    this.store = store;
    store.on("vector", (file) => this.open(file));
    store.on("idle", () => {
      if (store.view) this.draw(store.view);
    });
    this.root = el("div", { class: "latent" }, this.#strip(), this.#editor(), this.paste);
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

  #editor() {
    return el(
      "div",
      { class: "control", data: { field: "z_dim" } },
      el("label", { class: "name", for: "field-z_dim", text: t("labels.z_entry") }),
      el("div", { class: "inputs" }, this.index, this.slider, this.box),
      this.problem,
      el("p", { class: "help", text: t("help.z_dim") }),
    );
  }

  #paste() {
    const use = el("button", {
      type: "button",
      text: t("ui.use_vector"),
      on: { click: () => this.#use(new TextEncoder().encode(this.text.value), "") },
    });
    const reset = el("button", {
      type: "button",
      class: "quiet",
      text: t("ui.reset_z"),
      id: "reset-z",
      on: { click: () => this.#change({ z_data: "", z_edits: "", z_scale: "1" }) },
    });
    return el(
      "details",
      { class: "more", id: "paste-z" },
      el("summary", { text: t("ui.paste") }),
      el(
        "div",
        { class: "control" },
        this.text,
        el("div", { class: "inputs" }, use, reset),
        this.file,
        this.given,
        el("p", { class: "help", text: t("help.z_data") }),
      ),
    );
  }

  async #load() {
    const file = this.file.files?.[0];
    if (file) await this.open(file);
    this.file.value = "";
  }

  // A file of z, chosen here or dropped on the page.
  /** @param {File} file */
  async open(file) {
    this.paste.open = true;
    const error = await this.#use(file, file.name);
    if (error) this.store.refuse(error); // seen wherever the file was dropped
  }

  /** @type {(bytes: Blob | BufferSource, name: string) => Promise<Problem | null>} */
  async #use(bytes, name) {
    this.store.forget();
    try {
      const { z_data, shape } = await this.store.readVector(bytes, name);
      this.given.hidden = true;
      this.#change({
        z_data: withVectors(String(this.store.form.z_data), z_data, shape[0]),
        z_edits: editsBesides(String(this.store.form.z_edits), this.item, shape[0]),
        z_scale: "1",
      });
      return null;
    } catch (caught) {
      const error = toMessage(caught);
      this.given.hidden = false;
      setText(this.given, wording(error));
      return error;
    }
  }

  /** @param {Changes} changes */
  #change(changes) {
    this.given.hidden = true;
    this.store.set(changes);
    this.store.emit("form");
  }

  /** @param {string} text */
  #edit(text) {
    const { value, problem } = readEntry(text);
    this.box.setAttribute("aria-invalid", String(problem !== null));
    this.#complain({
      value: problem
        ? t(`errors.${problem}`, {
            field: `z[${this.item}, ${this.dimension}]`,
            value: text,
            allowed: "−3.4e38 … 3.4e38",
          })
        : "",
    });
    if (problem) return;
    const edits = String(this.store.form.z_edits);
    this.store.set({ z_edits: withEdit(edits, this.item, this.dimension, value) });
  }

  /** @param {MouseEvent} event */
  #dimensionAt(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * this.layout.across);
    const y = Math.floor(((event.clientY - box.top) / box.height) * this.layout.down);
    return Math.max(0, Math.min(this.z.length - 1, y * this.layout.across + x));
  }

  /** @param {string} text */
  #chooseTyped(text) {
    const last = this.z.length - 1;
    const good = /^\s*\d+\s*$/.test(text) && Number(text) <= last;
    this.index.setAttribute("aria-invalid", String(!good));
    this.#complain({
      index: good
        ? ""
        : t("errors.out_of_range", {
            field: t("ui.z_dim"),
            value: text.trim() || t("ui.nothing"),
            allowed: `0 … ${last}`,
          }),
    });
    if (good) this.#choose(Number(text));
  }

  // Each of the two boxes has a message of its own.
  /** @param {{ index?: string, value?: string }} complaint */
  #complain(complaint = {}) {
    Object.assign(this.complaints, complaint);
    const texts = Object.values(this.complaints).filter(Boolean);
    this.problem.hidden = texts.length === 0;
    setText(this.problem, texts.join("\n"));
  }

  /** @param {number} dimension */
  #choose(dimension) {
    this.index.value = String(dimension);
    this.store.set({ z_dim: dimension });
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
    this.#forgive(view.state);
    if (!this.store.pending) this.#fill(); // a drag is under way: leave the hand its slider
  }

  #fill() {
    const value = this.z[this.dimension];
    this.slider.value = String(value);
    if (!isTyping(this.index) && !this.complaints.index) this.index.value = String(this.dimension);
    if (!isTyping(this.box) && !this.complaints.value)
      this.box.value = exact(value).replaceAll("−", "-");
  }

  // What was wrong with a number or a file is of no more use once another z, or entry, is shown, or
  // as many numbers as it has are wanted.
  /** @param {State} state */
  #forgive({ z_seed, z_data, z_edits, item, z_dim, noise_dim, batch_size }) {
    const shown = [z_seed, z_data, z_edits, item, z_dim, noise_dim, batch_size].join(" ");
    if (shown === this.shown) return;
    this.shown = shown;
    this.given.hidden = true;
    for (const box of [this.index, this.box]) box.setAttribute("aria-invalid", "false");
    this.complaints = {};
    this.#complain();
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
