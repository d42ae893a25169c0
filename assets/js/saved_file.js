// Hands a file of the server to the browser; an answer that is no file is told, never saved.

import { el } from "./dom.js";

let frame = null; // the last one: nothing tells when a browser is done with a download

// A frame saves what comes as a file, and shows any other answer: `refused` gets that answer's
// error, null where there is none to read.
export function saveFile(address, refused) {
  frame?.remove();
  frame = el("iframe", {
    src: address,
    hidden: true,
    on: {
      load: ({ target }) => {
        if (target.contentDocument?.URL !== "about:blank")
          refused(shownError(target.contentDocument));
      },
    },
  });
  document.body.append(frame);
}

function shownError(page) {
  try {
    return JSON.parse(page.body.textContent).error ?? null;
  } catch {
    // a page of something in between, or of the browser
    return null;
  }
}
