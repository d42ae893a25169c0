// The form's values, the last good view, and the loop that keeps the two together.
//
// One request is under way at a time; while it is, only the newest wish is kept. So views are drawn
// in order, each whole, and the last one drawn is what the controls say.

import { unread } from "./dropped_files.js";
import { Emitter } from "./emitter.js";
import { problem, toMessage } from "./messages.js";
import { OpenedFiles } from "./opened_files.js";
import { saveFile } from "./saved_file.js";
import { decode } from "./wire.js";

/** @import { ChosenFiles, Field, FieldName, OpenedAnswer, ReadVector } from "./contract.js" */
/** @import { Refusal, Role, State, View } from "./contract.js" */
/** @import { Problem } from "./messages.js" */
/** @import { NamedWeights, Sent } from "./opened_files.js" */

/**
 * Values as the controls hold them: a number may be the text that was typed.
 * @typedef {{ [Name in FieldName]: State[Name] | string }} FormValues
 */
/** @typedef {Partial<FormValues>} Changes */

/** @typedef {{ link: string, state?: undefined, changes?: undefined }} LinkRequest */
/** @typedef {{ state: FormValues, changes?: Changes, link?: undefined }} StateRequest */

/**
 * A view under this visitor's names for weights; `waiting` while a wrong value is in the form.
 * @typedef {View & { weights: NamedWeights, waiting: boolean }} ShownView
 */

/**
 * @typedef {object} StoreEvents
 * @property {ShownView} view
 * @property {Problem} error
 * @property {undefined} form other values than those in the controls
 * @property {undefined} forget what was said of something that is begun anew
 * @property {undefined} idle nothing is under way any more
 */

const RETRY_MS = 2000;
const LINK_MS = 250; // browsers refuse more than about 200 address changes in 30 seconds
const base = new URL("../../", import.meta.url);

/** @extends {Emitter<StoreEvents>} */
export class Store extends Emitter {
  form = /** @type {FormValues} */ ({}); // until the first view
  /** @type {ShownView | null} */
  view = null;
  /** @type {boolean | string} */
  asked = false; // whether what comes is the answer to a question by hand, or where it is given
  opened = new OpenedFiles(sendWeights);
  #good = /** @type {FormValues} */ ({});
  /** @type {LinkRequest | StateRequest | null} */
  #next = null;
  #busy = false;
  /** @type {(() => void) | null} */
  #hurry = null; // ends the rest before another try
  /** @type {{ view: ShownView, good: FormValues } | null} */
  #drawn = null; // the last view that was drawn whole, and the good values of that time
  #linkTimer = 0;
  #linkTime = 0;
  #link = "";
  /** @type {string | null} */
  #place = null;

  /** @param {Record<string, Field>} fields as the server declares them, by name */
  constructor(fields) {
    super();
    // What is looked at, not what is computed: these move on even while a wrong value waits in the
    // form.
    this.looks = new Set(having(fields, "view"));
    // What makes a view another place: the browser's Back returns to it. The rest changes in place.
    this.places = having(fields, "place");
    this.usual = having(fields, "long").map((name) => ({
      name,
      text: String(fields[name].default),
    }));
    this.opened.on("back", (source) => {
      if (this.form.weights === source) this.set({ weights: source });
    });
  }

  /** @param {Changes} asked */
  set(asked) {
    const changes = this.#withItem(asked);
    Object.assign(this.form, changes);
    this.#ask({ state: { ...this.form }, changes: { ...this.#next?.changes, ...changes } });
  }

