// One training run on the server: begun, told what to do, and heard from as long as the page is
// open.
//
// The server says something every two seconds. When it does not, what was heard last is the past:
// `lost` until it is heard again, `gone` once it says that there is no such run.

import { post, runEvents } from "./store.js";

const VISITOR = "explorer-visitor",
  RUN = "explorer-run";
const SILENT_MS = 6000; // after which the server is not heard any more
const RETRY_MS = 3000; // between two attempts where the browser has given up
const STALE_MS = 15000; // of silence, after which a connection that seems to stand is made anew
const TICK_MS = 1000;

export class LiveRun extends EventTarget {
  #events = null;
  #key = null;
  #heard = 0;
  #tried = 0;
  #told = false; // whether the silence has been told

  constructor() {
    super();
    setInterval(() => this.#check(), TICK_MS);
  }

  async begin(settings) {
    return this.#own(await ask("train", { visitor: visitor(), settings }));
  }

  // What is wrong with the settings, each with its field.
  async check(settings) {
    return (await ask("train/check", { visitor: visitor(), settings })).errors;
  }

  // This browser's run, where the page was loaded anew while it went on, or another one is watched.
  async rejoin({ leave = false } = {}) {
    const found = await ask("train/mine", { visitor: visitor() });
    if (found.run && (leave || !this.id)) this.#own(found);
  }

  act(action) {
    return ask(`train/${this.id}/${action}`, { key: this.#key });
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
  follow(id) {
    if (id === this.id) return;
    Object.assign(this, { id, status: null, gone: null });
    this.#key = storedKey(id);
    this.#heard = Date.now();
    this.#connect();
  }

  #own({ run, key }) {
    remember(RUN, JSON.stringify({ run, key }));
    this.follow(run);
    return run;
  }

  #connect() {
    this.#events?.close();
    this.#tried = Date.now();
    this.#events = new EventSource(runEvents(this.id));
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
    const givenUp = this.#events.readyState === EventSource.CLOSED && tried > RETRY_MS;
    if (givenUp || Math.min(this.silence, tried) > STALE_MS) this.#connect();
    if (this.lost || this.#told) this.#tell();
  }

  #hear(news) {
    this.#heard = Date.now();
    if (news.error) {
      this.#events.close();
      this.gone = news.error;
    } else this.status = news;
    this.#tell();
  }

  #tell() {
    this.#told = this.lost;
    this.dispatchEvent(new CustomEvent("news"));
  }
}

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
function storedKey(id) {
  try {
    const { run, key } = JSON.parse(recall(RUN));
    return run === id ? key : null;
  } catch {
    // none, or not ours
    return null;
  }
}

const memory = new Map(); // storage may be forbidden; then as long as the page is open

function remember(name, text) {
  memory.set(name, text);
  try {
    localStorage.setItem(name, text);
  } catch {
    /* kept in memory */
  }
}

function recall(name) {
  try {
    return localStorage.getItem(name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}
