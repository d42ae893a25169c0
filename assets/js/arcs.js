// Which block of the pipeline reads which: the one before it, by an arrow, or others, by arcs.

import { svg } from "./svg.js";

/** @import { Stage } from "./contract.js" */

/** @typedef {{ from: string, to: string }} Arc two blocks, by name */

const MOST = 200; // arcs; more would be one black line
const DEPTH = 15, // of the lowest arc, in pixels, below the cards
  STEP = 4, // from one to the next at most
  BEND = 4; // of their corners
const ASIDE = 5; // from a block's middle, where arcs come in before it and go out behind it

/**
 * Blocks that are read beyond the one before, and blocks that do not read the one before.
 * @param {Pick<Stage, "name" | "block" | "sources">[]} stages
 */
export function joinsOf(stages) {
  const blockOf = new Map(stages.map(({ name, block }) => [name, block])),
    order = [...new Set(blockOf.values())],
    placeOf = new Map(order.map((block, at) => [block, at]));
  /** @type {Map<string, Arc>} */
  const arcs = new Map();
  /** @type {Set<string>} */
  const joined = new Set();
  for (const { block, sources } of stages)
    for (const source of sources) {
      const from = String(blockOf.get(source));
      if (from === block) continue;
      if (placeOf.get(from) === Number(placeOf.get(block)) - 1) joined.add(block);
      else arcs.set(`${from} ${block}`, { from, to: block });
    }
  return {
    arcs: [...arcs.values()].slice(0, MOST),
    apart: order.filter((block) => !joined.has(block)),
  };
}

/**
 * For each arc how many stand between it and the blocks: those that would cross or cover each other
 * have lanes of their own, a shorter one the nearer.
 * @param {[start: number, end: number][]} spans
 */
export function lanesOf(spans) {
  const lanes = spans.map(() => 0);
  /** @type {[start: number, end: number][][]} */
  const taken = [];
  const byLength = spans.map(([start, end], at) => ({ start, end, at }));
  byLength.sort((one, two) => one.end - one.start - (two.end - two.start));
  for (const { start, end, at } of byLength) {
    const free = taken.findIndex((lane) => lane.every(([a, b]) => end <= a || start >= b));
    lanes[at] = free < 0 ? taken.push([]) - 1 : free;
    taken[lanes[at]].push([start, end]);
  }
  return lanes;
}

export class Arcs {
  paths = svg("g", {});
  root = svg("svg", { class: "arcs" });

  constructor() {
    this.root.append(this.paths);
  }

  // Between blocks that stand in the list; those of the block that is looked at stand out.
  /**
   * @param {Map<string, HTMLElement>} blocks
   * @param {Arc[]} arcs
   * @param {string} current
   */
  draw(blocks, arcs, current) {
    // As wide as the blocks: the list's own width would hold what was drawn before.
    const ends = [...blocks.values()].map((block) => block.offsetLeft + block.offsetWidth);
    this.root.setAttribute("width", String(arcs.length ? Math.max(...ends) : 0));
    /** @type {[number, number][]} */
    const spans = arcs.map(({ from, to }) => [
      middleOf(blocks.get(from)) + ASIDE,
      middleOf(blocks.get(to)) - ASIDE,
    ]);
    const lanes = lanesOf(spans),
      step = Math.min(STEP, (DEPTH - BEND) / Math.max(1, ...lanes));
    const paths = arcs.map(({ from, to }, at) => {
      const [start, end] = spans[at],
        depth = BEND + lanes[at] * step;
      return svg("path", {
        class: from === current || to === current ? "own" : "",
        d: [
          `M ${start} 0 V ${depth - BEND} q 0 ${BEND} ${BEND} ${BEND}`,
          `H ${end - BEND} q ${BEND} 0 ${BEND} ${-BEND} V 0`,
        ].join(" "),
      });
    });
    this.paths.replaceChildren(...paths.sort(ownLast));
  }
}

/** @type {(one: Element, two: Element) => number} */
const ownLast = (one, two) => one.classList.length - two.classList.length;

/** @param {HTMLElement | undefined} block */
const middleOf = (block) => (block ? block.offsetLeft + block.offsetWidth / 2 : 0);
