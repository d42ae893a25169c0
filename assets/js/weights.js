// Weights in words: where those on the screen come from, and what was done to them.

import { assignments as spelled } from "./assignments.js";
import { asSentence, t } from "./i18n.js";
import { wording } from "./messages.js";

/** @import { FreshWeights, State } from "./contract.js" */
/** @import { NamedWeights, News } from "./opened_files.js" */
/** @import { Changes } from "./store.js" */

/** @typedef {Exclude<NamedWeights, FreshWeights>} FoundWeights */
/** @typedef {FoundWeights["supply"]} Supply */

export const UNTRAINED = "untrained";
export const TRAINED = "trained";
const RUN = "run:";

// The controls that weights move, as words: those of their fields that differ from a view's.
/** @type {(fields: Changes, state: State) => string[]} */
export function movedControls(fields, state) {
  /** @type {Record<string, unknown>} */
  const now = state;
  const moved = Object.entries(fields).filter(
    ([name, value]) => name !== "weights" && now[name] !== value,
  );
  return spelled(Object.fromEntries(moved));
}

/** @type {(...all: string[]) => string} */
const sentences = (...all) => all.filter(Boolean).join(t("ui.space"));

// How weights are called: as their visitor calls the file, or in plain words.
/** @param {Pick<NamedWeights, "source" | "name" | "fields" | "draws">} weights */
export function nameOf({ source, name = t("weights.opened_name"), fields, draws }) {
  const kind = draws === false ? "model" : source.split(":")[0];
  return t(`carry.name_${kind}`, { ...fields, name });
}

// Networks that were trained beside the one that is shown.
/** @type {(words: string, weights: NamedWeights) => string} */
function withSiblings(words, { siblings = [] }) {
  if (!siblings.length) return words;
  const others = siblings.join(t("tracer.comma"));
  return sentences(words, t("carry.siblings", { others }));
}

// Weights that the server lost: where they are sent again, how that goes.
/** @type {(source: string, news: News | undefined) => string} */
export function goneWords(source, news) {
  if (news?.sending) return t("weights.sending", news);
  const gone = t(source.startsWith(RUN) ? "weights.gone_run" : "weights.gone");
  if (news?.changed) return `${gone} ${t("weights.changed", news)}`;
  if (!news?.refused) return gone;
  return `${gone} ${t("weights.not_taken", { ...news, why: wording(news.refused) })}`;
}

// What was done to the weights of changed stages, a line for each.
/** @param {Pick<NamedWeights, "details">} weights */
export function detailLines({ details = [] }) {
  const lines = details.map(({ code, ...places }) => `• ${t(`carry.${code}`, places)}`);
  return lines.length ? [t("carry.details"), ...lines] : [];
}

// What becomes of the picture and why, and what was done.
/** @type {(weights: NamedWeights) => string} */
function stepWords({ steps = [] }) {
  const words = steps.map(({ code, causes, ...places }) => {
    const what = t(`carry.${code}`, places);
    return causes ? t("carry.because", { causes, what }) : what;
  });
  return words.length ? asSentence(t("carry.done", { done: words.join(t("carry.and")) })) : "";
}

/** @type {(weights: FoundWeights) => string} */
const carriedWords = (weights) =>
  sentences(stepWords(weights), t("carry.carried", { name: nameOf(weights) }));

/** @param {FoundWeights} weights */
function setAsideWords(weights) {
  return t("carry.set_aside", { name: nameOf(weights), needed: spelled(weights.needs).join(", ") });
}

/** @type {(weights: NamedWeights, state: State) => string} */
function shownWords(weights, state) {
  const { shown } = weights,
    fresh = state.reuse ? "carry.shown_untrained" : "carry.shown_fresh";
  const what =
    shown === UNTRAINED
      ? t(fresh, { seed: state.weights_seed })
      : withSiblings(t("carry.shown", { name: nameOf(weights) }), weights);
  return sentences(stepWords(weights), what);
}

// Where the weights on the screen come from, and the ways to others.
/** @type {(weights: NamedWeights, state: State, news: News | undefined) => string} */
export function wordsOf(weights, state, news) {
  switch (weights.status) {
    case "carried":
      return carriedWords(weights);
    case "set_aside":
      return setAsideWords(weights);
    case "gone":
      return goneWords(weights.source, news);
    default:
      return shownWords(weights, state);
  }
}

// How was read what the file of an opened generator leaves open.
/** @type {(weights: NamedWeights) => string[]} */
function assumedWords({ assumptions = [], steps }) {
  const words = (/** @type {boolean} */ wanted) =>
    assumptions
      .filter(({ told }) => told === wanted)
      .map(({ code, ...read }) => t(`assumed.${code}`, read));
  const open = words(false);
  const list = open.join(t("assumed.and")),
    key = `assumed.lead${steps?.length ? "_changed" : ""}`;
  return [...words(true), ...(list ? [t(key, { list })] : [])];
}

// Of layers that are not known here, whose output stands one way.
/** @type {(how: keyof Supply, supply: Supply) => string[]} */
function supplyWords(how, { [how]: layers }) {
  return layers ? [t(`weights.layers_${how}`, { layers: layers.join(t("tracer.comma")) })] : [];
}

// What kind of weights they are, what they do not hold, and what their file holds besides.
/** @type {(weights: NamedWeights, state: State) => string[]} */
export function fileWords(weights, state) {
  const { status, shown, others, assumed = [], untold, supply = {} } = weights;
  const { base_height: rows, base_width: columns } = state,
    area = rows * columns;
  const words = Object.entries(untold ?? {})
    .filter(([, blocks]) => blocks.length)
    .map(([kind, blocks]) =>
      t(`weights.${assumed.includes("moving") && kind === "neutral" ? "moving_missing" : kind}`, {
        blocks: blocks.join(", "),
      }),
    );
  if (words.length) words.push(t(`weights.batch_own${shown === "graph" ? "_stage" : ""}`));
  words.unshift(...supplyWords("alone", supply), ...supplyWords("given", supply));
  if (status === "ok" && assumed.includes("base"))
    words.unshift(t("weights.base_assumed", { area, rows, columns }));
  const read = weights.assumptions?.length ? "graph_assumed" : shown,
    kind = shown === "graph" && weights.steps?.length ? "graph_changed" : read;
  if (status !== "gone") words.unshift(t(`weights.${kind}`, weights));
  words.unshift(...supplyWords("outdated", supply)); // which is news
  if (others) words.push(t("weights.others", { others }));
  return [...words, ...assumedWords(weights)];
}
