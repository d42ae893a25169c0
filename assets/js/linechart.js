// Lines over the steps of a run, by Plotly: {name, color, values} each, with a mark at one step.

import { el } from "./dom.js";
import { plotly } from "./plotly.js";
import { theme } from "./theme.js";

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} color
 * @property {(number | null)[]} values
 */

const CONFIG = { displayModeBar: false, locale: "explorer" };

export class LineChart {
  /** @param {string} label */
  constructor(label) {
    this.root = el("div", { class: "line-chart", role: "img", "aria-label": label });
  }

  /**
   * @param {number[]} steps
   * @param {Line[]} lines
   * @param {{ at?: number | null, span?: [number, number] | null, fromZero?: boolean }} options
   */
  async draw(steps, lines, { at = null, span = null, fromZero = false } = {}) {
    const Plotly = await plotly();
    const { ink, line } = theme();
    const traces = lines.map(({ name, color, values }) => ({
      x: steps,
      y: values,
      name,
      mode: "lines",
      line: { color, width: 1.5 },
      hovertemplate: "%{y:.4g}",
    }));
    const axis = { gridcolor: line, zeroline: false, linecolor: line, fixedrange: true };
    const { clientWidth: width, clientHeight: height } = this.root;
    if (!width) return null; // hidden: Plotly would take a size of its own
    return Plotly.react(
      this.root,
      traces,
      {
        width,
        height,
        margin: { t: 4, r: 8, b: 24, l: 44 },
        paper_bgcolor: "transparent",
        plot_bgcolor: "transparent",
        showlegend: lines.length > 1,
        font: { size: 11, color: ink },
        legend: { orientation: "h", y: 1.12, x: 0 },
        hovermode: "x unified",
        dragmode: false,
        xaxis: { ...axis, range: span },
        yaxis: { ...axis, rangemode: fromZero ? "tozero" : "normal" },
        shapes:
          at === null
            ? []
            : [
                {
                  type: "line",
                  x0: at,
                  x1: at,
                  y0: 0,
                  y1: 1,
                  yref: "paper",
                  line: { color: ink, width: 1, dash: "dot" },
                },
              ],
      },
      CONFIG,
    );
  }
}
