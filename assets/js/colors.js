// Colour-blind-safe colour maps, and how a stage's values become colours.

/** @import { Stage, State } from "./contract.js" */

/**
 * @typedef {[red: number, green: number, blue: number]} Rgb
 * @typedef {[low: number, high: number]} Span
 * @typedef {{ name: string, perChannel: boolean, range: (channel: number) => Span }} Coloring
 * @typedef {{ name: string, low: number, high: number }} Scale
 */

export const LEVELS = 250; // as in explorer/views/maps.py
// -Inf, +Inf, NaN
/** @type {Record<number, Rgb>} */
export const MARKS = { 253: [0, 90, 181], 254: [220, 50, 32], 255: [214, 0, 127] };

/** @param {number} value */
export const markOf = (value) => MARKS[Number.isNaN(value) ? 255 : value > 0 ? 254 : 253];

// A source and its copy; neither is in a colour map.
export const FROM = "#00c2a8";
export const TO = "#ff3d8b";

const STOPS = {
  viridis: "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725",
  cividis: "00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838",
  blue_orange: "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fee0b6 fdb863 e08214 b35806 7f3b08",
  blue_orange_on_dark:
    "d1e5f0 92c5de 4393c3 2166ac 14406e 1b2026 5a3208 8f4a06 c96f0c f0a04b fee0b6",
  greys: "000000 ffffff",
};
const ON_DARK = "_on_dark";
export const DIVERGING = "blue_orange";
const SEQUENTIAL = "viridis";

// The one rule: what can be negative is drawn diverging, 0 in the middle, and what cannot
// sequential. It goes by what a map can hold, never by the values of the moment.
/** @param {boolean} signed */
const kindOf = (signed) => (signed ? DIVERGING : SEQUENTIAL);

// The colours of values that are no whole stage.
/** @type {(values: Iterable<number>, signed: boolean) => Scale} */
export function scaleOf(values, signed) {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  most ||= 1;
  return { name: kindOf(signed), low: signed ? -most : 0, high: most };
}

/** @type {(hex: string) => Rgb} */
export const rgb = (hex) => [byteAt(hex, 0), byteAt(hex, 2), byteAt(hex, 4)];
/** @type {(hex: string, at: number) => number} */
const byteAt = (hex, at) => parseInt(hex.slice(at, at + 2), 16);

/** @type {Record<string, Rgb[]>} */
const stops = Object.fromEntries(
  Object.entries(STOPS).map(([name, text]) => [name, text.split(" ").map(rgb)]),
);

let ground = "";
// Whether the page is dark: what stands for 0 is as its ground, so that what differs stands out.
/** @param {boolean} dark */
export function setGround(dark) {
  ground = dark ? ON_DARK : "";
}

/** @param {string} name */
const onGround = (name) => (ground && name + ground in stops ? name + ground : name);

/**
 * @param {string} name
 * @returns {[number, string][]}
 */
export function plotlyScale(name) {
  const list = stops[onGround(name)];
  return list.map((color, at) => [at / (list.length - 1), `rgb(${color.join(",")})`]);
}

/** @param {string} name */
export function cssGradient(name, direction = "to top") {
  const colors = stops[onGround(name)].map((color) => `rgb(${color.join(",")})`);
  return `linear-gradient(${direction}, ${colors.join(", ")})`;
}

/** @type {Record<string, Uint32Array>} */
const tables = {};
// 256 opaque pixels, little-endian RGBA as ImageData holds them.
/** @param {string} name */
function pixels(name) {
  const shown = onGround(name);
  tables[shown] ??= Uint32Array.from({ length: 256 }, (_, at) =>
    pixel(interpolate(stops[shown], at / 255)),
  );
  return tables[shown];
}

