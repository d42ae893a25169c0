// What points: with a finger, swipes scroll the page and buttons zoom.

/** @type {PointerEvent | null} */
let press = null;
globalThis.addEventListener?.(
  "pointerdown",
  (event) => {
    press = event;
  },
  { capture: true },
);

// The last one: where on the screen, and on what.
export const lastPress = () => press;

export const isFinger = () => matchMedia("(pointer: coarse)").matches;
