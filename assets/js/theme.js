// The page's colours and font as Plotly needs them: read once for each theme, not at every redraw.

let read = null;

export function theme() {
  if (!read) {
    const style = getComputedStyle(document.querySelector(".explorer"));
    const value = (name) => style.getPropertyValue(name).trim();
    read = {
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
  return read;
}

export function forgetTheme() {
  read = null;
}
