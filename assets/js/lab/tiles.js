// Every padded item, or every padded channel, as a small map with the one that it copies.

import { codeTable, scaleOf } from "../colors.js";
import { context2d, el, number } from "../dom.js";
import { t } from "../i18n.js";
import { tileOf } from "./sources.js";

/**
 * @import { LabAxis, LabSources, LabTiles } from "../contract.js"
 * @import { Scale } from "../colors.js"
 */

/**
 * @typedef {object} Shown
 * @property {LabAxis & LabSources} axis that the tiles lie along
 * @property {LabTiles} tiles
 * @property {number} current place of the one that is shown large
 * @property {boolean} signed
 * @property {boolean} isConstant whether the tiles are of an added item or channel of constants
 */

export class Tiles {
  /**
   * @param {string} name of the kind, in ids and words
   * @param {(place: number) => void} choose
   */
  constructor(name, choose) {
    this.name = name;
    this.choose = choose;
    this.root = el("div", { class: "lab-tiles", id: `lab-${name}` });
  }

  /** @param {Shown} shown */
  draw({ axis, tiles, current, signed, isConstant }) {
    const count = axis.sources.length;
    this.root.hidden = count < 2;
    if (this.root.hidden) return this.root.replaceChildren();
    const scale = scaleOf([...tiles.low.data, ...tiles.high.data], signed);
    this.root.replaceChildren(
      el("h4", { text: t(`lab.${this.name}`, { count }) }),
      el(
        "div",
        { class: "tile-row" },
        ...tiles.places.map((place, at) => {
          const { added, text } = tileOf(place, axis, isConstant);
          return el(
            "button",
            {
              type: "button",
              class: added ? "lab-tile added" : "lab-tile",
              "aria-pressed": place === current,
              data: { place },
              on: { click: () => this.choose(place) },
            },
            pictureOf(tiles, at, scale),
            el("span", { class: "mono", text }),
            el("span", {
              class: "help",
              text: t("lab.tile_first", { value: number(tiles.first.data[at]) }),
            }),
          );
        }),
      ),
    );
  }
}

/** @type {(tiles: LabTiles, at: number, scale: Scale) => HTMLElement} */
function pictureOf({ low, high, codes }, at, scale) {
  const [height, width, count] = codes.shape;
  const image = new ImageData(width, height),
    pixels = new Uint32Array(image.data.buffer);
  const table = codeTable({ low, high }, at, {
    name: scale.name,
    range: () => [scale.low, scale.high],
  });
  for (let cell = 0; cell < pixels.length; cell++)
    pixels[cell] = table[codes.data[cell * count + at]];
  const canvas = el("canvas", { width, height, "aria-hidden": "true" });
  context2d(canvas).putImageData(image, 0, 0);
  canvas.style.width = `${Math.max(36, Math.min(96, width * 10))}px`;
  return canvas;
}
