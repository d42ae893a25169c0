// One training run on the server: begun, told what to do, and heard from as long as the page is open.

import { post, runEvents } from "./store.js";

const VISITOR = "explorer-visitor";

export class LiveRun extends EventTarget {
  #events = null;

  async begin(settings) {
    const { run } = await post("train", JSON.stringify({ visitor: visitor(), settings }));
    this.follow(run);
    return run;
  }

  // What is wrong with the settings, each with its field.
  async check(settings) {
    return (await post("train/check", JSON.stringify({ visitor: visitor(), settings }))).errors;
  }

  // This browser's run, where the page was loaded anew while it went on.
  async rejoin() {
    const { run } = await post("train/mine", JSON.stringify({ visitor: visitor() }));
    if (run && !this.id) this.follow(run);
  }

  act(action) {
    return post(`train/${this.id}/${action}`, "");
  }

  // Listens to a run; the browser connects anew by itself where the line breaks.
  follow(id) {
    if (id === this.id) return;
    this.#events?.close();
    Object.assign(this, { id, status: null });
    this.#events = new EventSource(runEvents(id));
    this.#events.addEventListener("message", ({ data }) => this.#hear(JSON.parse(data)));
  }

  #hear(status) {
    if (status.error) this.#events.close();
    this.status = status;
    this.dispatchEvent(new CustomEvent("news", { detail: status }));
  }
}

// Names this browser to the server, so that each has one run at a time; it says nothing else.
function visitor() {
  const fresh = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    const known = localStorage.getItem(VISITOR) ?? fresh;
    localStorage.setItem(VISITOR, known);
    return known;
  } catch { // storage may be forbidden
    return fresh;
  }
}
