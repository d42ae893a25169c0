// The hero: every stage in order with thumbnails of all its channels, on one common scale.

import { addedRects } from "./border.js";
import { NO_CELL } from "./cells.js";
import { codeTable, coloring, pixel } from "./colors.js";
import { paintComposite } from "./composite.js";
import { el, setText } from "./dom.js";
import { t } from "./i18n.js";
import { cueOverflow } from "./overflow.js";
import { theme } from "./theme.js";
import { arrangeCodes, columnsFor, tiling } from "./tiles.js";

const SCALES = [4, 3, 2, 1.5, 1, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05];
const CARD_HEIGHT = 96; // pixels of a picture
const GROUP_GAP = 16; // as the gap of .pipeline
const LABEL_WIDTH = 130; // the longest operation's name
const FRAME = 18; // padding and border of a card
const SCROLL_ROOM = 160; // how much wider than the least a pipeline that scrolls anyway may be

export class Pipeline {
  constructor(store) {
    this.store = store;
    this.cards = new Map();
    this.root = el("ol", { class: "pipeline", "aria-label": t("ui.pipeline") });
    this.root.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#resize()).observe(this.root);
    cueOverflow(this.root);
  }

  draw(view) {
    this.view = view;
    const names = view.stages.map(({ name }) => name).join();
    const shapes = view.stages.map(({ codes }) => codes.shape).join();
    if (names !== this.names) this.#build();
    if (names !== this.names || shapes !== this.shapes) this.#layOut();
    Object.assign(this, { names, shapes });
    for (const stage of view.stages) this.#paint(stage);
    paintComposite(this.image, view);
    this.picture.setAttribute("aria-current", view.state.page === "output");
    this.#follow();
  }

  // Where the pipeline scrolls, the card of what is looked at is in view.
  #follow() {
    const card = this.root.querySelector('[aria-current="true"]');
    if (!card || card === this.followed) return;
    this.followed = card;
    const { offsetLeft, offsetWidth } = card.closest(".block");
    this.root.scrollTo({ left: offsetLeft + (offsetWidth - this.root.clientWidth) / 2 });
  }

  #build() {
    this.cards.clear();
    const groups = Map.groupBy(this.view.stages, ({ name }) => name.split("/")[0]);
    this.root.replaceChildren(
      ...[...groups].map(([name, stages]) =>
        el(
          "li",
          { class: "block", data: { block: name } },
          el("h3", { text: name }),
          ...stages.map((stage) => this.#card(stage)),
        ),
      ),
    );
    this.image = el("canvas", { class: "composite", role: "img", "aria-label": t("ui.composite") });
    this.picture = el(
      "button",
      {
        type: "button",
        class: "card image-card",
        on: { click: () => this.store.set({ page: "output" }) },
      },
      el("span", { class: "op", text: t("pages.output") }),
      this.image,
    );
    this.root.lastChild.append(this.picture);
  }

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
        on: { click: () => this.#focus(stage.name) },
      },
      el("span", { class: "op", text: stage.name.split("/").at(-1) }),
      parts.detail,
      parts.canvas,
      parts.shape,
      parts.marks,
    );
    this.cards.set(stage.name, { button, tables: new Uint32Array(0), ...parts });
    return button;
  }

  // On a narrow screen the pipeline fills it, so the focused stage is brought into view.
  #focus(stage) {
    this.store.set({
      stage,
      channel: -1,
      ...NO_CELL,
      ...(this.store.form.page === "maps" ? {} : { page: "maps" }),
    });
    if (matchMedia("(max-width: 760px)").matches)
      document.getElementById("page-panel").scrollIntoView({ block: "start" });
  }

  // The largest common scale at which the blocks stand side by side; they scroll if none fits.
  #layOut() {
    const stages = this.view.stages;
    this.lastWidth ||= this.root.clientWidth;
    const space = this.lastWidth;
    const blocks = [...Map.groupBy(stages, ({ name }) => name.split("/")[0]).values()];
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
    const least = width(SCALES.at(-1));
    const most = least <= space ? space : least + SCROLL_ROOM;
    const scale =
      SCALES.find((candidate) => fits(stages, candidate) && width(candidate) <= most) ??
      SCALES.at(-1);
    for (const stage of stages) this.#size(stage, scale);
    this.root.dataset.scale = scale;
  }

  #size(stage, scale) {
    const card = this.cards.get(stage.name);
    card.layout = layoutFor(stage, scale);
    const cell = cellSize(stage, scale);
    const { canvas, layout } = card;
    canvas.width = layout.totalWidth;
    canvas.height = layout.totalHeight;
    canvas.style.width = `${layout.totalWidth * cell}px`;
    canvas.style.height = `${layout.totalHeight * cell}px`;
    canvas.style.imageRendering = cell >= 1 ? "pixelated" : "auto";
    card.image = new ImageData(layout.totalWidth, layout.totalHeight);
    card.pixels = new Uint32Array(card.image.data.buffer);
    card.tables = new Uint32Array(256 * layout.channels);
  }

  #resize() {
    if (!this.view || this.root.clientWidth === this.lastWidth) return;
    this.lastWidth = this.root.clientWidth;
    this.#layOut();
    this.draw(this.view);
  }

  #paint(stage) {
    const card = this.cards.get(stage.name);
    const colors = coloring(this.view.state, stage);
    for (let channel = 0; channel < card.layout.channels; channel++) {
      codeTable(stage, channel, colors, card.tables.subarray(channel * 256, channel * 256 + 256));
    }
    arrangeCodes(card.layout, stage.codes.data, card.tables, card.pixels);
    const region = this.view.explanation?.regions[stage.name];
    if (region)
      dimOutside(card, region, Math.min(this.view.state.item, stage.shape[0] - 1), groundPixel());
    card.button.classList.toggle("tied", Boolean(region?.count));
    const context = card.canvas.getContext("2d");
    context.putImageData(card.image, 0, 0);
    context.fillStyle = theme().padTint;
    for (const rect of addedRects(card.layout, stage.original)) context.fillRect(...rect);
    this.#label(card, stage);
  }

  #label(card, stage) {
    setText(card.shape, `[${stage.shape.join(", ")}]`);
    setText(card.detail, detail(stage, this.view.state));
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
    const current = this.view.state.stage === stage.name && this.view.state.page === "maps";
    card.button.setAttribute("aria-current", current);
  }

  #key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const cards = [...this.root.querySelectorAll(".card")];
    const next = cards[cards.indexOf(document.activeElement) + step];
    if (!step || !next) return;
    event.preventDefault();
    next.focus();
  }
}

