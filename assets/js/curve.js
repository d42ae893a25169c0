// An activation's curve with one point on it.

import { el, number, setText } from "./dom.js";
import { t } from "./i18n.js";
import { setAttributes, svg } from "./svg.js";

const WIDTH = 320,
  HEIGHT = 200,
  ROOM = 18;

export class Curve {
  constructor() {
    this.caption = el("figcaption");
    this.line = svg("path", { class: "curve-line" });
    this.axes = [svg("line", { class: "curve-axis" }), svg("line", { class: "curve-axis" })];
    this.drop = svg("path", { class: "curve-drop" });
    this.point = svg("circle", { r: 5, class: "curve-point" });
    this.labels = [
      svg("text", { y: HEIGHT - 3 }),
      svg("text", { x: WIDTH, y: HEIGHT - 3, "text-anchor": "end" }),
      svg("text", { y: 11 }),
      svg("text", { class: "curve-value" }),
    ];
    this.svg = svg("svg", { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    this.svg.append(...this.axes, this.drop, this.line, this.point, ...this.labels);
    this.root = el("figure", { class: "grid-map" }, this.caption, this.svg);
  }

  draw({ x, actv, curve_x: xs, curve_y: ys }, value) {
    const at = Number(x),
      low = Math.min(...ys.data, 0),
      high = Math.max(...ys.data, 0);
    const first = xs.data[0],
      last = xs.data.at(-1);
    const left = (at) => ((at - first) / (last - first)) * WIDTH;
    const top = (y) => HEIGHT - ROOM - ((y - low) / (high - low || 1)) * (HEIGHT - 2 * ROOM);
    this.line.setAttribute(
      "d",
      Array.from(
        xs.data,
        (at, i) => `${i ? "L" : "M"}${left(at).toFixed(1)},${top(ys.data[i]).toFixed(1)}`,
      ).join(""),
    );
    setAttributes(this.axes[0], { x1: 0, x2: WIDTH, y1: top(0), y2: top(0) });
    setAttributes(this.axes[1], { x1: left(0), x2: left(0), y1: 0, y2: HEIGHT - ROOM });
    const known = Number.isFinite(at) && Number.isFinite(value);
    this.point.style.display = this.drop.style.display = known ? "" : "none";
    if (known) {
      setAttributes(this.point, { cx: left(at), cy: top(value) });
      this.drop.setAttribute("d", `M${left(at)},${top(0)}V${top(value)}H${left(0)}`);
      setAttributes(this.labels[3], {
        x: Math.min(left(at) + 8, WIDTH - 90),
        y: Math.max(24, top(value) - 8),
      });
    }
    setText(this.labels[0], number(first));
    setText(this.labels[1], number(last));
    setText(this.labels[2], number(high));
    setText(this.labels[3], known ? `(${number(at)}, ${number(value)})` : "");
    setText(this.caption, t("tracer.curve", { actv }));
    this.svg.setAttribute(
      "aria-label",
      `${t("tracer.curve", { actv })}: ${number(at)} → ${number(value)}`,
    );
  }
}
