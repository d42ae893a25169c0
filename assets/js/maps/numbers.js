// The numbers beside the focused stage, and why channels of it are flat.

import { curveWords } from "../curve.js";
import { count, el, number, setText } from "../dom.js";
import { Histogram } from "../histogram.js";
import { has, t } from "../i18n.js";
import { channelsOf } from "./picture.js";

/**
 * @import { MapsView, Stage, State, Statistics } from "../contract.js"
 */

/** @typedef {[name: string, value: string]} Row */

/** @type {("min" | "max" | "mean" | "std")[]} */
const MOMENTS = ["min", "max", "mean", "std"];
/** @type {("nan" | "pos_inf" | "neg_inf")[]} */
const MARKS = ["nan", "pos_inf", "neg_inf"];

export class StageNumbers {
  scope = el("p", { class: "scope" });
  numbers = el("dl", { class: "numbers" });
  differ = el("p", { class: "help", id: "items-differ", text: t("ui.items_differ") });
  flat = el("p", { class: "help", id: "flat-note", hidden: true });
  histogram = new Histogram(t("ui.histogram"));
  root = el(
    "aside",
    { class: "focus-side", "aria-label": t("ui.statistics") },
    this.scope,
    this.numbers,
    this.differ,
    this.flat,
    this.histogram.root,
  );

  /** @type {(view: MapsView, stage: Stage) => void} */
  draw({ state, focus: { statistics } }, stage) {
    const channels = channelsOf(stage),
      key = state.channel >= 0 ? "ui.scope_channel" : "ui.scope_all";
    this.root.hidden = !statistics;
    if (!statistics) return;
    setText(this.scope, channels > 1 ? t(key, { channel: state.channel, channels }) : "");
    const rows = rowsOf(statistics, state, channels);
    this.#write(rows.flat());
    this.differ.hidden = statistics.items_differ === null;
    this.flat.hidden = !stage.constant;
    if (stage.constant) setText(this.flat, flatWords(stage));
    this.histogram.draw(statistics);
  }

  // Each step of a drag has the same names, and other numbers.
  /** @param {string[]} texts names and values in turns */
  #write(texts) {
    const { children } = this.numbers;
    if (children.length !== texts.length)
      this.numbers.replaceChildren(...texts.map((_, at) => el(at % 2 ? "dd" : "dt")));
    for (const [at, text] of texts.entries()) setText(children[at], text);
  }
}

/** @type {(statistics: Statistics, state: State, channels: number) => Row[]} */
function rowsOf(statistics, { channel }, channels) {
  const { zeros, dead, constant, items_differ: differ } = statistics,
    all = channel < 0;
  /** @type {Row[]} */
  const rows = MOMENTS.map((key) => [t(`stats.${key}`), number(statistics[key])]);
  rows.push([t("stats.zeros"), percent(zeros)]);
  if (channels > 1 && all) rows.push([t("stats.dead"), `${dead} / ${channels}`]);
  if (constant && all) rows.push([t("stats.constant"), `${constant} / ${channels}`]);
  for (const key of MARKS)
    if (statistics[key]) rows.push([t(`stats.${key}`), count(statistics[key])]);
  rows.push([t("stats.count"), count(statistics.count)]);
  if (differ !== null) rows.push([t("stats.items_differ"), percent(differ)]);
  return rows;
}

/** @param {number} part */
const percent = (part) => `${(part * 100).toFixed(1)} %`;

// What dead and constant channels are, where a stage has some.
/** @param {Stage} stage */
function flatWords(stage) {
  const { dead, constant, many_flat, op, words: said } = stage,
    { params } = said;
  const keys = [];
  if (dead) keys.push("dead");
  if (constant > dead) keys.push("constant");
  if (dead && has(`flat.dead_${op}`)) keys.push(`dead_${op}`);
  else if (has(`flat.${op}`)) keys.push(op);
  keys.push(many_flat ? "many" : "some");
  const words = {
    dead,
    constant: constant - dead,
    channels: channelsOf(stage),
    curve: "curve" in params ? curveWords(params) : "",
  };
  return keys.map((key) => t(`flat.${key}`, words)).join(t("ui.space"));
}