// Cells that are not tied to the explained one fade into the ground: a quarter of their colour
// stays.
function dimOutside({ layout, pixels }, { items, rows, columns, channels }, item, ground) {
  const { cellOffset, channelOffset } = layout;
  const shown = items.includes(item),
    faded = (ground & 0xfcfcfc) >>> 2;
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

function groundPixel() {
  const hex = theme().card.replace("#", "");
  return pixel([0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));
}

// z is a strip, not a map: its cells are as large as they need to be seen.
const cellSize = (stage, scale) => (stage.op === "input" ? 4 : scale);

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
function evenColumns(channels, least) {
  for (let columns = least; columns <= least * 1.6; columns++)
    if (channels % columns === 0) return columns;
  return least;
}

function fits(stages, scale, height = CARD_HEIGHT + 16) {
  return stages.every(
    (stage) => stage.op === "input" || layoutFor(stage, scale).totalHeight * scale <= height,
  );
}

// What the operation does, in its own numbers; no words, so the same in every language.
function detail(stage, state) {
  const k = state.kernel_size;
  switch (stage.op) {
    case "dense":
      return `${stage.input_shape[1]} → ${stage.shape[1]}`;
    case "conv2d_transpose":
      return `${k}×${k}, stride ${state.stride}, SAME`;
    case "actv":
      return state.actv;
    case "batch_normalization":
      return state.training ? "training=True" : "training=False";
    case "reshape":
      return `[-1, ${stage.shape.slice(1).join(", ")}]`;
    case "pad":
      return state.pad_mode;
    case "conv2d":
      return `${state.output_kernel}×${state.output_kernel}, VALID`;
    default:
      return state.z_data ? "z_data" : "N(0, 1)";
  }
}
