// What to look for in a run: figures that were taken of its moments, as charts.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { LineChart } from "../linechart.js";
import { theme } from "../theme.js";

/** @import { RunStatus } from "../contract.js" */

const FIGURES = /** @type {const} */ (["checkerboard", "dead", "drift"]);

export class Figures {
  charts = FIGURES.map((name) => ({ name, chart: new LineChart(t(`train.${name}`)) }));
  root = el(
    "section",
    { class: "train-figures", hidden: true },
    ...this.charts.map(({ name, chart }) =>
      el(
        "figure",
        {},
        el("figcaption", { text: t(`train.${name}`) }),
        chart.root,
        el("p", { class: "help", text: t(`train.${name}_read`) }),
      ),
    ),
  );

  /** @param {RunStatus | null} status */
  arrange(status) {
    this.root.hidden = !status || status.moments.length < 2;
  }

  // `at`: the step that is shown.
  /** @type {(status: RunStatus, at: number | null) => Promise<unknown>} */
  draw({ moments, settings }, at) {
    const steps = moments.map(({ step }) => step);
    return Promise.all(
      this.charts.map(({ name, chart }) => {
        const values = moments.map((moment) => moment[name]);
        const line = { name, color: theme().accent, values };
        return chart.draw(steps, [line], { at, span: [0, settings.steps], fromZero: true });
      }),
    );
  }
}
