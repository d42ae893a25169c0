// What this visitor opened: under names that no server tells others, and sent again where the
// server no longer has it.

import { t } from "./i18n.js";
import { KeptFiles } from "./kept_files.js";

const GRACE_MS = 800; // what is back sooner is not worth a word
const MOST_LETTERS = 48,
  LAST_LETTERS = 16; // of a name on the page; its suffix is among the last
// Controls, line breaks, halves of letters, and what turns the direction of the text around it.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const MOMENT = /^run:[0-9a-f]+:(\d+)$/; // of a training run
const isFile = (source) => source.startsWith("file:");
const rest = (milliseconds) =>
  new Promise((done) => {
    setTimeout(done, milliseconds);
  });

// A file's name as it is shown: cut in the middle.
export function shownName(name) {
  const letters = [...name.replace(UNSEEN, "\ufffd")];
  if (letters.length <= MOST_LETTERS) return letters.join("");
  const first = letters.slice(0, MOST_LETTERS - LAST_LETTERS - 1).join("");
  return `${first}…${letters.slice(-LAST_LETTERS).join("")}`;
}

// Opened weights go by the file that they were read from.
const ownName = ({ file, averages }) => (averages ? `${shownName(file)} (EMA)` : shownName(file));

// Tells "news" when there is other news of a source, and "back", its detail the source, when the
// server has weights again that a view was drawn without.
export class OpenedFiles extends EventTarget {
  #kept = new KeptFiles();
  #known = new Map(); // source -> { source, name, fields, others, assumed }
  #tries = new Map(); // source -> whether sending it again helped, a promise
  #news = new Map(); // source -> { sending } or { refused: error } or { changed }, and the name
  #last = ""; // source that a view showed
  #send;

  constructor(send) {
    super();
    this.#send = send;
    this.ready = this.#recall();
  }

  async #recall() {
    const entries = await this.#kept.list();
    for (const one of entries.reverse().flatMap(({ weights }) => weights)) this.#know(one);
  }

  #know(opened) {
    this.#known.set(opened.source, opened);
  }

  // Opened weights that may be chosen: {source, name, fields, others, assumed}.
  get all() {
    return [...this.#known.values()];
  }

  // What there is to say of weights that the server does not have.
  newsOf(source) {
    return this.#news.get(source);
  }

  // Sends files that were chosen here, and keeps them; returns the opened weights.
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
  name(weights) {
    const { source, fields } = weights;
    const foreign = isFile(source) && fields && !this.#known.has(source); // by somebody else's link
    if (foreign) this.#know({ source, fields, name: t("weights.opened_name") });
    const name = this.#called(source, t("weights.gone_name"));
    const { others, assumed } = this.#known.get(source) ?? {};
    Object.assign(weights, { name, others, assumed });
  }

  // Of a file that the visitor has no name for: the words for such a one.
  #called(source, nameless) {
    const step = source.match(MOMENT)?.[1];
    if (step !== undefined) return t("weights.step", { step });
    return isFile(source) ? (this.#known.get(source)?.name ?? nameless) : undefined;
  }

  // An error of the server, which knows weights by the hash of their content.
  inWords(error) {
    const value = this.#called(String(error.params.value), t("weights.opened_name"));
    return value ? { ...error, params: { ...error.params, value } } : error;
  }

  // Hears of a view's weights. Those that are gone are sent again, once until a view has them; true
  // where they are back at once. Otherwise the view is drawn meanwhile, and "back" is told.
  async seen({ source, status }) {
    if (!isFile(source)) return false;
    this.#markUsed(source);
    if (status !== "gone") this.forgive(source);
    if (status !== "gone" || this.#tries.has(source)) return false;
    const back = this.bringBack(source);
    const soon = await Promise.race([back, rest(GRACE_MS)]);
    if (soon === undefined)
      back.then((done) => {
        if (done) this.#tell("back", source);
      });
    return soon ?? false;
  }

  // Whether the server has weights again that it had lost.
  bringBack(source) {
    if (!this.#tries.has(source)) this.#tries.set(source, this.#sendAgain(source));
    return this.#tries.get(source);
  }

  // Lets weights be sent again should they be lost once more.
  forgive(source) {
    this.#tries.delete(source);
    this.#news.delete(source);
  }

  async #sendAgain(source) {
    const slow = setTimeout(() => this.#report(source, { sending: true }), GRACE_MS);
    const kept = await this.#kept.find(source);
    const problem = kept && (await this.#resend(source, kept).catch((refused) => ({ refused })));
    clearTimeout(slow);
    this.#report(source, problem);
    return Boolean(kept) && !problem;
  }

  // The name of weights is the hash of their content: files that bring others are kept no longer.
  async #resend(source, { id, files, state }) {
    const { weights } = await this.#send(files, state);
    if (weights.some((one) => one.source === source)) return null;
    this.#kept.drop(id);
    return { changed: true };
  }

  #report(source, news) {
    if (news) this.#news.set(source, { ...news, name: this.#known.get(source)?.name });
    else this.#news.delete(source);
    this.#tell("news", source);
  }

  #markUsed(source) {
    if (source !== this.#last && this.#known.has(source)) this.#kept.markUsed(source);
    this.#last = source;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
