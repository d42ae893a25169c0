// The hero: every stage in order with thumbnails of all its channels, on one common scale.

import { addedRects } from "./border.js";
import { NO_CELL } from "./cells.js";
import { outputOf } from "./codes.js";
import { codeTable, coloring, pixel, rgb } from "./colors.js";
import { paintComposite } from "./composite.js";
import { byKey, context2d, el, setText } from "./dom.js";
import { t } from "./i18n.js";
import { cueOverflow } from "./overflow.js";
import { theme } from "./theme.js";
import { arrangeCodes, columnsFor, tiling } from "./tiles.js";

/** @import { Region, Stage, State } from "./contract.js" */
/** @import { Given } from "./main.js" */
/** @import { ShownView } from "./store.js" */
/** @import { Layout } from "./tiles.js" */

/**
 * A stage's card, and what its picture is painted with.
 * @typedef {object} Card
 * @property {HTMLButtonElement} button
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} detail
 * @property {HTMLElement} shape
 * @property {HTMLElement} marks
 */

/**
 * @typedef {object} Picture
 * @property {Layout} layout
 * @property {ImageData} image
 * @property {Uint32Array} pixels of the image
 * @property {Uint32Array} tables 256 pixels a channel
 */

const SCALES = [4, 3, 2, 1.5, 1, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05];
const CARD_HEIGHT = 96; // pixels of a picture
const GROUP_GAP = 16; // as the gap of .pipeline
const LABEL_WIDTH = 130; // the longest operation's name
const FRAME = 18; // padding and border of a card
const SCROLL_ROOM = 160; // how much wider than the least a pipeline that scrolls anyway may be

export class Pipeline {
  /** @type {ShownView | null} */
  view = null;
  /** @type {Map<string, Card>} */
  cards = new Map(); // by stage
  /** @type {Map<string, Picture>} */
  pictures = new Map(); // by stage
  names = "";
  shapes = "";
  lastWidth = 0;
  /** @type {Element | null} */
  followed = null; // the card that was scrolled to
  image = el("canvas", { class: "composite", role: "img", "aria-label": t("ui.composite") });
  output = el(
    "button",
    {
      type: "button",
      class: "card image-card",
      on: { click: () => this.store.set({ page: "output" }) },
    },
    el("span", { class: "op", text: t("pages.output") }),
    this.image,
  );

  /** @param {Given} given */
  constructor({ store }) {
    this.store = store;
    this.list = el("ol", { class: "pipeline", "aria-label": t("ui.pipeline") });
    this.root = el("section", { class: "hero", "aria-label": t("ui.pipeline") }, this.list);
    this.list.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#resize()).observe(this.list);
    cueOverflow(this.list);
  }

  /** @param {ShownView} view */
  draw(view) {
    this.view = view;
    const names = view.stages.map(({ name }) => name).join();
    const shapes = view.stages.map(({ codes }) => codes.shape).join();
    if (names !== this.names) this.#build(view.stages);
    if (names !== this.names || shapes !== this.shapes) this.#layOut(view.stages);
    Object.assign(this, { names, shapes });
    for (const stage of view.stages) this.#paint(stage, view);
    this.#keepHeight();
    paintComposite(this.image, { ...view, output: outputOf(view) });
    this.output.setAttribute("aria-current", String(view.state.page === "output"));
    this.#follow();
  }

