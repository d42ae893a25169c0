// The strip: every block in order, the one that is looked at with all its stages, each with a
// thumbnail of its channels, on one common scale. No box ever changes its size.

import { Arcs, joinsOf } from "./arcs.js";
import { addedRects } from "./border.js";
import { showStage } from "./cells.js";
import { outputOf } from "./codes.js";
import { codeTable, coloring, pixel, rgb } from "./colors.js";
import { paintComposite } from "./composite.js";
import { byKey, context2d, el, setText } from "./dom.js";
import { t } from "./i18n.js";
import { known } from "./known.js";
import { cueOverflow } from "./overflow.js";
import { theme } from "./theme.js";
import { commonScale, layoutFor, thumbnailScale } from "./thumbnails.js";
import { arrangeCodes } from "./tiles.js";

/** @import { Pair, Region, Stage, State } from "./contract.js" */
/** @import { Given } from "./main.js" */
/** @import { ShownView } from "./store.js" */
/** @import { Layout } from "./tiles.js" */

/**
 * A stage's card, and what its picture is painted with.
 * @typedef {object} Card
 * @property {HTMLButtonElement} button
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} op
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

const LONG = 15; // characters of a shape that stand in a card as they are

export class Pipeline {
  /** @type {ShownView | null} */
  view = null;
  /** @type {Map<string, Card>} */
  cards = new Map(); // by stage
  /** @type {Map<string, Picture>} */
  pictures = new Map(); // by stage
  /** @type {Map<string, HTMLElement>} */
  blocks = new Map(); // by name
  names = "";
  shapes = "";
  open = ""; // what says which cards stand whole
  room = { width: 0, height: 0 }; // pixels of a thumbnail
  /** @type {Element | null} */
  followed = null; // the card that was scrolled to
  image = el("canvas", { class: "composite", role: "img", "aria-label": t("ui.composite") });
  output = el(
    "button",
    {
      type: "button",
      class: "card image-card",
      on: { click: () => this.view && this.store.set(this.view.output_leads) },
    },
    el("span", { class: "op", text: t("pages.output") }),
    this.image,
    el("span", { class: "lost", text: t("marks.unknown") }),
  );

  /** @param {Given} given */
  constructor({ store }) {
    this.store = store;
    this.list = el("ol", { class: "pipeline" });
    this.arcs = new Arcs();
    this.root = el(
      "section",
      { class: "strip", "aria-label": t("ui.pipeline") },
      this.list,
      this.output,
    );
    this.list.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#resize()).observe(this.root);
    new ResizeObserver(() => this.#fill()).observe(this.list);
    cueOverflow(this.list);
  }

  /** @param {ShownView} view */
  draw(view) {
    this.view = view;
    const names = view.stages.map(({ name }) => name).join();
    const shapes = view.stages.map(({ map_shape }) => map_shape).join();
    const open = `${names} ${view.state.stage}`;
    if (names !== this.names) this.#build(view.stages);
    if (names !== this.names || shapes !== this.shapes) this.#layOut(view.stages);
    if (open !== this.open) this.#unfold(view);
    Object.assign(this, { names, shapes, open });
    for (const stage of view.stages) this.#paint(stage, view);
    const isUnknown = Boolean(view.stages.at(-1)?.unknown);
    this.output.classList.toggle("unknown", isUnknown);
    this.output.disabled = isUnknown;
    if (!isUnknown) paintComposite(this.image, { ...view, output: outputOf(view) });
    const { page } = view.output_leads;
    this.output.setAttribute("aria-current", String(view.state.page === page));
    this.#follow();
  }

  // The block of the stage that is looked at stands with all its stages; any other one with its
  // last, and the rest as dots.
  /** @param {ShownView} view */
  #unfold({ stages, state }) {
    for (const [name, block] of blocksOf(stages)) {
      const isOpen = block.some((stage) => stage.name === state.stage);
      for (const stage of block)
        found(this.cards, stage).button.classList.toggle("dot", !isOpen && !stage.codes);
      this.blocks.get(name)?.classList.toggle("open", isOpen);
    }
    const { apart } = joinsOf(stages);
    for (const [name, block] of this.blocks) block.classList.toggle("apart", apart.includes(name));
    this.#join();
  }

  // Arcs stand where the blocks do, which move with the list's width.
  #join() {
    if (!this.view) return;
    const { stages, state } = this.view,
      current = stages.find(({ name }) => name === state.stage)?.block ?? "";
    this.arcs.draw(this.blocks, joinsOf(stages).arcs, current);
  }

  // The list has another width, which the output's card changes too: what is looked at stays in
  // view.
  #fill() {
    this.#join();
    this.#followAgain();
  }

  #followAgain() {
    this.followed = null;
    this.#follow();
  }

  // Where the pipeline scrolls, the card of what is looked at is in view.
  #follow() {
    /** @type {HTMLElement | null} */
    const card = this.list.querySelector('[aria-current="true"]');
    if (!card || card === this.followed) return;
    this.followed = card;
    this.list.scrollTo({ left: middleOf(card, this.list.clientWidth) - this.list.clientWidth / 2 });
  }

  /** @param {Stage[]} all */
  #build(all) {
    this.cards.clear();
    this.pictures.clear();
    this.followed = null;
    this.blocks = new Map(
      [...blocksOf(all)].map(([name, stages]) => [name, this.#block(name, stages)]),
    );
    this.list.replaceChildren(
      ...this.blocks.values(),
      el("li", { "aria-hidden": "true" }, this.arcs.root),
    );
  }

  /** @type {(name: string, stages: Stage[]) => HTMLElement} */
  #block(name, stages) {
    return el(
      "li",
      { class: "block", data: { block: name } },
      el("h2", { text: name }),
      el("div", { class: "cards" }, ...stages.map((stage) => this.#card(stage))),
    );
  }

  /** @param {Stage} stage */
  #card(stage) {
    const parts = {
      canvas: el("canvas", { "aria-hidden": "true" }),
      op: el("span", { class: "op" }),
      shape: el("span", { class: "shape" }),
      marks: el("span", { class: "marks" }),
    };
    const button = el(
      "button",
      {
        type: "button",
        class: "card",
        data: { stage: stage.name },
        on: { click: () => this.#focus(stage) },
      },
      parts.op,
      el("span", { class: "thumb" }, parts.canvas, parts.marks),
      parts.shape,
    );
    this.cards.set(stage.name, { button, ...parts });
    return button;
  }

  // On a narrow screen the pipeline fills it, so the focused stage is brought into view; on a low
  // one its map alone, as soon as it is there.
  /** @param {Stage} stage */
  #focus(stage) {
    if (found(this.cards, stage).button.getAttribute("aria-current") === "true")
      this.#followAgain(); // nothing is drawn for it
    this.store.set(showStage(stage));
    if (matchMedia("(max-height: 480px)").matches)
      this.root.closest(".explorer")?.addEventListener("painted", showMap, { once: true });
    else if (matchMedia("(max-width: 760px)").matches)
      document.getElementById("pages")?.scrollIntoView({ block: "start" });
  }

  // The largest common scale at which every stage has room.
  /** @param {Stage[]} stages */
  #layOut(stages) {
    this.#measure();
    const scale = commonScale(stages, this.room);
    for (const stage of stages) this.#size(stage, thumbnailScale(stage, scale, this.room));
    this.list.dataset.scale = String(scale);
  }

  #measure() {
    const style = getComputedStyle(this.root);
    /** @param {string} name */
    const pixels = (name) => Number.parseFloat(style.getPropertyValue(name));
    this.room = { width: pixels("--thumb-width"), height: pixels("--thumb-height") };
  }

  /** @type {(stage: Stage, scale: number) => void} */
  #size(stage, scale) {
    const { canvas } = found(this.cards, stage);
    const layout = layoutFor(stage, scale, this.room),
      cell = scale * stage.thumbnail_step;
    canvas.width = layout.totalWidth;
    canvas.height = layout.totalHeight;
    canvas.style.width = `${layout.totalWidth * cell}px`;
    canvas.style.height = `${layout.totalHeight * cell}px`;
    canvas.classList.toggle("single", layout.totalWidth * layout.totalHeight === 1);
    canvas.style.imageRendering = cell >= 1 ? "pixelated" : "auto";
    const image = new ImageData(layout.totalWidth, layout.totalHeight);
    this.pictures.set(stage.name, {
      layout,
      image,
      pixels: new Uint32Array(image.data.buffer),
      tables: new Uint32Array(256 * layout.channels),
    });
  }

  // Thumbnails have other sizes on a narrow screen.
  #resize() {
    const before = this.room;
    this.#measure();
    if (!this.view || (before.width === this.room.width && before.height === this.room.height))
      return;
    this.shapes = "";
    this.draw(this.view);
  }

  /** @type {(stage: Stage, view: ShownView) => void} */
  #paint(stage, view) {
    const card = found(this.cards, stage),
      explanation = "explanation" in view ? view.explanation : null,
      region = explanation?.regions[stage.name];
    card.button.classList.toggle("tied", Boolean(region?.count));
    this.#label(card, stage, view.state);
    card.button.classList.toggle("unknown", stage.unknown);
    if (stage.unknown || card.button.classList.contains("dot")) return; // once it stands whole
    const picture = found(this.pictures, stage),
      { layout, tables, image } = picture,
      codes = known(stage.codes ?? view.unfolded[stage.name]);
    const colors = coloring(view.state, stage);
    for (let channel = 0; channel < layout.channels; channel++) {
      codeTable(stage, channel, colors, tables.subarray(channel * 256, channel * 256 + 256));
    }
    arrangeCodes(layout, codes.data, tables, picture.pixels);
    if (region) dimOutside(picture, stage, region, view.state.item);
    const context = context2d(card.canvas);
    context.putImageData(image, 0, 0);
    context.fillStyle = theme().padTint;
    const original = thinnedBox(stage);
    for (const rect of addedRects(layout, original)) context.fillRect(...rect);
  }

  /** @type {(card: Card, stage: Stage, state: State) => void} */
  #label(card, stage, state) {
    const called = t(`strip.${stage.short}`, { detail: stage.detail });
    setText(card.op, called); // other words once something is given to it
    const shape = stage.guessed ? "[?]" : `[${stage.shape.join(", ")}]`;
    setText(card.shape, shape);
    card.shape.classList.toggle("long", shape.length > LONG);
    card.shape.style.setProperty("--more", String(shape.length - LONG));
    const words = stage.unknown ? [t("marks.unknown")] : [];
    if (stage.nan) words.push(t("marks.nan", { count: stage.nan }));
    if (stage.inf) words.push(t("marks.inf", { count: stage.inf }));
    if (stage.dead) words.push(t("marks.dead", { count: stage.dead }));
    else if (stage.constant) words.push(t("marks.constant", { count: stage.constant }));
    setText(card.marks, words.join(" · "));
    card.marks.classList.toggle("grave", Boolean(stage.nan || stage.inf || stage.many_flat));
    // What is seen comes first in the name, so that it can be spoken to be clicked.
    const seen = new Set([called, ...words, shape, stage.name, stage.detail]);
    card.button.setAttribute("aria-label", [...seen].join(", "));
    card.button.title = [stage.name, stage.detail, shape, ...words].join(", ");
    const current = state.stage === stage.name && state.page === stage.leads.page;
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
const blocksOf = (stages) => Map.groupBy(stages, ({ block }) => block);

