// Components of Gradio's that follow a part of the page: told in one event of Gradio's, without a
// request, and only what is new to them.

/** @typedef {Record<string, unknown>} Props of a component of Gradio's */

export class Followed {
  /** @type {Record<string, Props>} */
  #told = {}; // by the component's name
  /** @type {Record<string, Props>} */
  #news = {};
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
    for (const [name, props] of Object.entries(wanted)) this.#compare(name, props);
    if (!Object.keys(this.#news).length) return;
    await /** @type {Promise<void>} */ (
      new Promise((done) => {
        this.#waiting.push(done);
        this.#tell?.();
      })
    );
  }

  /** @type {(name: string, wanted: Props) => void} */
  #compare(name, wanted) {
    const { [name]: told = {} } = this.#told;
    for (const [prop, value] of Object.entries(wanted)) {
      if (JSON.stringify(told[prop]) === JSON.stringify(value)) continue;
      this.#news[name] = { ...this.#news[name], [prop]: value };
      this.#told[name] = { ...this.#told[name], [prop]: value };
    }
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
