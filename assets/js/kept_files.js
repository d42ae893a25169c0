// Opened files in the browser's own database, bounded, under the visitor's names for them.
//
// Where storage is forbidden, full or missing, nothing is kept and no caller notices.

export const MOST_ENTRIES = 16,
  MOST_BYTES = 512 * 2 ** 20;
const DATABASE = "explorer-weights",
  ENTRIES = "entries",
  FILES = "files";
const PATIENCE_MS = 1000; // some browsers never answer

// An entry is what one upload brought: its weights as the server answered, each with this browser's
// name for it. It stands apart from its files, so that it is read and marked without them.
export class KeptFiles {
  // All entries, the last used first.
  list() {
    return quietly(within("readonly", newestFirst), []);
  }

  // Keeps files and the state that they were sent with; what was not used for longest makes room.
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
    );
  }

  // {id, files, state} that bring back the weights of a source; null where they are not kept.
  find(source) {
    return quietly(
      within("readonly", async (entries, contents) => {
        const entry = holding(source, await newestFirst(entries));
        return entry ? ((await result(contents.get(entry.id))) ?? null) : null;
      }),
    );
  }

  markUsed(source) {
    return quietly(
      within("readwrite", async (entries) => {
        const entry = holding(source, await newestFirst(entries));
        if (entry) entries.put({ ...entry, used: Date.now() });
      }),
    );
  }

  drop(id) {
    return quietly(within("readwrite", async (...stores) => remove(id, ...stores)));
  }
}

const holding = (source, entries) =>
  entries.find(({ weights }) => weights.some((one) => one.source === source));

const newestFirst = async (entries) =>
  (await result(entries.getAll())).sort((a, b) => b.used - a.used);

// The ids of those that must go for a new entry, given the others newest first.
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

function remove(id, entries, contents) {
  entries.delete(id);
  contents.delete(id);
}

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

function result(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

const quietly = (work, otherwise = null) => work.catch(() => otherwise);
