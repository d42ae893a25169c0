// One interactive Plotly heatmap: exact values, a tooltip of our own, marks for what is not finite.

import { el, setText } from "./dom.js";
import { MARKS, plotlyScale } from "./colors.js";
import { t } from "./i18n.js";
import { Legend } from "./legend.js";
import { plotlyAddress } from "./store.js";
import { theme } from "./theme.js";

let loading = null;

// Plotly with our words for its buttons; thumbnails are drawn without waiting for it.
export function loadPlotly(words) {
  const script = new Promise((done, failed) => {
    document.head.append(el("script", { src: plotlyAddress(), on: { load: done, error: failed } }));
  });
  loading = Promise.all([script, words]).then(() => {
    const dictionary = Object.fromEntries(
      ["Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes", "Download plot as a PNG"].map((word) => [
        word,
        t(`plotly.${word}`),
      ]),
    );
    window.Plotly.register({ moduleType: "locale", name: "explorer", dictionary, format: {} });
  });
}

// The library, once it is there.
export async function plotly() {
  await loading;
  return window.Plotly;
}

const MARK_KINDS = [
  { name: "−Inf", code: 253, is: (value) => value === -Infinity },
  { name: "+Inf", code: 254, is: (value) => value === Infinity },
  { name: "NaN", code: 255, is: Number.isNaN },
].map((kind) => ({ ...kind, color: `rgb(${MARKS[kind.code].join(",")})` }));
const TOOLBAR = 26; // room above the map for Plotly's buttons
const LEGEND = 84; // and beside it for the legend
const DRAG = 6; // pixels between press and release that make a drag, not a click
// swipes scroll the page, buttons zoom
export const FINGER = matchMedia("(pointer: coarse)").matches;
const DOUBLE_MS = 300; // between two presses of a double click, as Plotly counts
const below = (axes) => (axes ? 24 : 2);

const CONFIG = {
  locale: "explorer",
  displaylogo: false,
  showTips: false,
  doubleClick: "reset",
  showAxisDragHandles: false,
  showAxisRangeEntryBoxes: false,
  modeBarButtons: [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]],
};

// A heatmap in `host`. `describe(x, y)` gives the tooltip's lines for a cell, or null beside one.
// By keyboard: move(dx, dy) goes from cell to cell, pickHere() is a click; `keys`: arrows and Enter
// do so.
export class Heatmap {
  #cursor = null;
  #place = null; // of the keyboard; stays when the pointer leaves
  #rows = [];
  #drawn = null; // what Plotly shows
  #whole = null; // the axes' ranges where nothing is zoomed
  #pressed = null; // the last press
  #choice = 0; // the timer of a click that may yet be a double one

