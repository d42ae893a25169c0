// Watch it learn: a run on the server, its history under a slider, and what to look for.

import { el, number, pressEnded, setText } from "../dom.js";
import { t } from "../i18n.js";
import { LineChart } from "../linechart.js";
import { wording } from "../messages.js";
import { LiveRun } from "../run.js";
import { theme } from "../theme.js";
import { mosaic } from "../tiles.js";
import { UNTRAINED, movedControls } from "../weights.js";

const DISCRIMINATOR = "#d07a28"; // beside the accent, on light and on dark
const FIGURES = ["checkerboard", "dead", "drift"];
const COLUMNS = 4, GAP = 2;
const SPEEDS = 9; // that an estimate is made of
const MINUTES_FROM = 100; // seconds
const AGO = 5; // seconds, the steps in which silence is told
const ENDED = new Set(["done", "stopped", "failed"]);
const MOMENT = /^run:([0-9a-f]{32}):(\d+)$/;

export class TrainPage {
  constructor(store, fields, settings) {
    this.store = store;
    this.fields = settings;
    this.names = Object.keys(settings).filter((name) => !settings[name].roles.includes("unseen"));
    this.run = new LiveRun();
    this.run.addEventListener("news", () => this.#news());
    this.root = el(
      "div",
      { class: "train-page" },
      el("h2", { class: "stage-title", text: t("train.title") }),
      el("p", { class: "sentence", text: t("train.lead") }),
      this.#form(),
      this.#progress(),
      this.#history(),
      this.#lookFor(),
    );
  }

  #form() {
    const each = (make) => Object.fromEntries(this.names.map((name) => [name, make(name)]));
    this.boxes = each((name) =>
      el("input", {
        type: "text",
        inputmode: "decimal",
        class: "box",
        id: `train-${name}`,
        maxlength: 12,
        "aria-describedby": `train-${name}-help train-${name}-error`,
        on: { change: () => this.#try(() => this.#check([name])) },
      }),
    );
    const help = each((name) => {
      const { low, high } = this.fields[name];
      const text = `${t(`train.help.${name}`)} ${low}\u00a0…\u00a0${high}`;
      return el("p", { class: "help", id: `train-${name}-help`, text });
    });
    this.errors = each((name) =>
      el("p", { class: "field-error", id: `train-${name}-error`, role: "alert", hidden: true }),
    );
    const controls = this.names.map((name) =>
      el(
        "div",
        { class: "control" },
        el("label", { class: "name", for: `train-${name}`, text: name }),
        this.boxes[name],
        help[name],
        this.errors[name],
      ),
    );
    this.problem = el("p", {
      class: "field-error",
      role: "alert",
      id: "train-problem",
      hidden: true,
    });
    this.start = el("button", {
      type: "submit",
      class: "primary",
      id: "train-start",
      text: t("train.start"),
    });
    return el(
      "form",
      {
        class: "train-form",
        on: {
          input: () => {
            this.touched = true;
          },
          submit: (event) => {
            event.preventDefault();
            this.#begin();
          },
        },
      },
      el("div", { class: "train-settings" }, ...controls),
      this.problem,
      this.start,
      el("p", { class: "help", text: t("train.moves") }),
    );
  }

  #progress() {
    this.bar = el("progress", { max: 1, value: 0, "aria-label": t("train.progress") });
    this.line = el("p", { class: "mono", role: "status", id: "train-status" });
    this.pause = el("button", {
      type: "button",
      id: "train-pause",
      on: { click: () => this.#act(this.run.status.state === "paused" ? "resume" : "pause") },
    });
    this.stop = el("button", {
      type: "button",
      id: "train-stop",
      text: t("train.stop"),
      on: { click: () => this.#act("stop") },
    });
    this.losses = new LineChart(t("train.losses"));
    this.lossFigure = el(
      "figure",
      {},
      this.losses.root,
      el("figcaption", { class: "help", text: t("train.losses_read") }),
    );
    this.won = el("p", {
      class: "notice",
      role: "status",
      id: "train-won",
      hidden: true,
      text: t("train.won"),
    });
    this.notice = el("p", { class: "notice", role: "status", id: "train-notice", hidden: true });
    const looking = { class: "help", id: "train-looking", hidden: true, text: t("train.looking") };
    this.looking = el("p", looking);
    this.running = el(
      "section",
      { class: "train-progress", hidden: true },
      this.bar,
      this.line,
      this.notice,
      this.looking,
      el("div", { class: "toolbar buttons" }, this.pause, this.stop),
      this.won,
      this.lossFigure,
    );
    return this.running;
  }

  #history() {
    this.slider = el("input", {
      type: "range",
      min: 0,
      max: 0,
      value: 0,
      id: "train-moment",
      on: { input: () => this.#scrub(Number(this.slider.value)) },
    });
    this.when = el("label", { class: "name", for: "train-moment" });
    this.open = el("button", {
      type: "button",
      id: "train-open",
      text: t("train.open"),
      on: { click: () => this.store.set({ page: "maps" }) },
    });
    this.save = el("button", {
      type: "button",
      id: "train-save",
      text: t("train.save"),
      on: { click: () => this.store.save(".safetensors") },
    });
    this.newest = el("button", {
      type: "button",
      id: "train-newest",
      text: t("train.newest"),
      on: { click: () => this.#showNewest() },
    });
    this.grids = Object.fromEntries(
      ["stored", "batch", "last"].map((name) => [
        name,
        el("canvas", { class: "sample-grid", role: "img", "aria-label": t(`train.${name}`) }),
      ]),
    );
    const figures = Object.entries(this.grids).map(([name, canvas]) =>
      el("figure", {}, el("figcaption", { text: t(`train.${name}`) }), canvas),
    );
    this.past = el(
      "section",
      { class: "train-history", hidden: true },
      el("div", { class: "train-scrub" }, this.when, this.slider),
      (this.scrubHelp = el("p", { class: "help scrub-help", text: t("train.scrub_help") })),
      (this.sets = el("p", { class: "help", id: "train-sets", hidden: true })),
      el("div", { class: "toolbar buttons" }, this.newest, this.open, this.save),
      (this.pictures = el("div", { class: "train-grids" }, ...figures)),
    );
    return this.past;
  }

  #lookFor() {
    this.charts = Object.fromEntries(
      FIGURES.map((name) => [name, new LineChart(t(`train.${name}`))]),
    );
    const figures = FIGURES.map((name) =>
      el(
        "figure",
        {},
        el("figcaption", { text: t(`train.${name}`) }),
        this.charts[name].root,
        el("p", { class: "help", text: t(`train.${name}_read`) }),
      ),
    );
    this.figures = el("section", { class: "train-figures", hidden: true }, ...figures);
    return this.figures;
  }

  // Until a hand or a run fills the boxes: the generator on the screen, where it may be trained
  // here.
  #suggest(state) {
    if (this.touched || this.run.id) return;
    for (const name of this.names) {
      const { default: usual, low, high, roles } = this.fields[name],
        shown = roles.includes("structure") ? state[name] : usual;
      this.boxes[name].value = shown >= low && shown <= high ? shown : usual;
    }
  }

  async #begin() {
    const wrong = await this.#try(() => this.#check(this.names));
    if (wrong?.length) return this.boxes[wrong[0]].focus();
    if (wrong && (await this.#try(() => this.#beginRun()))) this.follows = true;
  }

  // Who watches another's run while one of his own goes on is led back to that.
  #beginRun() {
    return this.run.begin(this.#settings(this.names)).catch(async (error) => {
      if (error.code === "one_run_each") await this.run.rejoin({ leave: true });
      throw error;
    });
  }

