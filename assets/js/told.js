// What components of Gradio's were told: each is told only what is news.

/** @typedef {Record<string, unknown>} Props of a component of Gradio's */

export class Told {
  /** @type {Map<string, Map<string, string>>} */
  #told = new Map(); // by component and prop, as JSON

  /**
   * @param {string} name of the component
   * @param {Props} wanted
   * @returns {Props} those that it was not told yet
   */
  news(name, wanted) {
    const told = this.#told.get(name);
    const news = Object.entries(wanted).filter(
      ([prop, value]) => told?.get(prop) !== JSON.stringify(value),
    );
    return Object.fromEntries(news);
  }

  // The same, which it is told now.
  /** @type {(name: string, wanted: Props) => Props} */
  tell(name, wanted) {
    const news = this.news(name, wanted),
      told = this.#told.get(name) ?? new Map();
    for (const [prop, value] of Object.entries(news)) told.set(prop, JSON.stringify(value));
    this.#told.set(name, told);
    return news;
  }
}
