// Pictures by one moment of a run, beside those by the same generator before.

import { context2d, el } from "../dom.js";
import { t } from "../i18n.js";
import { mosaic } from "../tiles.js";

/** @import { Bytes, Moment } from "../contract.js" */

/** @type {(keyof Moment)[]} */
const KINDS = ["stored", "batch", "last"];
const COLUMNS = 4,
  GAP = 2;
// What a run here draws: the room of its pictures until they come, so that nothing moves then.
const USUAL = { height: 32, width: 64, count: 24 };

export class Pictures {
  grids = KINDS.map((name) => new Grid(name));
  root = el("div", { class: "train-grids" }, ...this.grids.map(({ root }) => root));

  /** @param {Moment | null} moment */
  draw(moment) {
    for (const grid of this.grids) grid.draw(moment?.[grid.name] ?? null);
  }
}

class Grid {
  /** @param {keyof Moment} name */
  constructor(name) {
    this.name = name;
    const words = t(`train.${name}`);
    this.canvas = el("canvas", { class: "sample-grid", role: "img", "aria-label": words });
    this.root = el("figure", {}, el("figcaption", { text: words }), this.canvas);
    const { totalWidth, totalHeight } = layOut(USUAL);
    Object.assign(this.canvas, { width: totalWidth, height: totalHeight });
  }

  /** @param {Bytes | null} pictures */
  draw(pictures) {
    this.root.classList.toggle("kept-room", !pictures);
    if (pictures) paint(this.canvas, pictures);
  }
}

// Pictures [N, height, width, channels] side by side, COLUMNS in a row, GAP between them.
/** @type {(canvas: HTMLCanvasElement, pictures: Bytes) => void} */
function paint(canvas, { data, shape: [count, height, width, channels] }) {
  const { totalWidth, totalHeight, cellOffset, channelOffset } = layOut({ height, width, count });
  Object.assign(canvas, { width: totalWidth, height: totalHeight });
  const image = new ImageData(totalWidth, totalHeight);
  let index = 0; // a picture is to a mosaic what a channel is
  for (const item of channelOffset) {
    for (const cell of cellOffset) {
      const at = 4 * (item + cell);
      for (let c = 0; c < 3; c++) image.data[at + c] = data[index + Math.min(c, channels - 1)];
      image.data[at + 3] = 255;
      index += channels;
    }
  }
  context2d(canvas).putImageData(image, 0, 0);
}

/** @param {{ height: number, width: number, count: number }} pictures */
const layOut = ({ height, width, count }) => mosaic(height, width, count, COLUMNS, GAP);
