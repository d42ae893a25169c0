// What is there by the time it is used, as handlers run only after the view that they are about was
// drawn; where it is not, the mistake is ours and says so at once.

/**
 * @template T
 * @param {T | null | undefined} value
 * @returns {T}
 */
export function known(value) {
  if (value == null) throw new Error("asked for before it was there");
  return value;
}
