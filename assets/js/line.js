// Wishes on their way: some at once, so that a slow line is used fully, and of those that wait only
// the newest.
//
// What comes of them is told in their order, one after the other. A wish that is granted makes the
// older ones needless: they are called off, and what they changed counts as changed by it.

/**
 * A wish; `changes` are what it is about.
 * @typedef {{ changes?: Record<string, unknown> }} Wish
 */

/**
 * @template {Wish} Asked
 * @template Answer
 * @typedef {object} Ways
 * @property {(wish: Asked, signal: AbortSignal) => Promise<Answer>} send
 * @property {(wish: Asked, answer: Answer) => void} grant
 * @property {(wish: Asked, error: unknown, signal: AbortSignal) => Promise<void>} fail what is done
 *   about an error; nothing newer is told before it is over, and `signal` tells when it is needless
 * @property {() => void} rest nothing is under way any more
 */

/**
 * @template Answer
 * @typedef {{ answer: Answer } | { error: unknown }} Came
 */

/**
 * @template {Wish} Asked
 * @template Answer
 * @typedef {object} Sent
 * @property {Asked} wish
 * @property {AbortController} needless
 * @property {Came<Answer> | null} came
 */

const AT_ONCE = 2;

/**
 * @template {Wish} Asked
 * @template Answer
 */
export class Line {
  /** @type {Sent<Asked, Answer>[]} */
  #sent = []; // the oldest first
  /** @type {Asked | null} */
  #next = null;
  #tells = false;
  #ways;

  /** @param {Ways<Asked, Answer>} ways */
  constructor(ways) {
    this.#ways = ways;
  }

  get busy() {
    return this.#sent.length > 0 || this.#next !== null;
  }

  // Whether a newer wish than this one is under way or waits.
  /** @param {Asked} wish */
  isOlder(wish) {
    return this.#next !== null || this.#sent[this.#sent.length - 1]?.wish !== wish;
  }

  /** @param {Asked} wish */
  ask(wish) {
    if (this.#next) wish.changes = { ...this.#next.changes, ...wish.changes };
    this.#next = wish;
    this.#send();
  }

  // A wish that has nothing to do with those before it.
  /** @param {Asked} wish */
  askAnew(wish) {
    this.#callOff(this.#sent.length);
    this.#next = wish;
    this.#send();
  }

  #send() {
    while (this.#next && this.#sent.length < AT_ONCE) {
      const wish = this.#next;
      this.#next = null;
      this.#sent.push({ wish, needless: new AbortController(), came: null });
      this.#follow(this.#sent[this.#sent.length - 1]);
    }
  }

  /** @param {Sent<Asked, Answer>} sent */
  async #follow(sent) {
    try {
      const answer = await this.#ways.send(sent.wish, sent.needless.signal);
      if (sent.needless.signal.aborted) return;
      sent.came = { answer };
      this.#leaveBehind(sent);
    } catch (error) {
      if (sent.needless.signal.aborted) return;
      sent.came = { error };
    }
    await this.#tell();
  }

  /** @param {Sent<Asked, Answer>} sent */
  #leaveBehind(sent) {
    const older = this.#callOff(this.#sent.indexOf(sent));
    for (const { wish } of older.reverse())
      sent.wish.changes = { ...wish.changes, ...sent.wish.changes };
  }

  // The oldest ones are not waited for any longer.
  /** @param {number} count */
  #callOff(count) {
    const older = this.#sent.splice(0, count);
    for (const { needless } of older) needless.abort();
    return older;
  }

  // Tells what has come, in order, up to the first that has not.
  async #tell() {
    if (this.#tells) return;
    this.#tells = true;
    try {
      while (this.#sent[0]?.came) await this.#tellOne(this.#sent[0], this.#sent[0].came);
    } finally {
      this.#tells = false; // whatever went wrong, the next one is told
    }
    if (!this.busy) this.#ways.rest();
  }

  /** @type {(sent: Sent<Asked, Answer>, came: Came<Answer>) => Promise<void>} */
  async #tellOne(sent, came) {
    const { signal } = sent.needless;
    try {
      if ("answer" in came) this.#ways.grant(sent.wish, came.answer);
      else
        await Promise.race([
          this.#ways.fail(sent.wish, came.error, signal),
          new Promise((done) => signal.addEventListener("abort", done)),
        ]);
    } finally {
      const at = this.#sent.indexOf(sent);
      if (at >= 0) this.#sent.splice(at, 1);
      this.#send();
    }
  }
}
