// One map of the padding page: a caption and a heatmap as high as the map's shape asks for.

import { el, setText } from "../dom.js";
import { Heatmap } from "../heatmap.js";

/**
 * @import { Scale } from "../colors.js"
 * @import { Floats } from "../contract.js"
 * @import { Handlers } from "../heatmap.js"
 * @import { Margin } from "../heatmap_plot.js"
 * @import { Shape } from "../plotly_calls.js"
 */

/**
 * @typedef {object} Style
 * @property {string} name tells the map from others that stand here
 * @property {Shape[]} [shapes]
 * @property {Margin} [margin]
 * @property {(at: number) => boolean} [gaps] whether there is no cell at this place
 */

const MOST_HEIGHT = 340; // pixels
const BESIDE = 112; // pixels of the axis and the legend
const ABOVE = 50; // and of the toolbar and the other axis

export class Panel {
  /** @type {Shape[]} */
  shapes = []; // that are always there

  caption = el("figcaption");

  /**
   * @param {string} id
   * @param {string} title
   * @param {Handlers} handlers
   */
  constructor(id, title, handlers) {
    this.host = el("div", { class: "pad-map", id });
    setText(this.caption, title);
    this.root = el("figure", {}, this.caption, this.host);
    this.heatmap = new Heatmap(this.host, { ...handlers, label: title, keys: true });
  }

  /** @param {string} title */
  name(title) {
    setText(this.caption, title);
    this.host.setAttribute("aria-label", title);
  }

  /**
   * @param {Floats} map
   * @param {Scale} color
   * @param {Style} style
   */
  draw({ data, shape: [height, width] }, color, style) {
    const { name, shapes = [], margin = [0, 0, 0, 0], gaps } = style;
    const [top, bottom, left, right] = margin;
    const aspect = (height + top + bottom) / (width + left + right);
    const pixels = Math.min(MOST_HEIGHT, (this.host.clientWidth - BESIDE) * aspect + ABOVE);
    this.host.style.height = `${Math.round(pixels)}px`;
    this.shapes = shapes;
    const key = `${name} ${height} ${width} ${margin}`;
    this.heatmap.draw({ values: data, width, height, gaps }, color, {
      key,
      axes: true,
      shapes,
      margin,
    });
  }

  // Marks over the shapes that are always there.
  /** @param {Shape[]} marks */
  mark(...marks) {
    this.heatmap.outline([...this.shapes, ...marks]);
  }
}

// A value of a map by its place, null beside the map.
/** @type {(map: Floats, x: number, y: number) => number | null} */
export function valueAt({ data, shape: [height, width] }, x, y) {
  return x < 0 || y < 0 || x >= width || y >= height ? null : data[y * width + x];
}
