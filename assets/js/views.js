// Views, put together of the parts that are here and those that the server is asked for.
//
// One request brings all that a view lacks. It is a GET, which browsers may keep, where its address
// is no longer than what stands between browser and server takes.

import { KeptParts } from "./parts.js";
import { ask, DAMAGED } from "./server.js";
import { decode } from "./wire.js";

/** @import { Field, PartsAnswer, View, ViewAnswer } from "./contract.js" */
/** @import { Made, Values } from "./parts.js" */

/** @typedef {{ link?: string, state?: Values, parts?: string[] }} Asked */
/** @typedef {{ link: string, state?: undefined }} LinkOf */
/** @typedef {{ state: Values, link?: undefined }} StateOf */

/**
 * @typedef {object} How
 * @property {boolean} [coarse] whether large maps may come as codes, for now
 * @property {AbortSignal} [signal]
 */

/** @typedef {View & { coarse: boolean }} DrawnView */

const MOST_LETTERS = 4000; // of an address

/** @type {{ link: string, bytes: Promise<unknown> } | null} */
let expected = null;

// Asks for the view of a link that will be opened.
/** @param {string} link */
export function expectView(link) {
  const { path, body } = requestOf({ link }, { coarse: false, code: "", fields: {} });
  if (body) return;
  const bytes = ask(path, {});
  bytes.catch(() => {}); // told where the link is opened
  expected = { link, bytes };
}

// What came of that, once.
/** @param {string | undefined} link */
function expectedView(link) {
  const found = expected && expected.link === link ? expected.bytes : null;
  expected = null;
  return found;
}

export class Views {
  #kept;
  #code;
  #fields;
  #anew = false; // whether the browser, too, is to ask the server

  /**
   * @param {Record<string, Field>} fields
   * @param {PartsAnswer} declared
   */
  constructor(fields, { code, parts }) {
    this.#fields = fields;
    this.#code = code;
    this.#kept = new KeptParts(parts);
  }

  // What came cannot be drawn, or read: nothing of it is used again.
  distrust() {
    this.#kept.clear();
    this.#anew = true;
  }

  /** @type {(asked: LinkOf | StateOf, how?: How) => Promise<DrawnView>} */
  async find({ link, state }, how = {}) {
    if (state) return this.#find(state, how);
    const known = this.#findLink(link);
    if (known) return known;
    const answer = await this.#ask({ link }, how);
    return this.#keep(answer, answer.parts.head.state, {});
  }

  // The view of a link that the server wrote, where all of it is here.
  /** @param {string} link */
  #findLink(link) {
    /** @type {Values} */
    const values = Object.fromEntries(
      Object.values(this.#fields).map((field) => [field.name, field.default]),
    );
    Object.assign(values, Object.fromEntries(new URLSearchParams(link)));
    const wanted = this.#kept.wanted(values),
      here = this.#kept.find(wanted, values);
    if (Object.keys(here).length < wanted.length) return null;
    const view = together(here, []);
    return view.link === link ? view : null;
  }

  /** @type {(state: Values, how: How) => Promise<DrawnView>} */
  async #find(state, how) {
    const wanted = this.#kept.wanted(state),
      here = this.#kept.find(wanted, state),
      lacking = wanted.filter((name) => !(name in here));
    if (!lacking.length) return together(here, []);
    const answer = await this.#ask({ state, parts: lacking }, how);
    // What is gone since would not go with what was made while it was there.
    const mixed = answer.fleeting && lacking.length < wanted.length;
    if (!mixed) return this.#keep(answer, state, here);
    return this.#keep(await this.#ask({ state, parts: wanted }, how), state, {});
  }

  // Under the values that were sent, and under those that the server took them for.
  /** @type {(answer: ViewAnswer, values: Values, here: Record<string, Made>) => DrawnView} */
  #keep({ parts, messages, coarse, fleeting }, values, here) {
    const whole = Object.entries(parts).filter(([name]) => !coarse.includes(name));
    const view = together({ ...here, ...parts }, messages, coarse.length > 0);
    if (!fleeting)
      for (const of of [values, view.state]) this.#kept.keep(Object.fromEntries(whole), of);
    return view;
  }

  /** @type {(asked: Asked, how: How) => Promise<ViewAnswer>} */
  async #ask(asked, { coarse = false, signal }) {
    const { path, body } = requestOf(asked, { coarse, code: this.#code, fields: this.#fields });
    /** @type {RequestInit} */
    const options = body
      ? { method: "POST", headers: { "Content-Type": "application/json" }, body, signal }
      : { cache: this.#anew ? "reload" : "default", signal };
    this.#anew = false;
    const bytes = await (expectedView(asked.link) ?? ask(path, options));
    try {
      const answer = /** @type {ViewAnswer} */ (decode(/** @type {ArrayBuffer} */ (bytes)));
      if (!answer.parts) throw DAMAGED;
      return answer;
    } catch {
      // cut short on its way, or no view at all
      this.distrust();
      throw DAMAGED;
    }
  }
}

// A view of parts; the head is among them, as it depends on every field. Each view has a state of
// its own, also where it equals another.
/** @type {(parts: Record<string, Made>, messages: unknown[], coarse?: boolean) => DrawnView} */
const together = (parts, messages, coarse = false) =>
  /** @type {DrawnView} */ (
    Object.assign({}, ...Object.values(parts), {
      messages,
      coarse,
      state: { .../** @type {Made} */ (parts.head.state) },
    })
  );

/**
 * The address of a GET, with the fields that are not as usual; or that of a POST and its body.
 * @param {Asked} asked
 * @param {{ coarse: boolean, code: string, fields: Record<string, Field> }} how
 */
export function requestOf({ link, state = {}, parts }, { coarse, code, fields }) {
  const query = new URLSearchParams(code && { code });
  if (parts) query.set("parts", parts.join());
  if (coarse) query.set("coarse", "1");
  if (link !== undefined) query.set("link", link);
  else
    for (const [name, value] of Object.entries(state))
      if (String(value) !== String(fields[name]?.default)) query.set(name, String(value));
  const path = `view?${query}`;
  if (path.length <= MOST_LETTERS) return { path, body: null };
  const what = link === undefined ? { state } : { link };
  return { path: "view", body: JSON.stringify({ ...what, parts: parts?.join(), coarse }) };
}
