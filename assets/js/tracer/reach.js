// Stage by stage: which cells made this one, and which depend on it.

import { count, el } from "../dom.js";
import { t } from "../i18n.js";
import { span } from "./span.js";

/**
 * @import { Region, Stage } from "../contract.js"
 * @import { Scene } from "./parts.js"
 */

export class Reach {
  list = el("ul", { class: "reach" });
  root = el(
    "details",
    { class: "more" },
    el("summary", { text: t("tracer.reach") }),
    el("p", { class: "help", text: t("tracer.reach_help") }),
    this.list,
  );

  /** @param {Scene} scene */
  draw({ view, why: { stage, regions } }) {
    const others = view.stages.filter(({ name }) => name !== stage && regions[name]);
    this.list.replaceChildren(...others.map((other) => line(other, regions[other.name])));
  }
}

/** @type {(stage: Stage, region: Region) => HTMLElement} */
function line({ name, map_shape }, { rows, columns, channels, count: cells, side, items }) {
  const params = {
    stage: name,
    rows: span(rows.data),
    columns: span(columns.data),
    channels: span(channels.data),
    cells: count(cells),
    items: items.join(", "),
    all: map_shape[2],
  };
  return el("li", {
    class: side,
    data: { region: name },
    text: t(cells ? `tracer.reach_${side}` : "tracer.reach_none", params),
  });
}
