// Which block of the pipeline reads which: the one before it, by an arrow, or others, by arcs.

import { svg } from "./svg.js";

/** @import { Stage } from "./contract.js" */

/** @typedef {{ from: string, to: string }} Arc two blocks, by name */

const MOST = 200, // arcs; more would be one black line
  LOW = 104, // where arcs begin and end, in pixels of the strip's height
  DEPTH = 15; // of their lowest point below that

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

export class Arcs {
  paths = svg("g", {});
  root = svg("svg", { class: "arcs" });

  constructor() {
    this.root.append(this.paths);
  }

  // Between the middles of blocks that stand in the list.
  /** @type {(list: HTMLElement, blocks: Map<string, HTMLElement>, arcs: Arc[]) => void} */
  draw(list, blocks, arcs) {
    this.root.setAttribute("width", String(arcs.length ? list.scrollWidth : 0));
    this.paths.replaceChildren(
      ...arcs.map(({ from, to }) => {
        const [start, end] = [from, to].map((name) => middleOf(blocks.get(name)));
        const deep = LOW + DEPTH;
        return svg("path", {
          d: `M ${start} ${LOW} C ${start} ${deep} ${end} ${deep} ${end} ${LOW}`,
        });
      }),
    );
  }
}

/** @param {HTMLElement | undefined} block */
const middleOf = (block) => (block ? block.offsetLeft + block.offsetWidth / 2 : 0);
