// A pixel of the output has several channels, and an explanation is of one of them.

import { showCell } from "../cells.js";
import { outputOf } from "../codes.js";
import { chosenChannels } from "../composite.js";
import { el } from "../dom.js";
import { t } from "../i18n.js";

/**
 * @import { ExplainedView } from "../contract.js"
 * @import { Store } from "../store.js"
 * @import { Scene } from "./parts.js"
 */

const MOST = 16; // channels that get a button each
const COLORS = ["red", "green", "blue"];

export class OtherChannels {
  root = el("p", { class: "help same-cell" });

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  /** @param {Scene} scene */
  draw(scene) {
    const { why, view } = scene,
      channels = outputOf(view).shape[2],
      channel = why.index[3];
    this.root.hidden = why.stage !== view.stages.at(-1)?.name || channels === 1;
    if (this.root.hidden) return;
    const color = colorOf(channel, view);
    const key = color ? "tracer.channel_of" : "tracer.channel_plain";
    const others =
      channels > MOST
        ? []
        : Array.from({ length: channels }, (_, at) => at).filter((at) => at !== channel);
    this.root.replaceChildren(
      el("span", { text: t(key, { channel, channels, color }) }),
      ...(others.length ? [el("span", { text: t("tracer.other_channels") })] : []),
      ...others.map((at) => this.#button(at, scene)),
    );
  }

  // The same pixel's value in another channel.
  /** @type {(channel: number, scene: Scene) => HTMLElement} */
  #button(channel, { why, view }) {
    const color = colorOf(channel, view),
      [item, row, column] = why.index;
    const cell = showCell(why.stage, [item, row, column, channel]);
    return el("button", {
      type: "button",
      class: "link",
      text: color ? t("tracer.channel_button", { channel, color }) : String(channel),
      data: { channel },
      on: { click: () => this.store.set({ ...cell, trail: view.state.trail }) },
    });
  }
}

// The colour that a channel is drawn as in the picture, if it is in it.
/** @type {(channel: number, view: ExplainedView) => string | null} */
function colorOf(channel, view) {
  const chosen = chosenChannels(outputOf(view), view.state).indexOf(channel);
  return chosen < 0 ? null : t(`ui.color_${COLORS[chosen]}`);
}