// Of a card's block, where all of it has room, else of the card.
/** @type {(card: HTMLElement, room: number) => number} */
function middleOf(card, room) {
  const block = /** @type {HTMLElement} */ (card.closest(".block"));
  const { offsetLeft, offsetWidth } = block;
  if (offsetWidth <= room) return offsetLeft + offsetWidth / 2;
  return offsetLeft + card.offsetLeft + card.offsetWidth / 2;
}

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
/** @type {(picture: Picture, stage: Stage, region: Region, item: number) => void} */
function dimOutside({ layout, pixels }, stage, region, item) {
  const { cellOffset, channelOffset, width } = layout;
  const at = Math.min(item, stage.shape[0] - 1),
    faded = (groundPixel() & 0xfcfcfc) >>> 2;
  const boxes = (region.parts.length ? region.parts : [region])
    .filter(({ items }) => items.includes(at))
    .map(({ rows, columns, channels }) => ({
      rows: thinnedMarks(rows.data, stage.thumbnail_step),
      columns: thinnedMarks(columns.data, stage.thumbnail_step),
      channels: channels.data,
    }));
  for (let cell = 0; cell < cellOffset.length; cell++) {
    const row = Math.floor(cell / width),
      here = boxes.filter(({ rows, columns }) => rows[row] && columns[cell % width]);
    for (let channel = 0; channel < channelOffset.length; channel++) {
      if (here.some(({ channels }) => channels[channel])) continue;
      const place = cellOffset[cell] + channelOffset[channel];
      pixels[place] = (((pixels[place] & 0xfcfcfc) >>> 2) + 3 * faded) | 0xff000000;
    }
  }
}

const groundPixel = () => pixel(rgb(theme().card.replace("#", "")));

// Of the rows, or columns, that each of a thumbnail's stands for: whether any is marked.
/** @type {(marks: Uint8Array, step: number) => boolean[]} */
const thinnedMarks = (marks, step) =>
  Array.from({ length: Math.ceil(marks.length / step) }, (_, at) =>
    marks.subarray(at * step, (at + 1) * step).some(Boolean),
  );

// The box of what a pad did not add, in cells of the thumbnail.
/** @param {Stage} stage */
function thinnedBox({ original, thumbnail_step: step }) {
  /** @type {(ends: Pair) => Pair} */
  const thinned = ([first, last]) => [first / step, last / step];
  return (
    original && { ...original, rows: thinned(original.rows), columns: thinned(original.columns) }
  );
}

function showMap() {
  const maps = [...document.querySelectorAll("#pages .looked-at")];
  maps.find((map) => map.checkVisibility())?.scrollIntoView({ block: "start" });
}
