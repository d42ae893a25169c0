// A soft edge where a scrolling box holds more than it shows, so that nobody takes the cut for the
// end.

const SLACK = 2; // pixels that rounding may leave

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
