// The files of a drop; a folder stands for all files in it, and in its folders.

const MOST_FILES = 2000; // in a folder, before it is taken for one that was dropped by mistake

// Must be called while the drop is told of: what it brought is gone afterwards.
export function droppedFiles({ items, files }) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const folders = entries.filter(({ isDirectory }) => isDirectory);
  if (!folders.length) return Promise.resolve([...files]);
  return filesOf(entries, folders[0].name);
}

async function filesOf(entries, name) {
  const found = [],
    waiting = [...entries];
  while (waiting.length) {
    const entry = waiting.shift();
    if (entry.isDirectory) waiting.push(...(await children(entry)));
    else found.push(entry);
    if (found.length + waiting.length > MOST_FILES) {
      const params = { value: name, most: MOST_FILES };
      throw { code: "folder_too_large", field: "weights", params, others: [] };
    }
  }
  return Promise.all(found.map(readFile));
}

// A folder gives some at a time, and none at its end.
async function children(folder) {
  const reader = folder.createReader(),
    all = [];
  for (;;) {
    const some = await new Promise((done, failed) => {
      reader.readEntries(done, failed);
    }).catch(() => unread(folder));
    if (!some.length || all.length > MOST_FILES) return all;
    all.push(...some);
  }
}

function readFile(entry) {
  return new Promise((done, failed) => {
    entry.file(done, failed);
  }).catch(() => unread(entry));
}

// What the browser itself cannot read: gone, changed, or not for it.
export function unread({ name }) {
  throw { code: "file_unread", field: "weights", params: { value: name }, others: [] };
}
