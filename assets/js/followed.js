// Components of Gradio's that follow a part of the page: told in one event of Gradio's, without a
// request, and only what is new to them.

import { Told } from "./told.js";

/** @import { Props } from "./told.js" */

export class Followed {
  #told = new Told();
  /** @type {Record<string, Props>} */
  #news = {}; // by the component's name
  /** @type {(() => void)[]} */
  #waiting = [];
  /** @type {(() => void) | null} */
  #tell = null;

  /** @param {() => void} tell Gradio that there is news, which it then takes by `follow` */
  listenTo(tell) {
    this.#tell = tell;
    if (Object.keys(this.#news).length) tell();
  }

  // Done once Gradio shows it.
  /** @type {(wanted: Record<string, Props>) => Promise<void>} */
  async show(wanted) {
    for (const [name, props] of Object.entries(wanted))
      this.#add(name, this.#told.tell(name, props));
    if (!Object.keys(this.#news).length) return;
    await /** @type {Promise<void>} */ (
      new Promise((done) => {
        this.#waiting.push(done);
        this.#tell?.();
      })
    );
  }

  /** @type {(name: string, props: Props) => void} */
  #add(name, props) {
    if (Object.keys(props).length) this.#news[name] = { ...this.#news[name], ...props };
  }

  // What Gradio gives to its components, by name and in this order.
  /** @type {(names: string[]) => Props[]} */
  follow(names) {
    const news = this.#news,
      waiting = this.#waiting;
    this.#news = {};
    this.#waiting = [];
    // Gradio hands them on, and draws, before anything else has its turn.
    setTimeout(() => {
      for (const done of waiting) done();
    });
    return names.map((name) => ({ __type__: "update", ...news[name] }));
  }
}
