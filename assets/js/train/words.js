// A run's state and its times in words.

import { number } from "../dom.js";
import { t } from "../i18n.js";

/** @import { RunStatus } from "../contract.js" */

const SPEEDS = 9; // that an estimate is made of
const MINUTES_FROM = 100; // seconds
const AGO = 5; // seconds, the steps in which silence is told
/** @type {ReadonlySet<RunStatus["state"]>} */
export const ENDED = new Set(/** @type {const} */ (["done", "stopped", "failed"]));

/** @param {RunStatus} status */
export function stateWords({ state, place, reason, most_seconds, points }) {
  if (state === "stopped" && reason)
    return t(`train.stopped_why.${reason}`, { minutes: Math.round(most_seconds / 60) });
  const starts = state === "running" && !points.length;
  return t(`train.state.${starts ? "starting" : state}`, { place });
}

/** @param {number} seconds of silence */
export function agoWords(seconds) {
  if (seconds >= MINUTES_FROM) return t("train.minutes_ago", { amount: Math.round(seconds / 60) });
  return t("train.seconds_ago", { amount: AGO * Math.floor(seconds / AGO) });
}

// What so many steps take, by the middle one of the last speeds: the first steps are slow, and
// single ones vary.
/** @type {(status: RunStatus, steps: number) => string} */
export function timeLeft({ points, seconds, most_seconds }, steps) {
  const speeds = points
    .map(({ speed }) => speed)
    .filter(Boolean)
    .slice(-SPEEDS)
    .sort((a, b) => a - b);
  if (speeds.length < SPEEDS) return "";
  const speed = speeds[Math.floor(SPEEDS / 2)];
  const left = Math.min(steps / speed, most_seconds - seconds);
  const [key, amount] =
    left < MINUTES_FROM
      ? ["seconds_left", Math.ceil(left)]
      : ["minutes_left", Math.round(left / 60)];
  return t(`train.${key}`, { amount, speed: number(speed, 3) });
}
