// What Gradio's buttons and plots of a training run are told.

import { t } from "../i18n.js";
import { Told } from "../told.js";
import { figurePlot, lossPlot } from "./plots.js";

/** @import { Props } from "../told.js" */
/** @import { Training } from "./training.js" */

/** @typedef {{ parts: string[], plots: string[] }} Order of what Gradio's event takes back */

const PLOT_MS = 300; // from news to the plots: a redraw of all four takes a tenth of a second
const LOSSES = "losses"; // all other plots are of figures

export class RunComponents {
  /** @type {Order} */
  #order = { parts: [], plots: [] };
  /** @type {Map<string, Props>} */
  #plots = new Map(); // what they are told, by name
  #drawing = 0; // a timer
  #told = new Told();
  /** @type {(() => void) | null} */
  #tell = null;

  /** @param {Training} training */
  constructor(training) {
    this.training = training;
    training.on("change", () => this.#changed());
  }

  // The controls of the settings have no place of their own to listen at.
  /** @param {() => void} follow */
  listenTo(follow) {
    this.#tell = follow;
    this.training.controls.listenTo(follow);
    this.#changed();
  }

  /** @type {(order: Order) => Props[]} */
  follow(order) {
    if (!this.#order.plots.length) this.#drawLater();
    this.#order = order;
    return this.#wanted().map(([name, props]) => ({
      __type__: "update",
      ...this.#told.tell(name, props),
    }));
  }

  #changed() {
    this.#drawLater();
    this.#tellNews();
  }

  #drawLater() {
    this.#drawing ||= setTimeout(() => this.#draw(), PLOT_MS);
  }

  #draw() {
    this.#drawing = 0;
    this.#plots = new Map(this.#order.plots.map((name) => [name, this.#plot(name)]));
    this.#tellNews();
  }

  #tellNews() {
    const hasNews = this.#wanted().some(
      ([name, props]) => Object.keys(this.#told.news(name, props)).length,
    );
    if (!this.#order.parts.length || hasNews) this.#tell?.();
  }

  // In the order of Gradio's event.
  /** @returns {[string, Props][]} */
  #wanted() {
    const { parts, plots } = this.#order,
      buttons = this.#buttons();
    return [
      ...parts.map((name) => /** @type {[string, Props]} */ ([name, buttons[name]])),
      ...plots.map((name) => /** @type {[string, Props]} */ ([name, this.#plots.get(name) ?? {}])),
    ];
  }

  /** @returns {Record<string, Props>} */
  #buttons() {
    const { run, going, looks } = this.training,
      { recorded, offered, shown, steps } = this.training.moments,
      state = run.status?.state;
    const acts = going && run.mine && !run.lost;
    return {
      // A run that goes on is in the way of another, but not where it is somebody else's.
      start: { interactive: !going || looks, value: t(looks ? "train.start_own" : "train.start") },
      pause: {
        visible: acts && state !== "waiting",
        value: t(state === "paused" ? "train.resume" : "train.pause"),
      },
      stop: { visible: acts },
      run: { visible: state !== undefined || offered },
      newest: { visible: recorded && shown !== steps.at(-1) },
      open: { visible: offered },
      save: { visible: offered },
    };
  }

  /** @type {(name: string) => Props} */
  #plot(name) {
    const { status } = this.training.run,
      { step } = this.training.moments;
    if (!status) return { visible: false };
    const drawn = name === LOSSES ? lossPlot(status, step) : figurePlot(name, status, step);
    return { visible: true, ...drawn };
  }
}
