// What holds more than it shows.

const SLACK = 2; // pixels that rounding may leave

// Marks what is longer than its room, which is read in full under the pointer, or the focus, as a
// finger gives it.
/** @type {(box: HTMLElement, long: boolean) => void} */
export function markLong(box, long) {
  box.classList.toggle("long", long);
  if (long) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}

// A soft edge where a scrolling box goes on, so that nobody takes the cut for the end.
/** @param {HTMLElement} box */
export function cueOverflow(box) {
  const mark = () => {
    box.classList.toggle("more-right", box.scrollLeft + box.clientWidth < box.scrollWidth - SLACK);
    box.classList.toggle("more-left", box.scrollLeft > SLACK);
    box.classList.toggle("more-below", box.scrollTop + box.clientHeight < box.scrollHeight - SLACK);
  };
  box.addEventListener("scroll", mark, { passive: true });
  const sizes = new ResizeObserver(mark);
  const watchChildren = () => {
    for (const child of box.children) sizes.observe(child);
  };
  sizes.observe(box);
  watchChildren();
  new MutationObserver(watchChildren).observe(box, { childList: true });
}