  // An explained cell goes along to another item.
  /** @param {Changes} changes */
  #withItem(changes) {
    const { item } = changes;
    if (item === undefined || "cell" in changes || !this.form.cell || !/^\d+$/.test(String(item)))
      return changes;
    const [, ...place] = this.form.cell.split(",");
    return { ...changes, cell: [Number(item), ...place].join(",") };
  }

  // A mistake that has nothing to do with the values in the form, such as a damaged file.
  /** @param {Problem} error */
  refuse(error) {
    this.emit("error", { ...error, changes: [], aside: true });
  }

  // Begins something of that kind anew: what is on the screen of the last time is the past.
  forget() {
    this.emit("forget");
  }

  // Changes that do not come from the controls: the controls follow.
  /** @param {Changes} changes */
  apply(changes) {
    Object.assign(this.form, changes);
    this.emit("form");
    this.set(changes);
  }

  /** @param {string} link */
  open(link) {
    clearTimeout(this.#linkTimer); // an older link must not take the place of the one being opened
    this.#ask({ link });
  }

  // Back to the values of the view on the screen.
  undo() {
    this.form = { ...this.#good };
    this.emit("form");
    this.set({});
  }

  // Opened weights that the server lost and did not take again: once more, as the visitor asks.
  /** @param {string} source */
  retry(source) {
    this.opened.forgive(source);
    this.set({ weights: source });
  }

  // Hands the weights on the screen to the browser as a file, if the server has them.
  /** @param {string} format */
  async save(format) {
    if (!this.view) return;
    const { link, weights } = this.view,
      href = saveAddress(format, link, this.usual);
    this.forget();
    try {
      await this.#checkSave(href, weights.source);
      saveFile(href, (error) => this.refuse(this.opened.inWords(error ?? NOT_REACHED)));
    } catch (error) {
      this.refuse(this.opened.inWords(toMessage(error)));
    }
  }

  // Asks before the file is made; opened weights that the server lost are sent again.
  /** @type {(href: string, source: string) => Promise<void>} */
  async #checkSave(href, source) {
    const check = () => ask(`${href}&check=1`, { cache: "no-store" }).catch(notReached);
    await check().catch(async (/** @type {Problem} */ error) => {
      if (error.code !== "weights_gone" || !(await this.opened.bringBack(source))) throw error;
      await check();
    });
    this.opened.forgive(source);
  }

  get pending() {
    return this.#busy || this.#next !== null;
  }

  /** @type {(bytes: BufferSource | Blob, name: string) => Promise<ReadVector>} */
  async readVector(bytes, name) {
    const { noise_dim, batch_size, item } = this.form;
    const asked = Object.entries({ name, noise_dim, batch_size, item });
    const query = new URLSearchParams(asked.map(([field, value]) => [field, String(value)]));
    return /** @type {ReadVector} */ (await post(`z?${query}`, bytes));
  }

  /** @param {LinkRequest | StateRequest} request */
  async #ask(request) {
    this.#next = request;
    this.#hurry?.();
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#next) {
        const current = this.#next;
        this.#next = null;
        await this.#answer(current);
      }
    } finally {
      this.#busy = false; // whatever went wrong, the next wish is asked for
    }
    this.emit("idle");
  }

  /** @param {LinkRequest | StateRequest} request */
  async #answer(request) {
    try {
      this.#accept(request, await this.#look(request));
    } catch (caught) {
      const error = toMessage(caught);
      this.emit("error", { ...error, changes: Object.keys(request.changes ?? {}) });
      if (error.retried) await this.#retryLater(request);
      else await this.#goOn(request, error);
    }
  }

  // The view of a request, with opened weights under this visitor's names; those that the server
  // lost are sent again before.
  /**
   * @param {LinkRequest | StateRequest} request
   * @returns {Promise<ShownView>}
   */
  async #look(request) {
    const view = await fetchView(request);
    await this.opened.ready;
    if (await this.opened.seen(view.weights)) return this.#look(request);
    const weights = this.opened.name(view.weights);
    return { ...view, weights, waiting: false };
  }

  /** @type {(request: LinkRequest | StateRequest, view: ShownView) => void} */
  #accept({ link, state, changes }, view) {
    if (link === undefined) this.#settle(state, view.state);
    else {
      this.#good = { ...view.state };
      this.form = { ...view.state };
      this.emit("form");
    }
    this.#show(view, { opened: link !== undefined, asked: changes });
  }

  // A value stands as it was taken: 1e2 as 100. A selection stays as it was chosen, as what a
  // smaller structure moved comes back with a larger one.
  /** @type {(sent: FormValues, taken: State) => void} */
  #settle(sent, taken) {
    this.#good = sent;
    const read = fieldNames(sent).filter(
      (name) =>
        !this.looks.has(name) &&
        this.form[name] === sent[name] &&
        String(sent[name]) !== String(taken[name]),
    );
    if (!read.length) return;
    const values = Object.fromEntries(read.map((name) => [name, taken[name]]));
    Object.assign(this.form, values);
    Object.assign(this.#good, values);
    this.emit("form");
  }

  // A place that was asked for is a step in the browser's history; one that a smaller structure
  // moved is none, or Back would lead through the middle of a drag.
  /** @type {(view: ShownView, how?: { opened?: boolean, asked?: Changes }) => void} */
  #show(view, { opened = false, asked = {} } = {}) {
    this.view = view;
    this.emit("view", view);
    const place = this.#placeOf(view);
    const leads = this.places.some((name) => name in asked);
    if (leads && place !== this.#place && !opened) this.#stepTo(view.link);
    else this.#scheduleLink(view.link);
    this.#place = place;
  }

  // A wrong value waits in the form, with its message; what was asked for besides is done
  // meanwhile, with the last good values in the place of wrong ones. Where it is the whole that is
  // refused, only what is looked at moves on.
  /** @type {(request: LinkRequest | StateRequest, error: Problem) => Promise<void>} */
  async #goOn({ changes = {} }, { field, others = [] }) {
    const names = fieldNames(changes),
      wrong = [field, ...others.map((other) => other.field)].filter(Boolean);
    const apart = wrong.length
      ? !names.some((name) => wrong.includes(name))
      : names.every((name) => this.looks.has(name));
    if (!this.view || !names.length || !apart) return;
    const state = { ...this.#good, ...changes };
    const view = await this.#look({ state }).catch(() => null);
    if (!view) return;
    this.#settle(state, view.state);
    this.#show({ ...view, waiting: true }, { asked: changes });
  }

  // After a rest, or as soon as something else is wished for.
  /** @param {LinkRequest | StateRequest} request */
  async #retryLater(request) {
    await new Promise((done) => {
      this.#hurry = () => done(null);
      setTimeout(done, RETRY_MS);
    });
    this.#hurry = null;
    this.#next ??= request;
  }

  /** @param {ShownView} view */
  #placeOf({ state }) {
    return this.places.map((name) => state[name]).join(" ");
  }

  // The page has drawn a view whole.
  /** @param {ShownView} view */
  keep(view) {
    if (view === this.view) this.#drawn = { view, good: { ...this.#good } };
  }

  // The page could not draw a view: the last one that it drew is shown again; null where there is
  // none. The controls keep what was asked for.
  fallBack() {
    if (!this.#drawn) return null;
    this.view = this.#drawn.view;
    this.#good = { ...this.#drawn.good };
    this.#place = this.#placeOf(this.view);
    this.#scheduleLink(this.view.link);
    return this.view;
  }

  /** @param {string} link */
  #scheduleLink(link) {
    this.#link = link;
    clearTimeout(this.#linkTimer);
    const wait = Math.max(0, this.#linkTime + LINK_MS - Date.now());
    if (wait === 0) this.#writeLink();
    else this.#linkTimer = setTimeout(() => this.#writeLink(), wait);
  }

  // A step in the browser's history; the place that is left keeps its newest link.
  /** @param {string} link */
  #stepTo(link) {
    clearTimeout(this.#linkTimer);
    if (this.#link) this.#writeLink();
    this.#link = link;
    this.#writeLink("pushState");
  }

  /** @param {"replaceState" | "pushState"} how */
  #writeLink(how = "replaceState") {
    this.#linkTime = Date.now();
    const hash = this.#link ? `#${this.#link}` : "";
    if (location.hash === hash) return;
    history[how](null, "", location.pathname + themeQuery() + hash);
    // A Space runs in a frame: its address bar is the parent's.
    if (window.parent !== window) window.parent.postMessage({ hash }, "https://huggingface.co");
  }
}

/** @type {(values: Changes) => FieldName[]} */
const fieldNames = (values) => /** @type {FieldName[]} */ (Object.keys(values));

/** @type {(fields: Record<string, Field>, role: Role) => FieldName[]} */
export const having = (fields, role) =>
  /** @type {FieldName[]} */ (Object.keys(fields)).filter((name) =>
    fields[name].roles.includes(role),
  );

// What stands in the address bar as a link: the part after #, or a query without Gradio's own keys.
export function addressLink() {
  return location.hash.slice(1) || ownQuery((name) => !name.startsWith("__"));
}

function themeQuery() {
  const query = ownQuery((name) => name.startsWith("__"));
  return query && `?${query}`;
}

/** @param {(name: string) => boolean} keep */
function ownQuery(keep) {
  return [...new URLSearchParams(location.search)]
    .filter(([name]) => keep(name))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
}

const OFFLINE = { ...problem("offline"), retried: true };
const DAMAGED = { ...problem("answer_damaged"), retried: true };
const NOT_REACHED = problem("not_reached"); // for what is not tried again by itself
/** @type {(caught: unknown) => never} */
const notReached = (caught) => {
  throw caught === OFFLINE || caught === DAMAGED ? NOT_REACHED : caught;
};

// The answer to a POST; throws the server's message, or NOT_REACHED where there is none.
/** @type {(path: string, body: BodyInit, headers?: HeadersInit) => Promise<unknown>} */
export const post = (path, body, headers = {}) => send(path, body, headers).catch(notReached);

/** @type {(path: string, body: BodyInit, headers: HeadersInit) => Promise<unknown>} */
const send = (path, body, headers) => ask(path, { method: "POST", headers, body });

/** @type {(path: string, options: RequestInit) => Promise<unknown>} */
async function ask(path, options) {
  const answer = await fetch(new URL(path, base), options).catch(() => {
    throw OFFLINE;
  });
  const type = answer.headers.get("content-type") ?? "";
  const bytes = answer.ok && type.startsWith("application/octet-stream");
  if (bytes)
    return answer.arrayBuffer().catch(() => {
      throw OFFLINE;
    });
  if (!type.startsWith("application/json")) throw OFFLINE; // a page of something in between
  /** @type {Partial<Refusal> | null} */
  const result = await answer.json().catch(() => {
    throw DAMAGED;
  });
  if (result?.error) throw { ...result.error, others: result.others ?? [] };
  if (!answer.ok) throw OFFLINE;
  return result;
}

/** @type {(request: LinkRequest | StateRequest) => Promise<View>} */
async function fetchView({ link, state }) {
  const body = JSON.stringify(link === undefined ? { state } : { link });
  const bytes = await send("view", body, { "Content-Type": "application/json" });
  try {
    return /** @type {View} */ (decode(/** @type {ArrayBuffer} */ (bytes)));
  } catch {
    // cut short on its way, or no view at all
    throw DAMAGED;
  }
}

// Opens weights: a header that names the files, then their bytes (explorer/ui/uploads.py). The
// server tells by the names and sizes which it takes, before any of their bytes are sent.
/** @type {(offered: File[], state: FormValues) => Promise<Sent>} */
async function sendWeights(offered, state) {
  const chosen = /** @type {ChosenFiles} */ (await post("weights/check", listed(offered)));
  const files = chosen.send.map((at) => offered[at]);
  await Promise.all(
    files.map((file) =>
      file
        .slice(0, 1)
        .arrayBuffer()
        .catch(() => unread(file)),
    ),
  );
  const header = new TextEncoder().encode(listed(files, state));
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, header.length, true);
  const body = new Blob([length.buffer, header, ...files]);
  const type = { "Content-Type": "application/octet-stream" };
  const { weights } = /** @type {OpenedAnswer} */ (await post("weights", body, type));
  return { weights, files };
}

/** @type {(files: File[], state?: Changes) => string} */
const listed = (files, state = {}) =>
  JSON.stringify({ files: files.map(({ name, size }) => ({ name, size })), state });

// Where the weights of a link are to be had; long texts have no part in them, and are `usual` ones
// instead: a link without anything would be another one.
/** @type {(format: string, link: string, usual: { name: string, text: string }[]) => string} */
function saveAddress(format, link, usual) {
  const kept = new URLSearchParams(link);
  for (const { name, text } of usual) if (kept.has(name)) kept.set(name, text);
  return new URL(`save?${new URLSearchParams({ format, link: kept.toString() })}`, base).href;
}

export async function fetchFields(path = "fields") {
  const answer = await fetch(new URL(path, base));
  const fields = /** @type {Field[]} */ (await answer.json());
  return Object.fromEntries(fields.map((field) => [field.name, field]));
}

/** @param {string} id */
export function runEvents(id) {
  return new URL(`train/${id}/events`, base).href;
}

export function plotlyAddress() {
  return new URL("plotly.js", base).href;
}
