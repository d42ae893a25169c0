// Which box a hand is typing in, so that no view takes its text away.

/** @type {EventTarget | null} */
let typed = null; // the box whose text nobody has taken yet
document.addEventListener(
  "input",
  ({ target }) => {
    typed = target;
  },
  true,
);
document.addEventListener(
  "change",
  () => {
    typed = null;
  },
  true,
);
document.addEventListener(
  "keydown",
  ({ key }) => {
    if (key === "Enter") typed = null;
  },
  true,
);

// Whether a hand is at a box; until Enter or the next box, its text is not to be replaced.
/** @param {Element} box */
export function isTyping(box) {
  return box === typed && box === document.activeElement;
}
