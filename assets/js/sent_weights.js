// Weights on their way to the server and back: the files that a visitor chose, and where saved ones
// are to be had.

import { unread } from "./dropped_files.js";
import { addressOf, post } from "./server.js";

/** @import { ChosenFiles, GivenAnswer, OpenedAnswer } from "./contract.js" */
/** @import { Sent } from "./opened_files.js" */
/** @import { Changes, FormValues } from "./store.js" */

/**
 * How a file is sent that is for a stage of an opened generator: with the stage beside the state.
 * @typedef {FormValues & { giving?: string }} SentState
 */

// Sends what a visitor chose, for a stage or as weights.
/** @type {(files: File[], state: SentState) => Promise<Sent>} */
export const sendFiles = (files, { giving, ...state }) =>
  giving === undefined ? sendWeights(files, state) : sendGiven(giving, files, state);

// A file for a stage; the field of the form that gives it comes back in the place of weights'.
/** @type {(stage: string, files: File[], state: FormValues) => Promise<Sent>} */
async function sendGiven(stage, files, state) {
  const path = `given?${new URLSearchParams({ stage })}`;
  const { given, source, sizes } = /** @type {GivenAnswer} */ (await send(path, files, state));
  const told = { source, fields: { weights: state.weights, given, ...sizes }, file: files[0].name };
  return { weights: [{ ...told, others: 0, averages: false, assumed: [] }], files };
}

// Opens weights: a header that names the files, then their bytes (explorer/ui/uploads.py). The
// server tells by the names and sizes which it takes, before any of their bytes are sent.
/** @type {(offered: File[], state: FormValues) => Promise<Sent>} */
async function sendWeights(offered, state) {
  const chosen = /** @type {ChosenFiles} */ (await post("weights/check", listed(offered)));
  const files = chosen.send.map((at) => offered[at]);
  const { weights } = /** @type {OpenedAnswer} */ (await send("weights", files, state));
  return { weights, files };
}

/** @type {(path: string, files: File[], state: FormValues) => Promise<unknown>} */
async function send(path, files, state) {
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
  return post(path, body, type);
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
