// The files of a drop; a folder stands for all files in it, and in its folders.

const MOST_FILES = 2000; // in a folder, before it is taken for one that was dropped by mistake

// Must be called while the drop is told of: what it brought is gone afterwards.
/** @type {(drop: DataTransfer) => Promise<File[]>} */
export function droppedFiles({ items, files }) {
  const entries = [...items]
    .map((item) => item.webkitGetAsEntry?.())
    .filter((entry) => entry != null);
  const folders = entries.filter(({ isDirectory }) => isDirectory);
  if (!folders.length) return Promise.resolve([...files]);
  return filesOf(entries, folders[0].name);
}

/** @type {(entries: FileSystemEntry[], name: string) => Promise<File[]>} */
async function filesOf(entries, name) {
  /** @type {FileSystemFileEntry[]} */
  const found = [];
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
    if (isFolder(entry)) waiting.push(...(await children(entry)));
    else found.push(/** @type {FileSystemFileEntry} */ (entry));
    if (found.length + waiting.length > MOST_FILES) {
      const params = { value: name, most: MOST_FILES };
      throw { code: "folder_too_large", field: "weights", params, others: [] };
    }
  }
  return Promise.all(found.map(readFile));
}

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemDirectoryEntry}
 */
function isFolder(entry) {
  return entry.isDirectory;
}

// A folder gives some at a time, and none at its end.
/** @param {FileSystemDirectoryEntry} folder */
async function children(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((done, failed) => {
      reader.readEntries(done, failed);
    }).catch(() => unread(folder));
    if (!some.length || all.length > MOST_FILES) return all;
    all.push(...some);
  }
}

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
function readFile(entry) {
  return new Promise((done, failed) => {
    entry.file(done, failed);
  }).catch(() => unread(entry));
}

// What the browser itself cannot read: gone, changed, or not for it.
/**
 * @param {{ name: string }} entry
 * @returns {never}
 */
export function unread({ name }) {
  throw { code: "file_unread", field: "weights", params: { value: name }, others: [] };
}
