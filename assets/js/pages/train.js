// Watch it learn: how far a run is, and what keeps it from going on.

import { el, setText } from "../dom.js";
import { t } from "../i18n.js";
import { wording } from "../messages.js";
import { agoWords, ENDED, stateWords, timeLeft } from "../train/words.js";

/** @import { RunStatus, TrainView } from "../contract.js" */
/** @import { Given } from "../main.js" */

export class TrainPage {
  problem = el("p", { class: "field-error", role: "alert", id: "train-problem", hidden: true });
  notice = el("p", { class: "notice", role: "status", id: "train-notice", hidden: true });
  looking = el("p", { class: "help", id: "train-looking", text: t("train.looking") });
  moves = el("p", { class: "help", text: t("train.moves") });
  bar = el("progress", { max: 1, value: 0, "aria-label": t("train.progress") });
  line = el("p", { class: "mono", role: "status", id: "train-status" });
  progress = el("section", { class: "train-progress" }, this.bar, this.line);
  root = el(
    "div",
    { class: "train-page" },
    el("div", { class: "train-said" }, this.problem, this.notice, this.looking, this.moves),
    this.progress,
  );

  /** @param {Given} given */
  constructor({ training }) {
    this.training = training;
    training.on("change", () => this.#arrange());
    this.#arrange();
  }

  /** @param {TrainView} view */
  draw(view) {
    this.training.see(view);
  }

  #arrange() {
    const { problem, looks, going, run } = this.training;
    this.problem.hidden = !problem;
    setText(this.problem, problem);
    this.progress.hidden = !run.status;
    this.looking.hidden = !looks;
    if (run.status) this.#describe(run.status);
    this.moves.hidden = going || Boolean(problem) || !this.notice.hidden;
  }

  /** @param {RunStatus} status */
  #describe(status) {
    const { settings, points, moments, state } = status,
      { lost, gone } = this.training.run;
    const ended = ENDED.has(state),
      going = !ended && !lost && !gone;
    // the one or the other is told first
    const done = Math.max(points.at(-1)?.step ?? 0, moments.at(-1)?.step ?? 0);
    this.bar.value = done / settings.steps;
    const words = ended || going ? stateWords(status) : t("train.last_heard");
    const parts = [words, t("train.step_of", { step: done, steps: settings.steps })];
    if (going && state === "running" && done < settings.steps)
      parts.push(timeLeft(status, settings.steps - done));
    if (going) parts.push(t("train.limit", { minutes: Math.round(status.most_seconds / 60) }));
    setText(this.line, parts.filter(Boolean).join(" · "));
    this.#notify(status);
  }

  // What keeps the figures from being those of this moment, or the run from going on.
  /** @param {RunStatus} status */
  #notify({ failure }) {
    const { lost, gone, silence } = this.training.run;
    let text = failure ? wording(failure) : "";
    if (gone) text = t("train.gone");
    else if (lost) text = t("train.not_connected", { ago: agoWords(silence / 1000) });
    this.notice.hidden = !text;
    setText(this.notice, text);
  }
}
