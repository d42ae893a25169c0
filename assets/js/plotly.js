// Plotly, with our words for its buttons; the page is painted without waiting for it.

import { el } from "./dom.js";
import { t } from "./i18n.js";
import { plotlyAddress } from "./server.js";

/** @import { PlotlyLibrary } from "./plotly_calls.js" */

const BUTTONS = ["Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes", "Download plot as a PNG"];
export const LOCALE = "explorer"; // as Plotly knows our words

/** @type {Promise<void> | null} */
let loading = null;

function load() {
  const script = new Promise((done, failed) => {
    document.head.append(el("script", { src: plotlyAddress(), on: { load: done, error: failed } }));
  });
  return script.then(() => {
    const dictionary = Object.fromEntries(BUTTONS.map((word) => [word, t(`plotly.${word}`)]));
    window.Plotly.register({ moduleType: "locale", name: LOCALE, dictionary, format: {} });
  });
}

// The library, once it is there: a megabyte and a half, so it is asked for when it is needed first.
/** @returns {Promise<PlotlyLibrary>} */
export async function plotly() {
  loading ??= load();
  await loading;
  return window.Plotly;
}
