// Opens weights from files, chosen or dropped anywhere on the page; what is chosen takes the place
// of what was.

import { droppedFiles } from "./dropped_files.js";
import { Emitter } from "./emitter.js";
import { t } from "./i18n.js";
import { toMessage } from "./messages.js";
import { shownName } from "./opened_files.js";

/** @import { Giver } from "./given.js" */
/** @import { Store } from "./store.js" */

const VECTOR_FILE = /\.(npy|json|csv|txt)$/i; // a file of z, not of weights

/** @extends {Emitter<{ news: undefined }>} */
export class Opening extends Emitter {
  progress = ""; // in words
  /** @type {object | null} */
  #turn = null; // of the files, or the weights, that were chosen last

  /**
   * @param {Store} store
   * @param {Giver} giver
   */
  constructor(store, giver) {
    super();
    this.store = store;
    this.giver = giver;
  }

  // Files under way may come to their end before or after: what is begun now counts.
  begin(words = "") {
    this.#tell(words);
    this.store.forget();
    const turn = {};
    this.#turn = turn;
    return turn;
  }

  /** @param {File[]} files */
  async open(files) {
    if (!files.length) return;
    const turn = this.begin(t("weights.opening", { name: shownName(files[0].name) }));
    const outcome = await this.store.opened
      .open(files, this.store.form)
      .then(
        ([first]) =>
          () =>
            this.store.apply(first.fields),
      )
      .catch((/** @type {unknown} */ caught) => () => this.#fail(caught));
    if (turn !== this.#turn) return;
    this.#tell("");
    outcome();
  }

  /** @param {HTMLElement} page */
  acceptDrops(page) {
    // Before Gradio's tables, which would take a file for their own, or take no notice of it.
    for (const event of /** @type {const} */ (["dragenter", "dragover", "dragleave", "drop"]))
      page.addEventListener(event, (dragged) => this.#drag(dragged), { capture: true });
  }

  /** @param {DragEvent} event */
  #drag(event) {
    const { dataTransfer, type } = event;
    if (!dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    if (type !== "drop" || !dataTransfer.files.length) return;
    droppedFiles(dataTransfer).then(
      (files) => this.#take(files),
      (/** @type {unknown} */ caught) => this.#fail(caught),
    );
  }

  /** @param {File[]} files */
  #take(files) {
    if (files.length === 1 && this.giver.accepts(files[0])) return;
    if (files.length === 1 && VECTOR_FILE.test(files[0].name)) this.store.emit("vector", files[0]);
    else this.open(files);
  }

  /** @param {unknown} caught */
  #fail(caught) {
    this.store.refuse(toMessage(caught));
  }

  /** @param {string} progress */
  #tell(progress) {
    this.progress = progress;
    this.emit("news");
  }
}