  // It never gets lower, so that what is below it stays in place while a slider is dragged.
  #keepHeight() {
    this.list.style.minHeight = `${this.list.offsetHeight}px`;
  }

  // Where the pipeline scrolls, the card of what is looked at is in view.
  #follow() {
    const card = this.list.querySelector('[aria-current="true"]');
    if (!card || card === this.followed) return;
    this.followed = card;
    const block = /** @type {HTMLElement} */ (card.closest(".block"));
    const { offsetLeft, offsetWidth } = block;
    this.list.scrollTo({ left: offsetLeft + (offsetWidth - this.list.clientWidth) / 2 });
  }

  /** @param {Stage[]} all */
  #build(all) {
    this.cards.clear();
    this.pictures.clear();
    this.followed = null;
    const blocks = [...blocksOf(all)].map(([name, stages]) =>
      el(
        "li",
        { class: "block", data: { block: name } },
        el("h3", { text: name }),
        ...stages.map((stage) => this.#card(stage)),
      ),
    );
    blocks.at(-1)?.append(this.output);
    this.list.replaceChildren(...blocks);
  }

  /** @param {Stage} stage */
  #card(stage) {
    const parts = {
      canvas: el("canvas", { "aria-hidden": "true" }),
      detail: el("span", { class: "detail" }),
      shape: el("span", { class: "shape" }),
      marks: el("span", { class: "marks" }),
    };
    const button = el(
      "button",
      {
        type: "button",
        class: "card",
        data: { stage: stage.name },
        title: stage.name,
        on: { click: () => this.#focus(stage) },
      },
      el("span", { class: "op", text: stage.name.split("/").at(-1) }),
      parts.detail,
      parts.canvas,
      parts.shape,
      parts.marks,
    );
    this.cards.set(stage.name, { button, ...parts });
    return button;
  }

  // On a narrow screen the pipeline fills it, so the focused stage is brought into view.
  /** @param {Stage} stage */
  #focus({ name, leads }) {
    this.store.set({
      ...leads,
      stage: name,
      channel: -1,
      ...NO_CELL,
      ...(this.store.form.page === "maps" ? {} : { page: "maps" }),
    });
    if (matchMedia("(max-width: 760px)").matches)
      document.getElementById("pages")?.scrollIntoView({ block: "start" });
  }

  // The largest common scale at which the blocks stand side by side; they scroll if none fits.
  /** @param {Stage[]} stages */
  #layOut(stages) {
    this.lastWidth ||= this.list.clientWidth;
    const space = this.lastWidth;
    const blocks = [...blocksOf(stages).values()];
    /** @param {number} scale */
    const width = (scale) =>
      blocks.reduce(
        (sum, block) =>
          sum +
          GROUP_GAP +
          FRAME +
          Math.max(
            block[0].op === "input" ? 60 : LABEL_WIDTH,
            ...block.map((stage) => layoutFor(stage, scale).totalWidth * cellSize(stage, scale)),
          ),
        -GROUP_GAP,
      );
    const smallest = SCALES[SCALES.length - 1],
      least = width(smallest);
    const most = least <= space ? space : least + SCROLL_ROOM;
    const scale =
      SCALES.find((candidate) => fits(stages, candidate) && width(candidate) <= most) ?? smallest;
    for (const stage of stages) this.#size(stage, scale);
    this.list.dataset.scale = String(scale);
  }

  /** @type {(stage: Stage, scale: number) => void} */
  #size(stage, scale) {
    const { canvas } = found(this.cards, stage);
    const layout = layoutFor(stage, scale);
    const cell = cellSize(stage, scale);
    canvas.width = layout.totalWidth;
    canvas.height = layout.totalHeight;
    canvas.style.width = `${layout.totalWidth * cell}px`;
    canvas.style.height = `${layout.totalHeight * cell}px`;
    canvas.style.imageRendering = cell >= 1 ? "pixelated" : "auto";
    const image = new ImageData(layout.totalWidth, layout.totalHeight);
    this.pictures.set(stage.name, {
      layout,
      image,
      pixels: new Uint32Array(image.data.buffer),
      tables: new Uint32Array(256 * layout.channels),
    });
  }

  #resize() {
    if (!this.view || this.list.clientWidth === this.lastWidth) return;
    this.lastWidth = this.list.clientWidth;
    this.list.style.minHeight = "";
    this.#layOut(this.view.stages);
    this.draw(this.view);
  }

  /** @type {(stage: Stage, view: ShownView) => void} */
  #paint(stage, view) {
    const card = found(this.cards, stage),
      picture = found(this.pictures, stage);
    const { layout, tables, image } = picture;
    const colors = coloring(view.state, stage);
    for (let channel = 0; channel < layout.channels; channel++) {
      codeTable(stage, channel, colors, tables.subarray(channel * 256, channel * 256 + 256));
    }
    arrangeCodes(layout, stage.codes.data, tables, picture.pixels);
    const explanation = "explanation" in view ? view.explanation : null;
    const region = explanation?.regions[stage.name];
    if (region) dimOutside(picture, region, Math.min(view.state.item, stage.shape[0] - 1));
    card.button.classList.toggle("tied", Boolean(region?.count));
    const context = context2d(card.canvas);
    context.putImageData(image, 0, 0);
    context.fillStyle = theme().padTint;
    for (const rect of addedRects(layout, stage.original)) context.fillRect(...rect);
    this.#label(card, stage, view.state);
  }

  /** @type {(card: Card, stage: Stage, state: State) => void} */
  #label(card, stage, state) {
    setText(card.shape, `[${stage.shape.join(", ")}]`);
    setText(card.detail, stage.detail);
    const words = [];
    if (stage.nan) words.push(t("marks.nan", { count: stage.nan }));
    if (stage.inf) words.push(t("marks.inf", { count: stage.inf }));
    if (stage.dead) words.push(t("marks.dead", { count: stage.dead }));
    else if (stage.constant) words.push(t("marks.constant", { count: stage.constant }));
    setText(card.marks, words.join(" · "));
    card.marks.classList.toggle("grave", Boolean(stage.nan || stage.inf || stage.many_flat));
    card.button.setAttribute(
      "aria-label",
      [stage.name, card.detail.textContent, card.shape.textContent, ...words].join(", "),
    );
    const current = state.stage === stage.name && state.page === "maps";
    card.button.setAttribute("aria-current", String(current));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = byKey(event, { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 });
    if (!step) return;
    const cards = [...this.list.querySelectorAll("button")];
    const at = cards.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)),
      next = cards[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

/** @param {Stage[]} stages */
const blocksOf = (stages) => Map.groupBy(stages, ({ name }) => name.split("/")[0]);

/**
 * @template Kept
 * @param {Map<string, Kept>} kept
 * @param {Stage} stage
 */
function found(kept, stage) {
  return /** @type {Kept} */ (kept.get(stage.name));
}

// Cells that are not tied to the explained one fade into the ground: a quarter of their colour
// stays.
/** @type {(picture: Picture, region: Region, item: number) => void} */
function dimOutside({ layout, pixels }, { items, rows, columns, channels }, item) {
  const { cellOffset, channelOffset } = layout;
  const shown = items.includes(item),
    faded = (groundPixel() & 0xfcfcfc) >>> 2;
  const width = columns.data.length;
  for (let cell = 0; cell < cellOffset.length; cell++) {
    const inside = shown && rows.data[Math.floor(cell / width)] && columns.data[cell % width];
    for (let channel = 0; channel < channelOffset.length; channel++) {
      if (inside && channels.data[channel]) continue;
      const at = cellOffset[cell] + channelOffset[channel];
      pixels[at] = (((pixels[at] & 0xfcfcfc) >>> 2) + 3 * faded) | 0xff000000;
    }
  }
}

const groundPixel = () => pixel(rgb(theme().card.replace("#", "")));

// z is a strip, not a map: its cells are as large as they need to be seen.
/** @type {(stage: Stage, scale: number) => number} */
const cellSize = (stage, scale) => (stage.op === "input" ? 4 : scale);

/** @type {(stage: Stage, scale: number) => Layout} */
function layoutFor(stage, scale) {
  const [height, width, channels] = stage.codes.shape;
  const down = Math.max(1, Math.floor(CARD_HEIGHT / ((height + 1) * scale)));
  const least = Math.ceil(channels / down);
  const columns = evenColumns(
    channels,
    Math.max(least, columnsFor(height, width, channels, LABEL_WIDTH / CARD_HEIGHT)),
  );
  return tiling(stage, {
    columns,
    wrap: width > 256 ? 32 : 8,
    gap: Math.max(1, Math.round(0.7 / scale)),
  });
}

// A few columns more, where they leave no ragged last row.
/** @type {(channels: number, least: number) => number} */
function evenColumns(channels, least) {
  for (let columns = least; columns <= least * 1.6; columns++)
    if (channels % columns === 0) return columns;
  return least;
}

/**
 * @param {Stage[]} stages
 * @param {number} scale
 */
function fits(stages, scale, height = CARD_HEIGHT + 16) {
  return stages.every(
    (stage) => stage.op === "input" || layoutFor(stage, scale).totalHeight * scale <= height,
  );
}
