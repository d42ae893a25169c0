// Plotly, with our words for its buttons; loaded beside the page, which is drawn without waiting.

import { el } from "./dom.js";
import { t } from "./i18n.js";
import { plotlyAddress } from "./server.js";

/** @import { PlotlyLibrary } from "./plotly_calls.js" */

const BUTTONS = ["Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes", "Download plot as a PNG"];
export const LOCALE = "explorer"; // as Plotly knows our words

/** @type {Promise<void> | null} */
let loading = null;

/** @param {Promise<void>} words that are on their way */
export function loadPlotly(words) {
  const script = new Promise((done, failed) => {
    document.head.append(el("script", { src: plotlyAddress(), on: { load: done, error: failed } }));
  });
  loading = Promise.all([script, words]).then(() => {
    const dictionary = Object.fromEntries(BUTTONS.map((word) => [word, t(`plotly.${word}`)]));
    window.Plotly.register({ moduleType: "locale", name: LOCALE, dictionary, format: {} });
  });
}

// The library, once it is there.
/** @returns {Promise<PlotlyLibrary>} */
export async function plotly() {
  await loading;
  return window.Plotly;
}
