// Cells in the link's form, and the steps from one to the next; the words are explorer/cells.py's.

/** @import { Stage, State } from "./contract.js" */
/** @import { Changes, Store } from "./store.js" */

const MOST_STEPS = 24;

// A stage's index as its array has it: vectors have one number for (row, column, channel).
/**
 * @param {Pick<Stage, "shape" | "map_shape">} stage
 * @param {number} item
 * @param {number} row
 * @param {number} column
 * @param {number} channel
 */
export function toIndex(stage, item, row, column, channel) {
  const [, width, channels] = stage.map_shape;
  let place = (row * width + column) * channels + channel;
  const index = stage.shape.slice(1).map(() => 0);
  for (let axis = index.length - 1; axis >= 0; axis--) {
    const size = stage.shape[axis + 1];
    index[axis] = place % size;
    place = Math.floor(place / size);
  }
  return [item, ...index];
}

// The selection that shows a cell: its stage, item and, on a map, its channel alone.
/** @type {(stage: string, index: number[]) => Changes} */
export function showCell(stage, index) {
  return {
    stage,
    cell: index.join(","),
    item: index[0],
    channel: index.length === 4 ? index[3] : -1,
    source_channel: -1,
  };
}

// A stage as a whole, on the page that it leads to.
/** @type {(stage: Pick<Stage, "name" | "leads">) => Changes} */
export const showStage = ({ name, leads }) => ({
  ...leads,
  stage: name,
  channel: -1,
  ...NO_CELL,
});

// A question by hand: its answer is brought into view.
/** @type {(store: Store, changes: Changes) => void} */
export function askWhy(store, changes) {
  store.asked = true;
  store.set(changes);
}

// One step on from the present cell, which joins the trail.
/** @type {(state: State, stage: string, index: number[]) => Changes} */
export function follow(state, stage, index) {
  const trail = [...steps(state.trail), `${state.stage}:${state.cell}`].slice(-MOST_STEPS);
  return { ...showCell(stage, index), trail: trail.join("~") };
}

// Back to a step of the trail.
/** @type {(state: State, at: number) => Changes} */
export function goBack(state, at) {
  const all = steps(state.trail),
    [stage, cell] = split(all[at]);
  return { ...showCell(stage, cell.split(",").map(Number)), trail: all.slice(0, at).join("~") };
}

/** @param {string} trail */
export const steps = (trail) => (trail ? trail.split("~") : []);

/** @param {string} step */
export function split(step) {
  const at = step.lastIndexOf(":");
  return [step.slice(0, at), step.slice(at + 1)];
}

// The stage of the cell that was asked about first.
/** @param {State} state */
export const questionOf = ({ trail, stage }) => (trail ? split(steps(trail)[0])[0] : stage);

// A new start: no cell and no trail.
export const NO_CELL = { cell: "", trail: "" };

/** @param {readonly number[]} index */
export const bracket = (index) => `[${index.join(", ")}]`;

// What is not finite comes as its name.
/** @param {number | string} value */
export const numeric = (value) => (typeof value === "string" ? Number(value) : value);
