// What this visitor opened: under names that no server tells others, and sent again where the
// server no longer has it.

import { Emitter } from "./emitter.js";
import { t } from "./i18n.js";
import { KeptFiles } from "./kept_files.js";

/** @import { OpenedWeights, Weights } from "./contract.js" */
/** @import { KeptUpload } from "./kept_files.js" */
/** @import { Problem } from "./messages.js" */
/** @import { SentState } from "./sent_weights.js" */
/** @import { Changes } from "./store.js" */

/**
 * What an upload brought, and the files of it that the server took.
 * @typedef {{ weights: OpenedWeights[], files: File[] }} Sent
 */
/** @typedef {(files: File[], state: SentState) => Promise<Sent>} Send */

/**
 * Opened weights under this visitor's name for them.
 * @typedef {object} NamedUpload
 * @property {string} source
 * @property {string} name
 * @property {Changes} fields the form values that they were opened with
 * @property {number} [others] arrays of the file that are none of the generator's
 * @property {string[]} [assumed]
 */

/**
 * A view's weights under this visitor's name for them.
 * @typedef {Weights & { name?: string, others?: number, assumed?: string[] }} NamedWeights
 */

/**
 * What became of weights that the server lost.
 * @typedef {object} News
 * @property {string} [name]
 * @property {boolean} [sending]
 * @property {boolean} [changed] whether their files hold others by now
 * @property {Problem} [refused]
 */

const GRACE_MS = 800; // what is back sooner is not worth a word
const MOST_LETTERS = 48,
  LAST_LETTERS = 16; // of a name on the page; its suffix is among the last
// Controls, line breaks, halves of letters, and what turns the direction of the text around it.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const MOMENT = /^run:[0-9a-f]+:(\d+)$/; // of a training run
/** @param {string} source */
const isFile = (source) => /^(file|graph):/.test(source);
/** @param {string} source of what was given to a stage */
const isGiven = (source) => source.startsWith("array:");
/** @type {(milliseconds: number) => Promise<undefined>} */
const rest = (milliseconds) =>
  new Promise((done) => {
    setTimeout(() => done(undefined), milliseconds);
  });

// A file's name as it is shown: cut in the middle.
/** @param {string} name */
export function shownName(name) {
  const letters = [...name.replace(UNSEEN, "\ufffd")];
  if (letters.length <= MOST_LETTERS) return letters.join("");
  const first = letters.slice(0, MOST_LETTERS - LAST_LETTERS - 1).join("");
  return `${first}…${letters.slice(-LAST_LETTERS).join("")}`;
}

// Opened weights go by the file that they were read from.
/** @param {OpenedWeights} weights */
const ownName = ({ file, averages }) => (averages ? `${shownName(file)} (EMA)` : shownName(file));

// "news" is other news of a source; "back" is told when the server has weights again that a view
// was drawn without.
/** @extends {Emitter<{ news: string, back: string }>} */
export class OpenedFiles extends Emitter {
  #kept = new KeptFiles();
  /** @type {Map<string, NamedUpload>} */
  #known = new Map(); // by source
  /** @type {Map<string, Promise<boolean>>} */
  #tries = new Map(); // source -> whether sending it again helped
  /** @type {Map<string, News>} */
  #news = new Map(); // by source
  #last = ""; // source that a view showed
  #send;

  /** @param {Send} send */
  constructor(send) {
    super();
    this.#send = send;
    this.ready = this.#recall();
  }

