// The padding lab: any tensor, four pairs of pads, and for every padded cell the one that it
// copies.

import { FROM, TO, codeTable, scaleOf } from "../colors.js";
import { choiceControl, fillBoxes, joinBoxes } from "../controls.js";
import { el, exact, isTyping, number, setText } from "../dom.js";
import { GridMap } from "../grid.js";
import { t, unit } from "../i18n.js";
import { Readout } from "../readout.js";
import { AXES, TOO_LARGE, padName, withLimit, wording, wrongPads } from "../messages.js";
import { having } from "../store.js";

const LINE = "#ffffff";
const SIDES = ["before", "after"];

export class PadLab {
  constructor(store, fields) {
    this.store = store;
    this.fields = having(fields, "lab");
    const choice = (name, options) =>
      choiceControl(options ? { ...fields[name], choices: options } : fields[name], store, {
        label: t(`lab.${name}`),
      });
    this.source = choice("lab_source");
    this.stage = choice("lab_stage", []);
    this.mode = choice("lab_mode");
    this.constant = this.#box("lab_constant");
    this.typed = el("textarea", {
      id: "lab-tensor",
      rows: 3,
      spellcheck: "false",
      "aria-label": t("lab.lab_tensor"),
      on: { change: () => store.set({ lab_tensor: this.typed.value }) },
    });
    this.typedHelp = el("p", { class: "help", text: t("lab.typed_help") });
    this.problem = el("div", { class: "alert", role: "alert", hidden: true, id: "lab-problem" });
    this.refused = []; // what the server did not take at all
    this.limits = []; // the axes of the tensor: {name, used, size, limit}
    this.stale = el("p", { class: "help", hidden: true, text: t("lab.stale") });
    this.axes = AXES.map((name, at) => this.#axis(name, at));
    this.boxes = this.axes.flatMap(({ boxes }) => boxes);
    this.readout = new Readout(t("lab.hint"));
    this.before = new GridMap({
      title: t("lab.before"),
      point: (row, column) => this.#pointSource(row, column),
      describe: (row, column) => this.#nameSource(row, column),
    });
    this.after = new GridMap({
      title: t("lab.after"),
      point: (row, column) => this.#pointPadded(row, column),
      describe: (row, column) => this.#namePadded(row, column),
    });
    this.items = el("div", { class: "lab-tiles", id: "lab-items" });
    this.channels = el("div", { class: "lab-tiles", id: "lab-channels" });
    this.root = el("section", { class: "pad-lab", id: "pad-lab", "aria-label": t("lab.title") },
      el("h3", { text: t("lab.title") }), el("p", { class: "sentence", text: t("lab.sentence") }),
      el("p", { class: "sentence", id: "lab-modes", text: t("lab.modes") }),
      el(
        "div",
        { class: "toolbar" },
        this.source.root,
        this.stage.root,
        this.mode.root,
        this.constant.root,
        this.#buttons(),
      ),
      this.typed,
      this.typedHelp,
      el("div", { class: "lab-axes" }, ...this.axes.map(({ root }) => root)),
      this.problem,
      this.stale,
      (this.result = el(
        "div",
        { class: "lab-result" },
        this.readout.root,
        (this.maps = el(
          "div",
          { class: "pad-pair" },
          el("div", {}, this.before.root),
          el("div", {}, this.after.root),
        )),
        this.items,
        this.channels,
      )),
    );
  }

  #box(name) {
    const box = el("input", {
      type: "text",
      class: "box",
      id: `field-${name}`,
      inputmode: "decimal",
      maxlength: 40,
      on: { change: () => this.store.set({ [name]: box.value }) },
    });
    const root = el(
      "div",
      { class: "control", data: { field: name } },
      el("label", { class: "name", for: `field-${name}`, text: t(`lab.${name}`) }),
      el("div", { class: "inputs" }, box),
    );
    return { root, box };
  }

