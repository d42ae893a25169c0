// The page's colours and font as Plotly needs them: read once for each theme, not at every redraw.

/** @type {ReturnType<typeof readTheme> | null} */
let read = null;

export function theme() {
  read ??= readTheme();
  return read;
}

export function forgetTheme() {
  read = null;
}

function readTheme() {
  const page = /** @type {HTMLElement} */ (document.querySelector(".explorer"));
  const style = getComputedStyle(page);
  /** @param {string} name */
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    ink: value("--ink"),
    muted: value("--muted"),
    accent: value("--accent"),
    line: value("--line"),
    padTint: value("--pad-tint"),
    card: value("--card"),
    mono: value("--mono"),
    font: style.fontFamily,
  };
}