  async #recall() {
    const entries = await this.#kept.list();
    for (const one of entries.reverse().flatMap(({ weights }) => weights)) this.#know(one);
  }

  /** @param {NamedUpload} opened */
  #know(opened) {
    this.#known.set(opened.source, opened);
  }

  // Opened weights that may be chosen.
  get all() {
    return [...this.#known.values()].filter(({ source }) => !isGiven(source));
  }

  // What there is to say of weights that the server does not have.
  /** @param {string} source */
  newsOf(source) {
    return this.#news.get(source);
  }

  // Sends files that were chosen here, and keeps them; returns the opened weights.
  /** @type {(chosen: File[], form: SentState) => Promise<NamedUpload[]>} */
  async open(chosen, form) {
    const state = { ...form };
    const { weights, files } = await this.#send(chosen, state);
    const opened = weights.map((one) => ({ ...one, name: ownName(one) }));
    for (const one of opened) {
      this.#know(one);
      this.forgive(one.source);
    }
    this.#kept.keep(files, state, opened);
    return opened;
  }

  // A view's weights under this visitor's name for them.
  /**
   * @param {Weights} weights
   * @returns {NamedWeights}
   */
  name(weights) {
    const { source, fields } = weights;
    if (isFile(source) && fields && !this.#known.has(source))
      this.#know({ source, fields, name: t("weights.opened_name") }); // by somebody else's link
    const name = this.#called(source, t("weights.gone_name"));
    const { others, assumed } = this.#known.get(source) ?? {};
    return { ...weights, name, others, assumed };
  }

  // Of a file that the visitor has no name for: the words for such a one.
  /** @type {(source: string, nameless: string) => string | undefined} */
  #called(source, nameless) {
    const step = source.match(MOMENT)?.[1];
    if (step !== undefined) return t("weights.step", { step });
    return isFile(source) ? (this.#known.get(source)?.name ?? nameless) : undefined;
  }

  // An error of the server, which knows weights by the hash of their content.
  /** @param {Problem} error */
  inWords(error) {
    const value = this.#called(String(error.params.value), t("weights.opened_name"));
    return value ? { ...error, params: { ...error.params, value } } : error;
  }

  // Hears of a view's weights. Those that are gone are sent again, once until a view has them; true
  // where they are back at once. Otherwise the view is drawn meanwhile, and "back" is told.
  /** @param {Weights} weights */
  async seen({ source, status }) {
    if (!isFile(source)) return false;
    this.#markUsed(source);
    if (status !== "gone") this.forgive(source);
    if (status !== "gone" || this.#tries.has(source)) return false;
    const back = this.bringBack(source);
    const soon = await Promise.race([back, rest(GRACE_MS)]);
    if (soon === undefined)
      back.then((done) => {
        if (done) this.emit("back", source);
      });
    return soon ?? false;
  }

  // Whether the server has weights again that it had lost.
  /** @param {string} source */
  bringBack(source) {
    const tried = this.#tries.get(source) ?? this.#sendAgain(source);
    this.#tries.set(source, tried);
    return tried;
  }

  // Lets weights be sent again should they be lost once more.
  /** @param {string} source */
  forgive(source) {
    this.#tries.delete(source);
    this.#news.delete(source);
  }

  /** @param {string} source */
  async #sendAgain(source) {
    const slow = setTimeout(() => this.#report(source, { sending: true }), GRACE_MS);
    const kept = await this.#kept.find(source);
    const problem =
      kept &&
      (await this.#resend(source, kept).catch((/** @type {Problem} */ refused) => ({ refused })));
    clearTimeout(slow);
    this.#report(source, problem);
    return Boolean(kept) && !problem;
  }

  // The name of weights is the hash of their content: files that bring others are kept no longer.
  /** @type {(source: string, kept: KeptUpload) => Promise<News | null>} */
  async #resend(source, { id, files, state }) {
    const { weights } = await this.#send(files, state);
    if (weights.some((one) => one.source === source)) return null;
    this.#kept.drop(id);
    return { changed: true };
  }

  /** @type {(source: string, news: News | null) => void} */
  #report(source, news) {
    if (news) this.#news.set(source, { ...news, name: this.#known.get(source)?.name });
    else this.#news.delete(source);
    this.emit("news", source);
  }

  /** @param {string} source */
  #markUsed(source) {
    if (source !== this.#last && this.#known.has(source)) this.#kept.markUsed(source);
    this.#last = source;
  }
}
