// Opened files in the browser's own database, bounded, under the visitor's names for them.
//
// Where storage is forbidden, full or missing, nothing is kept and no caller notices.

/** @import { NamedUpload } from "./opened_files.js" */
/** @import { SentState } from "./sent_weights.js" */

/**
 * What one upload brought: its weights as the server answered, each with this browser's name for
 * it. It stands apart from its files, so that it is read and marked without them.
 * @typedef {object} KeptEntry
 * @property {string} id
 * @property {NamedUpload[]} weights
 * @property {number} bytes
 * @property {number} used when, last; milliseconds
 */

/**
 * The files of an entry, and the state that they were sent with.
 * @typedef {{ id: string, files: File[], state: SentState }} KeptUpload
 */

export const MOST_ENTRIES = 16;
const MOST_BYTES = 512 * 2 ** 20;
const DATABASE = "explorer-weights",
  ENTRIES = "entries",
  FILES = "files";
const PATIENCE_MS = 1000; // some browsers never answer

export class KeptFiles {
  // All entries, the last used first.
  /** @returns {Promise<KeptEntry[]>} */
  list() {
    return quietly(within("readonly", newestFirst), []);
  }

  // Keeps files and the state that they were sent with; what was not used for longest makes room.
  /**
   * @param {File[]} files
   * @param {SentState} state
   * @param {NamedUpload[]} weights
   */
  keep(files, state, weights) {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes > MOST_BYTES) return null;
    const entry = { id: weights[0].source, weights, bytes, used: Date.now() };
    return quietly(
      within("readwrite", async (entries, contents) => {
        for (const id of crowdedOut(await newestFirst(entries), entry))
          remove(id, entries, contents);
        contents.put({ id: entry.id, files, state });
        entries.put(entry);
      }),
      null,
    );
  }

  // What brings back the weights of a source; null where it is not kept.
  /**
   * @param {string} source
   * @returns {Promise<KeptUpload | null>}
   */
  find(source) {
    return quietly(
      within("readonly", async (entries, contents) => {
        const entry = holding(source, await newestFirst(entries));
        return entry ? ((await result(contents.get(entry.id))) ?? null) : null;
      }),
      null,
    );
  }

  /** @param {string} source */
  markUsed(source) {
    return quietly(
      within("readwrite", async (entries) => {
        const entry = holding(source, await newestFirst(entries));
        if (entry) entries.put({ ...entry, used: Date.now() });
      }),
      null,
    );
  }

  /** @param {string} id */
  drop(id) {
    return quietly(
      within("readwrite", async (...stores) => remove(id, ...stores)),
      null,
    );
  }
}

/** @type {(source: string, entries: KeptEntry[]) => KeptEntry | undefined} */
const holding = (source, entries) =>
  entries.find(({ weights }) => weights.some((one) => one.source === source));

/** @param {IDBObjectStore} entries */
async function newestFirst(entries) {
  /** @type {KeptEntry[]} */
  const all = await result(entries.getAll());
  return all.sort((a, b) => b.used - a.used);
}

// The ids of those that must go for a new entry, given the others newest first.
/** @type {(others: KeptEntry[], entry: KeptEntry) => string[]} */
function crowdedOut(others, { id, bytes }) {
  let [places, room] = [MOST_ENTRIES - 1, MOST_BYTES - bytes];
  return others
    .filter((other) => other.id !== id)
    .filter((other) => {
      room -= other.bytes;
      return places-- <= 0 || room < 0;
    })
    .map((other) => other.id);
}

/** @type {(id: string, entries: IDBObjectStore, contents: IDBObjectStore) => void} */
function remove(id, entries, contents) {
  entries.delete(id);
  contents.delete(id);
}

/**
 * @template Result
 * @param {IDBTransactionMode} mode
 * @param {(entries: IDBObjectStore, contents: IDBObjectStore) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
async function within(mode, work) {
  const database = await open();
  try {
    const transaction = database.transaction([ENTRIES, FILES], mode);
    const ended = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = () => failed(transaction.error);
    });
    const worked = work(transaction.objectStore(ENTRIES), transaction.objectStore(FILES));
    const whole = worked.catch((error) => {
      transaction.abort();
      throw error;
    });
    return (await Promise.all([whole, ended]))[0];
  } finally {
    database.close(); // opened for each use: a page that is left open blocks no other
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => {
      for (const name of [ENTRIES, FILES]) asked.result.createObjectStore(name, { keyPath: "id" });
    };
    let late = false;
    asked.onsuccess = () => (late ? asked.result.close() : done(asked.result));
    asked.onerror = () => failed(asked.error);
    setTimeout(() => {
      late = true;
      failed();
    }, PATIENCE_MS);
  });
}

/**
 * @template Result
 * @param {IDBRequest<Result>} request
 * @returns {Promise<Result>}
 */
function result(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/**
 * @template Result, Otherwise
 * @param {Promise<Result>} work
 * @param {Otherwise} otherwise
 * @returns {Promise<Result | Otherwise>}
 */
const quietly = (work, otherwise) => work.catch(() => otherwise);
