// Positions in words.

const MOST_RUNS = 6; // that are written out

// The set positions of a mask as runs: "3–9, 12".
/** @param {ArrayLike<number>} mask */
export function span(mask) {
  const runs = [];
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at]) continue;
    const start = at;
    while (mask[at + 1]) at++;
    runs.push(start === at ? `${start}` : `${start}–${at}`);
  }
  return runs.length > MOST_RUNS ? `${runs.slice(0, MOST_RUNS).join(", ")} …` : runs.join(", ");
}
