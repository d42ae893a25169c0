// An event target whose events are known by name, each with what it tells.

/** @template {object} Events what each event tells, by name; undefined for nothing */
export class Emitter extends EventTarget {
  /**
   * @template {keyof Events & string} Name
   * @param {Name} name
   * @param {(told: Events[Name]) => void} run
   */
  on(name, run) {
    this.addEventListener(name, (event) =>
      run(/** @type {CustomEvent<Events[Name]>} */ (event).detail),
    );
  }

  /**
   * @template {keyof Events & string} Name
   * @param {Name} name
   * @param {Events[Name] extends undefined ? [] : [told: Events[Name]]} told
   */
  emit(name, ...told) {
    this.dispatchEvent(new CustomEvent(name, { detail: told[0] }));
  }
}
