// The name of the focused stage, beside the controls of how it is shown.

import { el, setText } from "../dom.js";
import { t } from "../i18n.js";

/** @import { MapsView, State } from "../contract.js" */
/** @import { Given } from "../main.js" */
/** @import { FormValues } from "../store.js" */

export class StageTitle {
  title = el("h2", { class: "stage-title" });
  moved = el("p", { class: "help", id: "moved-note", hidden: true });
  root = el("div", {}, this.title, this.moved);

  /** @param {Given} given */
  constructor({ store }) {
    this.store = store;
  }

  /** @param {MapsView} view */
  draw({ state, focus }) {
    if (this.title.textContent !== focus.stage)
      this.title.replaceChildren(...breakable(focus.stage));
    this.#noteMoved(state, this.store.form);
  }

  // What was chosen and is not there in a smaller structure; with a larger one it comes back.
  /** @type {(state: State, form: FormValues) => void} */
  #noteMoved({ stage, cell }, form) {
    const [asked, shown] =
      form.stage !== stage ? [form.stage, stage] : [`[${form.cell}]`, `[${cell}]`];
    this.moved.hidden = asked === shown;
    setText(this.moved, t("ui.moved", { asked, shown }));
  }
}

// A long name breaks after its slash, where it has no room.
/** @type {(name: string) => (string | Node)[]} */
const breakable = (name) => name.split(/(?<=\/)/).flatMap((part) => [part, el("wbr")]);