  constructor(host, { describe, pick, point, label, keys = false }) {
    this.describe = describe;
    this.pick = pick;
    this.point = point;
    this.plot = el("div", { class: "heatmap-plot" });
    this.tip = el("div", { class: "heatmap-tip", role: "status", hidden: true });
    this.host = host;
    host.classList.add("heatmap");
    if (label) host.setAttribute("aria-label", label);
    this.legend = new Legend();
    this.marks = el("div", { class: "marks-key", hidden: true });
    host.append(this.plot, this.legend.root, this.marks, this.tip);
    this.plot.addEventListener("pointerdown", (event) => this.#press(event));
    // A finger that lifts has left as well; what it pointed at stays until the next tap.
    host.addEventListener("pointerleave", ({ pointerType }) => {
      if (pointerType !== "touch") this.#leave();
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (this.#cursor && !host.contains(target)) this.#leave();
    });
    host.addEventListener("keydown", (event) => this.#zoomKey(event));
    if (!keys) return;
    Object.assign(host, { tabIndex: 0, role: "application" });
    host.addEventListener("keydown", (event) => this.#key(event));
    host.addEventListener("blur", () => this.#leave());
  }

  #key(event) {
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[
      event.key
    ];
    if (event.key === "Enter") this.pickHere();
    if (!step) return;
    event.preventDefault();
    this.move(...step);
  }

  // Plotly's own buttons are no tab stops, as each map has six of them.
  #zoomKey({ key }) {
    const button = { "+": "in", "-": "out", 0: "reset" }[key];
    if (button) this.plot.querySelector(`.modebar-btn[data-val="${button}"]`)?.click();
  }

  // To the next cell that way; over the gap between two maps in one step.
  move(dx, dy) {
    const height = this.#rows.length,
      width = this.#rows[0]?.length ?? 0;
    if (!this.#place) return this.showTip(0, 0);
    let [x, y] = this.#place;
    for (let step = 0; step < 2; step++) {
      x = Math.max(0, Math.min(width - 1, x + dx));
      y = Math.max(0, Math.min(height - 1, y + dy));
      if (this.describe(x, y)) return this.showTip(x, y);
    }
  }

  pickHere() {
    if (this.#place) this.pick?.(...this.#place);
  }

  // axes: true for numbered rows and columns, or {tickvals, ticktext} for the rows.
  // stretch: cells need not be square.
  // margin: empty cells around the picture: top, bottom, left, right.
  // picture: {values: Float32Array row by row, width, height}; color: {name, low, high, words}.
  async draw(
    picture,
    color,
    { key, axes = false, shapes = [], labels = null, margin = [0, 0, 0, 0], stretch = false } = {},
  ) {
    await loading;
    const { values, width, height } = picture;
    this.#rows = Array.from({ length: height }, (_, y) =>
      values.subarray(y * width, (y + 1) * width),
    );
    const layout = this.#layout(picture, { key, axes, shapes, margin, stretch }),
      marks = this.#markTraces(picture);
    this.#whole = [...layout.xaxis.range, ...layout.yaxis.range];
    this.legend.draw(color, below(axes));
    if (!this.#isDrawn(values, marks, [width, color, layout, labels])) {
      // Plotly's react would go on zooming within the first picture's ranges.
      const anew = layout.uirevision !== this.plot.layout?.uirevision;
      const traces = [this.#valueTrace(color), ...marks, ...(labels ? [labelTrace(labels)] : [])];
      await this.#plot(anew ? "newPlot" : "react", traces, layout);
      if (anew) this.#listen();
      for (const button of this.plot.querySelectorAll(".modebar-btn")) button.tabIndex = -1;
    }
    if (this.#place)
      this.#place = [Math.min(this.#place[0], width - 1), Math.min(this.#place[1], height - 1)];
    if (this.#cursor) this.#renewTip();
  }

  async #plot(how, traces, layout) {
    try {
      await window.Plotly[how](this.plot, traces, layout, CONFIG);
    } catch (error) {
      this.#drawn = null;
      throw error;
    }
  }

  // Most of a page stays the same when one thing changes; Plotly takes long over each map.
  #isDrawn(values, marks, rest) {
    const last = this.#drawn,
      style = JSON.stringify(rest);
    this.#drawn = marks.length ? null : { values, style };
    return (
      last?.style === style &&
      last.values.length === values.length &&
      !marks.length &&
      values.every((value, at) => Object.is(value, last.values[at]))
    );
  }

  // A page that went away under the pointer hears no pointerleave.
  #renewTip() {
    if (this.host.matches(":hover, :focus, :focus-within")) this.showTip(...this.#cursor);
    else this.#leave();
  }

  #valueTrace({ name, low, high }) {
    return {
      type: "heatmap",
      z: this.#rows,
      zmin: low,
      zmax: high,
      zauto: false,
      hoverinfo: "none",
      colorscale: plotlyScale(name),
      showscale: false,
      zsmooth: false,
    };
  }

  // Cells that are not finite get a colour that no map has; Plotly leaves them empty otherwise.
  #markTraces({ values, width, height, gaps }) {
    const marked = values.filter((value, at) => !Number.isFinite(value) && !gaps?.(at));
    this.#nameMarks(marked);
    if (!marked.length) return [];
    const kinds = Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => {
        const at = y * width + x;
        return Number.isFinite(values[at]) || gaps?.(at)
          ? null
          : Number.isNaN(values[at])
            ? 2
            : values[at] > 0
              ? 1
              : 0;
      }),
    );
    const colors = MARK_KINDS.map(({ color }) => color);
    const scale = colors.flatMap((color, at) => [
      [at / 3, color],
      [(at + 1) / 3, color],
    ]);
    return [
      {
        type: "heatmap",
        z: kinds,
        zmin: -0.5,
        zmax: 2.5,
        colorscale: scale,
        showscale: false,
        hoverinfo: "none",
      },
    ];
  }

  #nameMarks(values) {
    const kinds = MARK_KINDS.filter(({ is }) => values.some(is));
    this.marks.hidden = kinds.length === 0;
    this.marks.replaceChildren(
      ...kinds.map(({ name, color }) =>
        el("span", { class: "mark", style: `--mark: ${color}`, text: name }),
      ),
    );
  }

