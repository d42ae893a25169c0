// Weights on their way to the server and back: the files that a visitor chose, and where saved ones
// are to be had.

import { unread } from "./dropped_files.js";
import { addressOf, post } from "./server.js";

/** @import { ChosenFiles, OpenedAnswer } from "./contract.js" */
/** @import { Sent } from "./opened_files.js" */
/** @import { Changes, FormValues } from "./store.js" */

// Opens weights: a header that names the files, then their bytes (explorer/ui/uploads.py). The
// server tells by the names and sizes which it takes, before any of their bytes are sent.
/** @type {(offered: File[], state: FormValues) => Promise<Sent>} */
export async function sendWeights(offered, state) {
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
export function saveAddress(format, link, usual) {
  const kept = new URLSearchParams(link);
  for (const { name, text } of usual) if (kept.has(name)) kept.set(name, text);
  return addressOf(`save?${new URLSearchParams({ format, link: kept.toString() })}`);
}
