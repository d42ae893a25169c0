// One training run on the server: begun, told what to do, and heard from as long as the page is
// open.
//
// The server says something every two seconds. When it does not, what was heard last is the past:
// `lost` until it is heard again, `gone` once it says that there is no such run.

import { Emitter } from "./emitter.js";
import { post, runEvents } from "./server.js";

/** @import { Acted, CheckedSettings, NoRun, OwnRun } from "./contract.js" */
/** @import { RefusedPart, RunStatus, ServerError } from "./contract.js" */

/** @typedef {Record<string, string | number>} Settings as the form holds them */

const VISITOR = "explorer-visitor",
  RUN = "explorer-run";
const SILENT_MS = 6000; // after which the server is not heard any more
const RETRY_MS = 3000; // between two attempts where the browser has given up
const STALE_MS = 15000; // of silence, after which a connection that seems to stand is made anew
const TICK_MS = 1000;

/** @extends {Emitter<{ news: undefined }>} */
export class LiveRun extends Emitter {
  /** @type {string | undefined} */
  id; // of the run that is listened to
  /** @type {RunStatus | null} */
  status = null;
  /** @type {ServerError | null} */
  gone = null;
  /** @type {EventSource | null} */
  #events = null;
  /** @type {string | null} */
  #key = null;
  #heard = 0;
  #tried = 0;
  #told = false; // whether the silence has been told

  constructor() {
    super();
    setInterval(() => this.#check(), TICK_MS);
  }

  /** @param {Settings} settings */
  async begin(settings) {
    const begun = await ask("train", { visitor: visitor(), settings });
    return this.#own(/** @type {OwnRun} */ (begun));
  }

  // What is wrong with the settings, each with its field.
  /** @param {Settings} settings */
  async check(settings) {
    const checked = await ask("train/check", { visitor: visitor(), settings });
    return /** @type {CheckedSettings} */ (checked).errors;
  }

  // This browser's run, where the page was loaded anew while it went on, or another one is watched.
  async rejoin({ leave = false } = {}) {
    const answer = await ask("train/mine", { visitor: visitor() });
    const found = /** @type {OwnRun | NoRun} */ (answer);
    if (found.run && (leave || !this.id)) this.#own(found);
  }

  /** @param {string} action */
  async act(action) {
    const acted = await ask(`train/${this.id}/${action}`, { key: this.#key });
    return /** @type {Acted} */ (acted);
  }

  // Whether it was begun in this browser, which alone has the key to act.
  get mine() {
    return this.#key !== null;
  }

  // Milliseconds since the server was heard.
  get silence() {
    return Date.now() - this.#heard;
  }

  // Whether the server is not heard any more, whatever became of the run.
  get lost() {
    return Boolean(this.status) && !this.gone && this.silence > SILENT_MS;
  }

  // Listens to a run.
  /** @param {string} id */
  follow(id) {
    if (id === this.id) return;
    Object.assign(this, { id, status: null, gone: null });
    this.#key = storedKey(id);
    this.#heard = Date.now();
    this.#connect(id);
  }

  /** @param {OwnRun} owned */
  #own({ run, key }) {
    remember(RUN, JSON.stringify({ run, key }));
    this.follow(run);
    return run;
  }

  /** @param {string} id */
  #connect(id) {
    this.#events?.close();
    this.#tried = Date.now();
    this.#events = new EventSource(runEvents(id));
    this.#events.addEventListener("message", ({ data }) => this.#hear(JSON.parse(data)));
    this.#events.addEventListener("alive", () => {
      this.#heard = Date.now();
    });
  }

  // A browser connects anew by itself where the line breaks, but not after an answer of a proxy
  // that the server is away, and not where the line is silent.
  #check() {
    if (!this.id || this.gone) return;
    const tried = Date.now() - this.#tried;
    const givenUp = this.#events?.readyState === EventSource.CLOSED && tried > RETRY_MS;
    if (givenUp || Math.min(this.silence, tried) > STALE_MS) this.#connect(this.id);
    if (this.lost || this.#told) this.#tell();
  }

  /** @param {RunStatus | RefusedPart} news */
  #hear(news) {
    this.#heard = Date.now();
    if (news.error) {
      this.#events?.close();
      this.gone = news.error;
    } else this.status = news;
    this.#tell();
  }

  #tell() {
    this.#told = this.lost;
    this.emit("news");
  }
}

/** @type {(path: string, body: object) => Promise<unknown>} */
function ask(path, body) {
  return post(path, JSON.stringify(body), { "Content-Type": "application/json" });
}

// Names this browser to the server, so that each has one run at a time; it says nothing else.
function visitor() {
  const known = recall(VISITOR);
  if (known) return known;
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  const fresh = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  remember(VISITOR, fresh);
  return fresh;
}

// The key to act on a run, where this browser began it.
/** @param {string} id */
function storedKey(id) {
  try {
    const { run, key } = /** @type {OwnRun} */ (JSON.parse(recall(RUN) ?? ""));
    return run === id ? key : null;
  } catch {
    // none, or not ours
    return null;
  }
}

/** @type {Map<string, string>} */
const memory = new Map(); // storage may be forbidden; then as long as the page is open

/** @type {(name: string, text: string) => void} */
function remember(name, text) {
  memory.set(name, text);
  try {
    localStorage.setItem(name, text);
  } catch {
    /* kept in memory */
  }
}

/** @param {string} name */
function recall(name) {
  try {
    return localStorage.getItem(name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}