  #settings(names) {
    return Object.fromEntries(names.map((name) => [name, this.boxes[name].value]));
  }

  // Says under each of these boxes what is wrong with it; returns the names of the wrong ones.
  async #check(names) {
    const errors = await this.run.check(this.#settings(names));
    await pressEnded();
    for (const name of names) {
      const error = errors.find(({ field }) => field === name);
      this.boxes[name].setAttribute("aria-invalid", Boolean(error));
      this.errors[name].hidden = !error;
      setText(this.errors[name], error ? wording(error) : "");
    }
    return names.filter((name) => errors.some(({ field }) => field === name));
  }

  #act(action) {
    return this.#try(() => this.run.act(action));
  }

  // What the server answers; null where it has a message instead.
  async #try(action) {
    this.#forgive();
    return action().catch((error) => this.#fail(error));
  }

  #fail(error) {
    this.problem.hidden = false;
    setText(this.problem, wording(error));
    return null;
  }

  #forgive() {
    this.problem.hidden = true;
    this.missing = null;
  }

  #news() {
    const { status, gone, id } = this.run;
    if (gone) this.follows = false;
    if (!status) {
      this.missing = id;
      return this.#fail(gone);
    }
    if (this.known !== this.run.id) this.#meet(status);
    this.#noticeChoice();
    const newest = status.moments.at(-1)?.step;
    if (this.follows && newest !== undefined && newest !== this.#step())
      this.#choose({ weights: this.#source(newest) });
    return this.#draw();
  }

  // A run that was begun here takes the page along; one that was found again waits to be asked.
  #meet({ settings }) {
    this.known = this.run.id;
    this.#fill(settings);
    if (this.follows) this.#choose({ ...this.run.status.fields, weights: UNTRAINED });
  }

  // The settings of a run that was begun here or found again.
  #fill(settings) {
    for (const name of this.names) this.boxes[name].value = settings[name];
  }

  #showNewest() {
    this.follows = true;
    this.#show(this.run.status.moments.at(-1).step);
  }

  // The step that is shown, if it is one of this run's.
  #step() {
    const [, id, step] = this.store.form.weights?.match(MOMENT) ?? [];
    return id === this.run.id ? Number(step) : null;
  }

  // The chosen step, where its weights are those on the screen.
  #shown() {
    return this.store.view.weights.status === "ok" ? this.#step() : null;
  }

  #scrub(at) {
    const steps = this.run.status.moments.map(({ step }) => step);
    this.follows = at === steps.length - 1;
    this.#show(steps[at]);
  }

  // The weights move on, and where they need another structure that as well: all else stays.
  #show(step) {
    this.#choose({ ...this.#structure(), weights: this.#source(step) });
  }

  #structure() {
    return this.#step() === null ? this.run.status.structure : this.store.view.weights.needs;
  }

  #source(step) {
    return `run:${this.run.id}:${step}`;
  }

  #choose(changes) {
    this.chosen = changes.weights;
    this.store.apply(changes);
  }

  draw(view) {
    const [, id] = view.state.weights.match(MOMENT) ?? [];
    if (id && (!this.run.id || this.run.gone)) this.run.follow(id);
    else if (!this.run.id) this.#rejoin();
    if (this.missing && id !== this.missing) this.#forgive(); // the run that it is about was left
    this.#suggest(view.state);
    this.#noticeChoice();
    this.#paintGrids(view);
    return this.#draw();
  }

  // Weights chosen by hand stay, and so does a structure that the run's do not fit.
  #noticeChoice() {
    const { source, status } = this.store.view.weights;
    const other = source === this.chosen && status !== "ok";
    if (this.store.form.weights !== this.chosen || other) this.follows = false;
  }

  #rejoin() {
    this.asked ??= this.run.rejoin().catch(() => { this.asked = null; });
  }

  #paintGrids({ moment }) {
    this.pictures.hidden = !moment;
    for (const [name, canvas] of Object.entries(this.grids)) {
      canvas.closest("figure").hidden = !moment?.[name];
      if (moment?.[name]) paintGrid(canvas, moment[name]);
    }
  }

  async #draw() {
    const { status, gone } = this.run;
    const known = Boolean(status);
    this.running.hidden = !known;
    const recorded = known && !gone && status.moments.length > 0;
    this.#offerMoment();
    this.past.hidden = !recorded && this.pictures.hidden;
    this.newest.hidden = !recorded || this.#shown() === status.moments.at(-1).step;
    this.lossFigure.hidden = !known || status.points.length < 2; // one point is no line
    this.figures.hidden = !known || status.moments.length < 2;
    const going = known && !gone && !ENDED.has(status.state), looks = going && !this.run.mine;
    this.start.disabled = going && !looks;
    setText(this.start, t(looks ? "train.start_own" : "train.start"));
    this.looking.hidden = !looks;
    this.slider.closest(".train-scrub").hidden = !recorded;
    this.scrubHelp.hidden = !recorded || this.#shown() === null;
    if (!known || !this.root.isConnected) return;
    this.#describe(status);
    await Promise.all([
      this.#drawLosses(status),
      ...FIGURES.map((name) => this.#drawFigure(name, status)),
    ]);
  }

  #describe(status) {
    const { settings, points, state } = status,
      last = points.at(-1),
      { lost, gone, mine } = this.run;
    const ended = ENDED.has(state),
      going = !ended && !lost && !gone;
    // the one or the other is told first
    const done = Math.max(last?.step ?? 0, status.moments.at(-1)?.step ?? 0);
    this.bar.value = done / settings.steps;
    const words = ended || going ? this.#stateWords(status, last) : t("train.last_heard");
    const parts = [words, t("train.step_of", { step: done, steps: settings.steps })];
    if (going && state === "running" && done < settings.steps)
      parts.push(this.#timeLeft(status, settings.steps - done));
    if (going) parts.push(t("train.limit", { minutes: Math.round(status.most_seconds / 60) }));
    setText(this.line, parts.filter(Boolean).join(" · "));
    this.#notify(status);
    this.pause.hidden = !(going && mine) || state === "waiting";
    setText(this.pause, t(state === "paused" ? "train.resume" : "train.pause"));
    this.stop.hidden = !(going && mine);
    this.won.hidden = !status.won;
    this.#drawScrub(status);
  }

  // What keeps the figures from being those of this moment, or the run from going on.
  #notify({ failure }) {
    const { lost, gone } = this.run;
    let text = failure ? wording(failure) : "";
    if (gone) text = t("train.gone");
    else if (lost) text = t("train.not_connected", { ago: this.#ago() });
    this.notice.hidden = !text;
    setText(this.notice, text);
  }

  #ago() {
    const seconds = this.run.silence / 1000;
    if (seconds >= MINUTES_FROM)
      return t("train.minutes_ago", { amount: Math.round(seconds / 60) });
    return t("train.seconds_ago", { amount: AGO * Math.floor(seconds / AGO) });
  }

  // A moment that is on the screen can be opened elsewhere and saved while the server has it.
  #offerMoment() {
    const left =
      this.store.view?.weights.shown === "run" && !(this.run.gone && this.#step() !== null);
    for (const button of [this.open, this.save]) button.hidden = !left;
  }

  #drawScrub({ moments }) {
    const steps = moments.map(({ step }) => step), shown = this.#shown();
    const changes = movedControls(this.#structure() ?? {}, this.store.view.state);
    this.sets.hidden = !steps.length || !changes.length;
    setText(this.sets, t("train.sets", { changes: changes.join(", ") }));
    this.slider.max = Math.max(0, steps.length - 1);
    this.slider.disabled = steps.length < 2;
    if (shown !== null) this.slider.value = Math.max(0, steps.indexOf(shown));
    setText(
      this.when,
      shown === null
        ? t("train.no_moment")
        : t("train.moment", { step: shown, last: steps.at(-1) ?? 0 }),
    );
    this.slider.setAttribute("aria-valuetext", this.when.textContent);
  }

  #stateWords({ state, place, reason, most_seconds }, last) {
    if (state === "stopped" && reason)
      return t(`train.stopped_why.${reason}`, { minutes: Math.round(most_seconds / 60) });
    return t(`train.state.${state === "running" && !last ? "starting" : state}`, { place });
  }

  // By the middle one of the last speeds: the first steps are slow, and single ones vary.
  #timeLeft({ points, seconds, most_seconds }, steps) {
    const speeds = points
      .map(({ speed }) => speed)
      .filter(Boolean)
      .slice(-SPEEDS)
      .sort((a, b) => a - b);
    if (speeds.length < SPEEDS) return "";
    const speed = speeds[Math.floor(SPEEDS / 2)];
    const left = Math.min(steps / speed, most_seconds - seconds);
    const [key, amount] =
      left < MINUTES_FROM
        ? ["seconds_left", Math.ceil(left)]
        : ["minutes_left", Math.round(left / 60)];
    return t(`train.${key}`, { amount, speed: number(speed, 3) });
  }

  #drawLosses({ points, settings }) {
    const line = (name, color) => ({
      name: t(`train.${name}`),
      color,
      values: points.map((point) => point[name]),
    });
    return this.losses.draw(
      points.map(({ step }) => step),
      [line("generator", theme().accent), line("discriminator", DISCRIMINATOR)],
      { at: this.#step(), span: [0, settings.steps] },
    );
  }

  #drawFigure(name, { moments, settings }) {
    const values = moments.map((moment) => moment[name]);
    return this.charts[name].draw(
      moments.map(({ step }) => step),
      [{ name, color: theme().accent, values }],
      { at: this.#step(), span: [0, settings.steps], fromZero: true },
    );
  }
}

// Pictures [N, height, width, channels] side by side, COLUMNS in a row, GAP between them.
function paintGrid(canvas, { data, shape: [count, height, width, channels] }) {
  const { totalWidth, totalHeight, cellOffset, channelOffset } = mosaic(
    height,
    width,
    count,
    COLUMNS,
    GAP,
  );
  Object.assign(canvas, { width: totalWidth, height: totalHeight });
  const image = new ImageData(totalWidth, totalHeight);
  let index = 0; // a picture is to a mosaic what a channel is
  for (const item of channelOffset) {
    for (const cell of cellOffset) {
      const at = 4 * (item + cell);
      for (let c = 0; c < 3; c++) image.data[at + c] = data[index + Math.min(c, channels - 1)];
      image.data[at + 3] = 255;
      index += channels;
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}
