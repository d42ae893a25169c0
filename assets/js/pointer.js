// What points: with a finger, swipes scroll the page and buttons zoom.

export const FINGER = matchMedia("(pointer: coarse)").matches;
