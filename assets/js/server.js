// What is asked of the server, and what stands in the place of an answer that did not come.

import { problem } from "./messages.js";

/** @import { Field, PartsAnswer, Refusal } from "./contract.js" */
/** @import { Problem } from "./messages.js" */

const base = new URL("../../", import.meta.url);

export const OFFLINE = { ...problem("offline"), retried: true };
export const DAMAGED = { ...problem("answer_damaged"), retried: true };
/** @type {(status: number) => Problem} */
const foreign = (status) => ({
  ...problem("foreign_answer"),
  params: { status: String(status) },
  retried: true,
});
export const NOT_REACHED = problem("not_reached"); // for what is not tried again by itself

/** @type {(caught: unknown) => never} */
export const notReached = (caught) => {
  throw /** @type {Problem} */ (caught).retried ? NOT_REACHED : caught;
};

/** @param {string} path */
export const addressOf = (path) => new URL(path, base).href;

// The answer to a POST; throws the server's message, or NOT_REACHED where there is none.
/** @type {(path: string, body: BodyInit, headers?: HeadersInit) => Promise<unknown>} */
export const post = (path, body, headers = {}) =>
  ask(path, { method: "POST", headers, body }).catch(notReached);

// Bytes, or what JSON stands for; throws the server's message, OFFLINE or DAMAGED.
/** @type {(path: string, options: RequestInit) => Promise<unknown>} */
export async function ask(path, options) {
  const answer = await fetch(new URL(path, base), options).catch(() => {
    throw OFFLINE;
  });
  const type = answer.headers.get("content-type") ?? "";
  const bytes = answer.ok && type.startsWith("application/octet-stream");
  if (bytes)
    return answer.arrayBuffer().catch(() => {
      throw OFFLINE;
    });
  if (!type.startsWith("application/json")) throw foreign(answer.status);
  /** @type {Partial<Refusal> | null} */
  const result = await answer.json().catch(() => {
    throw DAMAGED;
  });
  if (result?.error) throw { ...result.error, others: result.others ?? [] };
  if (!answer.ok) throw foreign(answer.status);
  return result;
}

export async function fetchFields(path = "fields") {
  const answer = await fetch(new URL(path, base));
  const fields = /** @type {Field[]} */ (await answer.json());
  return Object.fromEntries(fields.map((field) => [field.name, field]));
}

export async function fetchParts() {
  const answer = await fetch(new URL("parts", base));
  return /** @type {Promise<PartsAnswer>} */ (answer.json());
}

/** @param {string} id */
export const runEvents = (id) => addressOf(`train/${id}/events`);

export const plotlyAddress = () => addressOf("plotly.js");
