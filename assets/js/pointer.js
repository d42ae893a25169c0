// What points: with a finger, swipes scroll the page and buttons zoom.

export const isFinger = () => matchMedia("(pointer: coarse)").matches;
