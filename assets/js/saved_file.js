// Hands a file of the server to the browser; an answer that is no file is told, never saved.

import { el } from "./dom.js";

/** @import { Problem } from "./messages.js" */

/** @type {HTMLIFrameElement | null} */
let frame = null; // the last one: nothing tells when a browser is done with a download

// A frame saves what comes as a file, and shows any other answer: `refused` gets that answer's
// error, null where there is none to read.
/** @type {(address: string, refused: (error: Problem | null) => void) => void} */
export function saveFile(address, refused) {
  frame?.remove();
  const made = el("iframe", { src: address, hidden: true });
  made.addEventListener("load", () => {
    if (made.contentDocument?.URL !== "about:blank") refused(shownError(made.contentDocument));
  });
  document.body.append(made);
  frame = made;
}

/**
 * @param {Document | null} page
 * @returns {Problem | null}
 */
function shownError(page) {
  try {
    return JSON.parse(page?.body.textContent ?? "").error ?? null;
  } catch {
    // a page of something in between, or of the browser
    return null;
  }
}
