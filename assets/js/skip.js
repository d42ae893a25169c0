// The first thing that the keyboard reaches: a way past the controls to the page in view.

import { el } from "./dom.js";
import { t } from "./i18n.js";

export class Skip {
  root = el("a", { class: "skip", href: "#pages", text: t("ui.skip"), on: { click: skip } });
}

// The address holds the state, so the link is not followed.
/** @param {Event} event */
function skip(event) {
  event.preventDefault();
  /** @type {NodeListOf<HTMLElement>} */
  const pages = document.querySelectorAll("#pages .tabitem");
  const page = [...pages].find((each) => each.checkVisibility());
  if (!page) return;
  page.tabIndex = -1;
  page.focus();
}
