// How far a run is, what it does, and its losses.

import { el, setText } from "../dom.js";
import { t } from "../i18n.js";
import { LineChart } from "../linechart.js";
import { wording } from "../messages.js";
import { theme } from "../theme.js";
import { agoWords, ENDED, stateWords, timeLeft } from "./words.js";

/** @import { RunStatus } from "../contract.js" */
/** @import { Line } from "../linechart.js" */
/** @import { LiveRun } from "../run.js" */

const DISCRIMINATOR = "#d07a28"; // beside the accent, on light and on dark

export class Progress {
  bar = el("progress", { max: 1, value: 0, "aria-label": t("train.progress") });
  line = el("p", { class: "mono", role: "status", id: "train-status" });
  losses = new LineChart(t("train.losses"));
  lossFigure = el(
    "figure",
    {},
    this.losses.root,
    el("figcaption", { class: "help", text: t("train.losses_read") }),
  );
  won = el("p", {
    class: "notice",
    role: "status",
    id: "train-won",
    hidden: true,
    text: t("train.won"),
  });
  notice = el("p", { class: "notice", role: "status", id: "train-notice", hidden: true });
  looking = el("p", {
    class: "help",
    id: "train-looking",
    hidden: true,
    text: t("train.looking"),
  });

  /**
   * @param {LiveRun} run
   * @param {(action: string) => void} act
   */
  constructor(run, act) {
    this.run = run;
    this.pause = el("button", {
      type: "button",
      id: "train-pause",
      on: { click: () => act(run.status?.state === "paused" ? "resume" : "pause") },
    });
    this.stop = el("button", {
      type: "button",
      id: "train-stop",
      text: t("train.stop"),
      on: { click: () => act("stop") },
    });
    this.root = el(
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
  }

  // `looks`: whether the run is another visitor's.
  /** @type {(status: RunStatus | null, looks: boolean) => void} */
  arrange(status, looks) {
    this.root.hidden = !status;
    this.lossFigure.hidden = !status || status.points.length < 2; // one point is no line
    this.looking.hidden = !looks;
  }

  /** @param {RunStatus} status */
  describe(status) {
    const { settings, points, moments, state } = status,
      last = points.at(-1),
      { lost, gone, mine } = this.run;
    const ended = ENDED.has(state),
      going = !ended && !lost && !gone;
    // the one or the other is told first
    const done = Math.max(last?.step ?? 0, moments.at(-1)?.step ?? 0);
    this.bar.value = done / settings.steps;
    const words = ended || going ? stateWords(status) : t("train.last_heard");
    const parts = [words, t("train.step_of", { step: done, steps: settings.steps })];
    if (going && state === "running" && done < settings.steps)
      parts.push(timeLeft(status, settings.steps - done));
    if (going) parts.push(t("train.limit", { minutes: Math.round(status.most_seconds / 60) }));
    setText(this.line, parts.filter(Boolean).join(" · "));
    this.#notify(status);
    this.pause.hidden = !(going && mine) || state === "waiting";
    setText(this.pause, t(state === "paused" ? "train.resume" : "train.pause"));
    this.stop.hidden = !(going && mine);
    this.won.hidden = !status.won;
  }

  // What keeps the figures from being those of this moment, or the run from going on.
  /** @param {RunStatus} status */
  #notify({ failure }) {
    const { lost, gone, silence } = this.run;
    let text = failure ? wording(failure) : "";
    if (gone) text = t("train.gone");
    else if (lost) text = t("train.not_connected", { ago: agoWords(silence / 1000) });
    this.notice.hidden = !text;
    setText(this.notice, text);
  }

  // `at`: the step that is shown.
  /** @type {(status: RunStatus, at: number | null) => Promise<unknown>} */
  drawLosses({ points, settings }, at) {
    /** @type {(name: "generator" | "discriminator", color: string) => Line} */
    const line = (name, color) => ({
      name: t(`train.${name}`),
      color,
      values: points.map((point) => point[name]),
    });
    return this.losses.draw(
      points.map(({ step }) => step),
      [line("generator", theme().accent), line("discriminator", DISCRIMINATOR)],
      { at, span: [0, settings.steps] },
    );
  }
}