/** @param {Rgb} color */
export const pixel = ([r, g, b]) => (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;

/** @type {(list: Rgb[], t: number) => Rgb} */
function interpolate(list, t) {
  const at = Math.min(Math.floor(t * (list.length - 1)), list.length - 2);
  const part = t * (list.length - 1) - at;
  const [from, to] = [list[at], list[at + 1]];
  /** @param {0 | 1 | 2} i */
  const between = (i) => Math.round(from[i] + part * (to[i] - from[i]));
  return [between(0), between(1), between(2)];
}

// Lowest and highest finite value of a whole stage.
/** @type {(stage: Pick<Stage, "low" | "high">) => Span} */
function extent(stage) {
  let low = Infinity,
    high = -Infinity;
  for (const value of stage.low.data) low = Math.min(low, value);
  for (const value of stage.high.data) high = Math.max(high, value);
  return [low, high];
}

// How to colour a stage.
/**
 * @param {Pick<State, "range" | "colormap" | "frozen_low" | "frozen_high">} state
 * @param {Pick<Stage, "low" | "high" | "signed" | "map_shape">} stage
 * @returns {Coloring}
 */
export function coloring(state, stage) {
  const [low, high] = extent(stage);
  const frozen = state.range === "frozen";
  const signed = state.range === "symmetric" || stage.signed;
  const name = state.colormap !== "auto" ? state.colormap : kindOf(signed);
  const aroundZero = signed && (name === DIVERGING || state.range === "symmetric");
  /** @type {(ends: Span) => Span} */
  const fit = ([a, b]) => {
    const reach = Math.max(Math.abs(a), Math.abs(b)) || 1;
    return aroundZero ? [-reach, reach] : spanned(a, b);
  };
  // One value, or one channel, on a scale of its own would tell its sign, or nothing, more.
  const [height, width, channels] = stage.map_shape;
  const perChannel = state.range === "channel" && height * width > 1 && channels > 1;
  const whole = frozen ? spanned(state.frozen_low, state.frozen_high) : fit([low, high]);
  /** @type {(channel: number) => Span} */
  const range = perChannel ? (c) => fit([stage.low.data[c], stage.high.data[c]]) : () => whole;
  return { name, perChannel, range };
}

/** @type {(low: number, high: number) => Span} */
const spanned = (low, high) => (low < high ? [low, high] : [low, low + 1]);

// As `coloring`, with one range for all channels.
/** @type {typeof coloring} */
export function coloringOfWhole(state, stage) {
  return coloring(state.range === "channel" ? { ...state, range: "stage" } : state, stage);
}

// The pixel of each of the 256 byte codes of one channel.
/**
 * @param {Pick<Stage, "low" | "high">} stage
 * @param {number} channel
 * @param {Pick<Coloring, "name" | "range">} coloring
 * @param {Uint32Array} out
 */
export function codeTable(stage, channel, { name, range }, out = new Uint32Array(256)) {
  const palette = pixels(name);
  const [low, high] = range(channel);
  const from = stage.low.data[channel],
    span = stage.high.data[channel] - from;
  const scale = 255 / (high - low);
  const start = (from - low) * scale + 0.5,
    step = (span / LEVELS) * scale;
  const inside = start >= 0 && start + LEVELS * step < 256; // so that nothing needs clipping
  for (let code = 0; code <= LEVELS; code++) {
    const at = start + code * step;
    out[code] = palette[inside ? at | 0 : Math.max(0, Math.min(255, at)) | 0];
  }
  for (const [code, color] of Object.entries(MARKS)) out[Number(code)] = pixel(color);
  return out;
}

// One value's pixel, for canvases that hold float values.
/** @type {(scale: { name: string }, low: number, high: number) => (value: number) => number} */
export function valueTable({ name }, low, high) {
  const palette = pixels(name);
  const scale = 255 / (high - low || 1);
  return (value) => {
    if (!Number.isFinite(value)) return pixel(markOf(value));
    return palette[Math.max(0, Math.min(255, Math.round((value - low) * scale)))];
  };
}
