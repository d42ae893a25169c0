// What Gradio's plots of a run are told: curves over its steps, paler after the moment shown.

import { number } from "../dom.js";
import { t } from "../i18n.js";

/** @import { RunMoment, RunStatus } from "../contract.js" */
/** @import { Props } from "../told.js" */

/**
 * `name`: as the reader calls it; `color`: as in pages/train.css, with `-later` added for the part
 * after the moment that is shown.
 * @typedef {{ name: string, color: string, values: (number | null)[] }} Curve
 */

const MOST = 120; // points of a curve: with 300 a redraw takes twice as long, and looks the same
const DIGITS = 4; // of a value, as a tip shows it
const NETWORKS = /** @type {const} */ (["generator", "discriminator"]);

// `at`: the step that is shown.
/** @type {(status: RunStatus, at: number | null) => Props} */
export function lossPlot({ points, settings }, at) {
  const curves = NETWORKS.map((name) => ({
    name: t(`train.${name}`),
    color: `--${name}`,
    values: points.map((point) => point[name]),
  }));
  const steps = points.map(({ step }) => step);
  const y = t("train.axes.loss");
  return { label: t("train.losses"), ...plot(steps, y, curves, { at, last: settings.steps }) };
}

/** @type {(name: string, status: RunStatus, at: number | null) => Props} */
export function figurePlot(name, { moments, settings }, at) {
  const steps = moments.map(({ step }) => step),
    values = moments.map((moment) => figureOf(name, moment)),
    shown = at === null ? -1 : steps.indexOf(at);
  const curve = { name: t(`train.${name}`), color: "--accent", values };
  return {
    label:
      shown < 0
        ? curve.name
        : t("train.figure_at", {
            name: curve.name,
            step: steps[shown],
            value: number(values[shown]),
          }),
    y_lim: [0, values.some(Boolean) ? null : 1], // a scale from 0 to 0 is none
    ...plot(steps, t(`train.axes.${name}`), [curve], { at, last: settings.steps }),
  };
}

/** @type {(name: string, moment: RunMoment) => number | null} */
const figureOf = (name, moment) => moment[/** @type {keyof RunMoment} */ (name)];

// `y`: what the values are.
/** @type {(steps: number[], y: string, curves: Curve[],
 *   when: { at: number | null, last: number }) => Props} */
function plot(steps, y, curves, { at, last }) {
  const [x, color] = ["step", "curve"].map((name) => t(`train.axes.${name}`));
  const rows = curves.flatMap(({ name, values }) => parts(steps, values, name, at));
  const colors = curves.flatMap(({ name, color }) => [
    [name, `var(${color})`],
    [later(name), `var(${color}-later)`],
  ]);
  const value = {
    columns: [x, y, color],
    data: rows,
    datatypes: { [x]: "quantitative", [y]: "quantitative", [color]: "nominal" },
    mark: "line",
  };
  const drawn = rows.some(([step]) => step !== rows[0][0]) ? value : null; // one point is no line
  return { x, y, color, color_map: Object.fromEntries(colors), x_lim: [0, last], value: drawn };
}

/** @param {string} name */
const later = (name) => t("train.later", { name });

// Rows of a curve: up to the step that is shown, and from there on under another name. Gradio
// draws names alone that were there when the plot began, so each has a row at least.
/** @type {(steps: number[], values: (number | null)[], name: string, at: number | null) =>
 *   [number, number, string][]} */
function parts(steps, values, name, at) {
  const every = Math.ceil(steps.length / MOST);
  const kept = steps.flatMap((step, place) => {
    const value = values[place],
      needed = place % every === 0 || step === at || place === steps.length - 1;
    return value !== null && needed ? [{ step, value: Number(value.toPrecision(DIGITS)) }] : [];
  });
  /** @type {(points: typeof kept, name: string) => [number, number, string][]} */
  const rows = (points, called) => points.map(({ step, value }) => [step, value, called]);
  const upTo = at === null ? kept.length : kept.filter(({ step }) => step <= at).length;
  const split = Math.max(0, upTo - 1);
  return [...rows(kept.slice(0, split + 1), name), ...rows(kept.slice(split), later(name))];
}