  #layout({ width, height }, { key, axes, shapes, margin: [top, bottom, left, right], stretch }) {
    const { ink, muted, accent, font } = theme();
    const axis = {
      showgrid: false,
      zeroline: false,
      visible: Boolean(axes),
      ticks: "outside",
      ticklen: 3,
      tickfont: { size: 11 },
      tickcolor: ink,
      constrain: "domain",
      tick0: 0,
    };
    return {
      // Plotly keeps its first size where the host alone has changed.
      width: this.host.clientWidth,
      height: this.host.clientHeight,
      uirevision: `${key} ${width} ${height}`,
      shapes,
      showlegend: false,
      dragmode: FINGER ? false : "zoom",
      hovermode: "closest",
      margin: { l: axes === true ? 34 : axes ? 64 : 2, r: LEGEND, t: TOOLBAR, b: below(axes) },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: font, color: ink },
      xaxis: {
        ...axis,
        dtick: tickStep(width),
        range: [-0.5 - left, width - 0.5 + right],
        scaleanchor: stretch ? false : "y",
      },
      yaxis: {
        ...axis,
        dtick: tickStep(height),
        ...(axes === true ? {} : axes),
        range: [height - 0.5 + bottom, -0.5 - top],
      },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: muted, activecolor: accent },
    };
  }

  #listen() {
    const cell = (event) => {
      const { x, y } = event.points[0];
      return [Math.round(x), Math.round(y)];
    };
    this.plot.on("plotly_hover", (event) => this.showTip(...cell(event)));
    this.plot.on("plotly_unhover", () => this.#leave());
  }

  // Plotly loses a click where the map is drawn anew between press and release, as its marks are.
  #press(press) {
    const { button, clientX, clientY, target } = press,
      last = this.#pressed;
    if (button !== 0 || !target.closest(".nsewdrag")) return;
    this.#pressed = press;
    if (this.host.tabIndex >= 0) this.host.focus({ preventScroll: true }); // arrows go on from here
    if (last && press.timeStamp - last.timeStamp < DOUBLE_MS && apart(press, last) < DRAG)
      return clearTimeout(this.#choice);
    const release = (event) => {
      window.removeEventListener("pointercancel", release);
      window.removeEventListener("pointerup", release);
      const cell = this.#cellAt(clientX, clientY);
      if (event.type !== "pointerup" || apart(event, press) >= DRAG || !this.describe(...cell))
        return;
      this.showTip(...cell); // Plotly hears no hover where a finger taps
      this.#choose(cell);
    };
    window.addEventListener("pointercancel", release);
    window.addEventListener("pointerup", release);
  }

  // A double click shows a zoomed map whole again, and chooses nothing.
  #choose(cell) {
    if (!this.pick) return;
    if (this.#isZoomed()) this.#choice = setTimeout(() => this.pick(...cell), DOUBLE_MS);
    else this.pick(...cell);
  }

  #isZoomed() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    return [...xaxis.range, ...yaxis.range].some(
      (end, at) => Math.abs(end - this.#whole[at]) > 0.01,
    );
  }

  #cellAt(clientX, clientY) {
    const { xaxis, yaxis } = this.plot._fullLayout,
      box = this.plot.getBoundingClientRect();
    return [
      xaxis.p2c(clientX - box.left - xaxis._offset),
      yaxis.p2c(clientY - box.top - yaxis._offset),
    ].map(Math.round);
  }

  #leave() {
    this.#cursor = null;
    this.tip.hidden = true;
    this.point?.(null);
  }

  // The value under (x, y), in words, beside the cell; also used by the keyboard.
  showTip(x, y) {
    const lines = this.describe(x, y);
    if (!lines) return this.#leave();
    this.#cursor = this.#place = [x, y];
    setText(this.tip, lines.join("\n"));
    this.tip.hidden = false;
    this.#placeTip(x, y);
    this.point?.([x, y]);
  }

  #placeTip(x, y) {
    const { xaxis, yaxis } = this.plot._fullLayout;
    const left = xaxis._offset + xaxis.l2p(x),
      top = yaxis._offset + yaxis.l2p(y);
    const space = this.host.clientWidth - this.tip.offsetWidth;
    this.tip.style.left = `${Math.max(0, Math.min(space, left + 14))}px`;
    const below = top + 14 + this.tip.offsetHeight < this.host.clientHeight;
    this.tip.style.top = `${below ? top + 14 : Math.max(0, top - this.tip.offsetHeight - 14)}px`;
  }

  outline(shapes) {
    if (!this.plot.data) return;
    this.#drawn = null;
    window.Plotly.relayout(this.plot, { shapes });
  }
}

// Pixels from one event of the pointer to another.
function apart(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}

// Whole cells between two ticks: at most ten ticks on an axis.
function tickStep(size) {
  for (let unit = 1; ; unit *= 10)
    for (const part of [1, 2, 5]) if (size / (part * unit) <= 10) return part * unit;
}

function labelTrace(labels) {
  return {
    type: "scatter",
    mode: "text",
    hoverinfo: "skip",
    x: labels.map(([x]) => x),
    y: labels.map(([, y]) => y),
    text: labels.map(([, , text]) => text),
    textfont: { color: "#fff", size: 11 },
  };
}

// A rectangle around cells x0..x1, y0..y1, for `shapes` or `outline`.
export function frame(x0, y0, x1, y1, color, width = 2) {
  return {
    type: "rect",
    x0: x0 - 0.5,
    y0: y0 - 0.5,
    x1: x1 + 0.5,
    y1: y1 + 0.5,
    line: { color, width },
    fillcolor: "rgba(0,0,0,0)",
  };
}