  #buttons() {
    const button = (key, run) =>
      el("button", { type: "button", id: `lab-${key}`, text: t(`lab.${key}`), on: { click: run } });
    return el(
      "div",
      { class: "toolbar buttons" },
      button("take", () =>
        this.store.set({
          lab_paddings: this.view.state.paddings,
          lab_mode: this.view.state.pad_mode,
          lab_source: "stage",
          lab_stage: this.view.stages.at(-3).name,
        }),
      ),
      button("give", () =>
        this.store.apply({
          paddings: this.view.state.lab_paddings,
          pad_mode: this.view.state.lab_mode,
        }),
      ),
    );
  }

  #axis(name, at) {
    const boxes = [0, 1].map((side) =>
      el("input", {
        type: "text",
        class: "box",
        inputmode: "numeric",
        maxlength: 12,
        autocomplete: "off",
        "aria-label": padName(at, side),
        data: { pad: `${name}-${SIDES[side]}` },
        on: { change: () => this.#setPads(), keydown: (event) => this.#step(event) },
      }),
    );
    const label = el("span", { class: "name" }),
      limit = el("span", { class: "help" }),
      sentence = el("p", { class: "axis-sentence" });
    const root = el(
      "fieldset",
      { class: "lab-axis", data: { axis: name } },
      label,
      el("span", { class: "inputs" }, ...boxes),
      limit,
      sentence,
    );
    return { root, boxes, label, limit, sentence };
  }

  #setPads() {
    this.store.set({ lab_paddings: joinBoxes(this.boxes) });
  }

  #step(event) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key], box = event.target;
    if (!step || !/^\d+$/.test(box.value) || Number(box.value) + step < 0) return;
    event.preventDefault();
    box.value = Number(box.value) + step;
    box.dispatchEvent(new Event("change"));
  }

  draw(view) {
    this.view = view;
    const { state, lab } = view;
    this.refused = this.refused.filter(
      ({ field }) => String(state[field]) !== String(this.store.form[field]),
    );
    this.#fill(view.stages.map(({ name }) => name));
    if (lab.axes) this.limits = lab.axes;
    this.#drawAxes(lab);
    this.#showProblem(lab.error);
    this.result.hidden = Boolean(lab.error) && !this.lab;
    if (lab.error) return; // the last good maps stay
    this.lab = lab;
    this.good = Object.fromEntries(this.fields.map((name) => [name, state[name]]));
    this.#drawMaps(lab);
    this.#drawTiles(this.items, "lab_item", lab.axes[0], lab.items, lab.item);
    this.#drawTiles(this.channels, "lab_channel", lab.axes[3], lab.channels, lab.channel);
  }

  // The controls hold what is asked for, a wrong value too.
  #fill(stages) {
    const { form } = this.store;
    this.source.set(form.lab_source);
    this.stage.offer(stages);
    this.stage.set(form.lab_stage);
    this.stage.root.hidden = form.lab_source !== "stage";
    this.typed.hidden = this.typedHelp.hidden = form.lab_source !== "typed";
    if (!isTyping(this.typed)) this.typed.value = form.lab_tensor;
    this.mode.set(form.lab_mode);
    this.constant.root.hidden = form.lab_mode !== "CONSTANT";
    fillBoxes([this.constant.box], form.lab_constant);
    fillBoxes(this.boxes, form.lab_paddings);
  }

  // What was refused, beside the boxes that it is about; the maps of before stay, dimmed.
  // Returns what is not the lab's to say.
  fail(errors) {
    if (!this.view) return errors;
    this.refused = errors.filter(({ field }) => this.fields.includes(field));
    this.#drawAxes(this.view.lab);
    this.#showProblem(this.view.lab.error);
    return errors.filter((error) => !this.refused.includes(error));
  }

  clear() {
    this.refused = [];
  }

  // A pad as it stands in its box.
  #pad(axis, side) {
    return String(this.store.form.lab_paddings).split(",")[2 * axis + side];
  }

  #isRefused(axis, side) {
    return this.refused.some((error) => wrongPads(error).includes(2 * axis + side));
  }

  #isTooLarge(axis, side) {
    const { used, limit } = this.limits[axis];
    return (
      used &&
      limit !== null &&
      !this.#isRefused(axis, side) &&
      Number(this.#pad(axis, side)) > limit
    );
  }

  // Axes that mirror more than there is, with the larger pad.
  #exceeded() {
    return this.limits.flatMap((axis, at) => {
      const pads = [0, 1]
        .filter((side) => this.#isTooLarge(at, side))
        .map((side) => Number(this.#pad(at, side)));
      return pads.length ? [{ ...axis, at, pad: Math.max(...pads) }] : [];
    });
  }

  // What was refused, or else why the lab's tensor cannot be padded so.
  #showProblem(failure) {
    const errors = this.refused.length ? this.refused : [failure].filter(Boolean);
    this.problem.hidden = !errors.length;
    this.stale.hidden = !errors.length || !this.lab;
    this.result.classList.toggle("stale", errors.length > 0);
    if (!errors.length) return;
    const exceeded = this.#exceeded(),
      tooLarge = errors.some(({ code }) => code in TOO_LARGE);
    const texts = [
      ...(tooLarge && exceeded.length ? [] : errors.map(wording)),
      ...exceeded.map((axis) => this.#tooLarge(axis)),
    ];
    const button = (id, text, run) =>
      el("button", { type: "button", id, text, on: { click: run } });
    const fixes = [];
    if (tooLarge && exceeded.length)
      fixes.push(
        button("lab-largest", this.#largestWords(exceeded), () => this.#useLargest(exceeded)),
      );
    if (this.#isChanged())
      fixes.push(button("lab-undo", t("ui.undo"), () => this.store.apply(this.good)));
    this.problem.replaceChildren(
      el("p", { class: "alert-text", text: texts.join("\n") }),
      ...fixes,
    );
  }

  // Whether the maps on the screen were made with other values than stand in the controls.
  #isChanged() {
    return (
      Boolean(this.good) &&
      this.fields.some((name) => String(this.good[name]) !== String(this.store.form[name]))
    );
  }

  #tooLarge({ name, pad, size, limit }) {
    return wording({
      code: "pad_too_large",
      params: {
        field: "lab_paddings",
        mode: this.store.form.lab_mode,
        axis: name,
        pad,
        size,
        limit,
      },
    });
  }

  #largestWords(exceeded) {
    return exceeded.length === 1 ? t("lab.largest", exceeded[0]) : t("lab.largest_all");
  }

  #useLargest(exceeded) {
    const pads = exceeded.reduce(
      (found, { at, limit }) => withLimit(found, at, limit),
      this.store.form.lab_paddings,
    );
    this.store.apply({ lab_paddings: pads });
  }

  // An axis whose pads are sound says what they do, whatever is wrong with another one.
  #drawAxes({ mode = this.store.form.lab_mode, constant = 0 }) {
    this.typed.setAttribute("aria-invalid", this.view?.lab.error?.field === "lab_tensor");
    this.axes.forEach(({ root }) => {
      root.hidden = !this.limits.length;
    }); // no tensor, no axes
    this.constant.box.setAttribute(
      "aria-invalid",
      this.refused.some(({ field }) => field === "lab_constant"),
    );
    this.limits.forEach(({ name, used, size, limit: most }, at) => {
      const { root, label, limit, sentence, boxes } = this.axes[at],
        wrong = [0, 1].map((side) => this.#isRefused(at, side) || this.#isTooLarge(at, side));
      root.hidden = !used;
      setText(label, t(`axes.${name}`));
      boxes.forEach((box, side) => box.setAttribute("aria-invalid", wrong[side]));
      limit.classList.toggle("exceeded", most !== null && wrong.includes(true));
      setText(limit, most === null ? t("lab.no_limit") : t("lab.limit", { most, mode }));
      const [before, after] = [0, 1].map((side) => Number(this.#pad(at, side)));
      setText(
        sentence,
        wrong.includes(true)
          ? ""
          : axisSentence(name, { before, after, size, mode, constant: exact(constant) }),
      );
    });
  }

  #drawMaps({ axes, source, padded }) {
    const [height, width] = source.shape,
      [tall, wide] = padded.shape;
    const color = scaleOf(padded.data, this.lab.signed),
      room = Math.max(240, (this.maps.clientWidth - 24) / (this.maps.clientWidth > 700 ? 2 : 1));
    const names = (size) => Array.from({ length: size }, (_, at) => String(at));
    const [[top], [left]] = [axes[1].pads, axes[2].pads];
    const whole = this.#isWhollyAdded(); // a constant item or channel has no original
    this.edge = whole
      ? []
      : [
          {
            row: top,
            column: left,
            rows: height,
            columns: width,
            color: LINE,
            dash: [5, 3],
            line: 2,
          },
        ];
    this.before.root.hidden = whole;
    this.after.title(t(whole ? "lab.after_constant" : "lab.after"));
    const stretch = tall * 8 < wide;
    const style = { color, stretch, readable: true };
    this.before.draw(
      { values: source.data, rows: height, columns: width },
      {
        ...style,
        rowNames: names(height),
        columnNames: names(width),
        room: Math.min(room, (room * (width + 1)) / (wide + 1) + 34),
      },
    );
    this.after.draw(
      { values: padded.data, rows: tall, columns: wide },
      { ...style, rowNames: names(tall), columnNames: names(wide), frames: this.edge, room },
    );
    this.readout.clear();
  }

  #isWhollyAdded() {
    const { axes, item, channel } = this.lab;
    return axes[0].sources[item] < 0 || axes[3].sources[channel] < 0;
  }

  // Every padded item (or channel) as a small map, with the one that it copies.
  #drawTiles(host, field, axis, { places, low, high, codes, first }, current) {
    host.hidden = axis.sources.length < 2;
    if (host.hidden) return host.replaceChildren();
    const [height, width, count] = codes.shape;
    const all = { low, high }, finite = scaleOf([...low.data, ...high.data], this.lab.signed);
    const tiles = places.map((place, at) => {
      const canvas = el("canvas", { width, height, "aria-hidden": "true" });
      const image = new ImageData(width, height),
        pixels = new Uint32Array(image.data.buffer);
      const table = codeTable(all, at, {
        name: finite.name,
        range: () => [finite.low, finite.high],
      });
      for (let cell = 0; cell < pixels.length; cell++)
        pixels[cell] = table[codes.data[cell * count + at]];
      canvas.getContext("2d").putImageData(image, 0, 0);
      canvas.style.width = `${Math.max(36, Math.min(96, width * 10))}px`;
      const from = axis.sources[place],
        [before] = axis.pads,
        added = place < before || place >= before + axis.size;
      const text = t(`lab.tile_${from < 0 ? "constant" : added ? "copy" : "same"}`, {
        place,
        from,
    });
      return el(
        "button",
        {
          type: "button",
          class: added ? "lab-tile added" : "lab-tile",
          "aria-pressed": place === current,
          data: { place },
          on: { click: () => this.store.set({ [field]: place }) },
        },
        canvas,
        el("span", { class: "mono", text }),
        el("span", { class: "help", text: t("lab.tile_first", { value: number(first[at]) }) }),
      );
    });
    host.replaceChildren(
      el("h4", {
        text: t(field === "lab_item" ? "lab.items" : "lab.channels", {
          count: axis.sources.length,
        }),
      }),
      el("div", { class: "tile-row" }, ...tiles),
    );
  }

  #origin(row, column) {
    const { axes, item, channel } = this.lab;
    return [
      axes[0].sources[item],
      axes[1].sources[row],
      axes[2].sources[column],
      axes[3].sources[channel],
    ];
  }

  // Only the axes that the tensor has.
  #index(index) {
    return `[${index.filter((_, at) => this.lab.axes[at].used).join(", ")}]`;
  }

  #nameSource(row, column) {
    const index = this.#index(this.#source(row, column));
    return `${t("ui.in_original", { index })} = ${exact(this.before.value(row, column))}`;
  }

  #source(row, column) {
    const { axes, item, channel } = this.lab;
    return [axes[0].sources[item], row, column, axes[3].sources[channel]];
  }

  #namePadded(row, column) {
    const index = this.#index([this.lab.item, row, column, this.lab.channel]);
    // the readout above names its source
    return `${t("ui.in_padded", { index })} = ${exact(this.after.value(row, column))}`;
  }

  #arrow(row, column) {
    const { item, channel, axes, mode } = this.lab,
      from = this.#origin(row, column),
      place = [item, row, column, channel];
    const to = t("ui.in_padded", { index: this.#index(place) }),
      source = t("ui.in_original", { index: this.#index(from) });
    if (from.includes(-1))
      return `${to} ← ${exact(this.lab.constant)} (${t("ui.constant_source")})`;
    const mirrored = axes
      .filter(({ pads: [before], size }, at) => place[at] < before || place[at] >= before + size)
      .map(({ name }) => t(`axes.${name}`));
    if (!mirrored.length) return `${to} ← ${source}`;
    const how = t("lab.mirrored", { mode, axes: mirrored.join(t("tracer.and")) });
    return `${to} ← ${source} (${how})`;
  }

  // The copied cell in both maps, the line it is mirrored at, and for a corner the cell in between.
  #pointPadded(row, column) {
    if (!this.lab) return;
    if (row === null) return this.#clear();
    const [item, y, x, channel] = this.#origin(row, column);
    this.readout.say(this.#arrow(row, column));
    if ([item, y, x, channel].includes(-1)) return this.#outline([], []);
    const {
      axes: [
        ,
        {
          pads: [top],
          size: height,
        },
        {
          pads: [left],
          size: width,
        },
      ],
      padded: {
        shape: [tall, wide],
      },
    } = this.lab;
    const inRows = row >= top && row < top + height,
      inColumns = column >= left && column < left + width;
    const marks = [{ row: y + top, column: x + left, color: FROM }];
    if (!inRows) marks.push(...this.#mirror(row < top ? top : top + height, tall, wide, false));
    if (!inColumns)
      marks.push(...this.#mirror(column < left ? left : left + width, tall, wide, true));
    if (!inRows && !inColumns)
      marks.push(
        { row: y + top, column, color: TO, dash: [3, 3] },
        { row, column: x + left, color: TO, dash: [3, 3] },
      );
    this.#outline([{ row: y, column: x, color: FROM }], marks);
  }

  // REFLECT mirrors about the middle of the edge cells, SYMMETRIC about the edge itself.
  #mirror(edge, tall, wide, vertical) {
    const shift =
      this.lab.mode !== "REFLECT"
        ? 0
        : edge === this.lab.axes[vertical ? 2 : 1].pads[0]
          ? 0.5
          : -0.5;
    const at = edge + shift;
    return [
      vertical
        ? { row: 0, column: at, rows: tall, columns: 0, color: TO }
        : { row: at, column: 0, rows: 0, columns: wide, color: TO },
    ];
  }

  #pointSource(row, column) {
    if (!this.lab) return;
    if (row === null) return this.#clear();
    const {
      axes: [, { sources: rows }, { sources: columns }],
    } = this.lab;
    const copies = rows.flatMap((y, at) =>
      y === row
        ? columns.flatMap((x, place) =>
            x === column ? [{ row: at, column: place, color: TO }] : [],
          )
        : [],
    );
    this.readout.say(t("ui.copies", { row, column, count: copies.length }));
    this.after.outline([...this.edge, ...copies]);
  }

  #outline(before, after) {
    this.before.outline(before);
    this.after.outline([...this.edge, ...after]);
  }

  #clear() {
    this.#outline([], []);
    this.readout.clear();
  }
}

// "height: 3 rows mirrored above, 3 below: 32 → 38."
export function axisSentence(name, { before, after, size, mode, constant = "0" }) {
  const key = before + after === 0 ? "none" : mode === "CONSTANT" ? "constant" : "mirrored";
  return t(`pad_axis.${key}`, {
    axis: t(`axes.${name}`),
    before,
    after,
    size,
    padded: size + before + after,
    unit: unit(name, before),
    first: t(`sides.${name}.before`),
    last: t(`sides.${name}.after`),
    constant,
  });
}
