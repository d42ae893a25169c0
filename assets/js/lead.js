// The way to a field's control, once the fold that it is in is opened.

const MOST_MS = 3000; // until Gradio has drawn it

// Puts the focus on a control as soon as it is there.
/** @param {string} id */
export async function focusControl(id) {
  const control = await drawn(id);
  control?.scrollIntoView({ block: "center" });
  /** @type {HTMLElement | null | undefined} */
  const input = control?.querySelector("input, textarea");
  input?.focus({ preventScroll: true });
}

// An element of Gradio's, as soon as it is there.
/**
 * @param {string} id
 * @param {(element: HTMLElement) => boolean} [isThere]
 * @returns {Promise<HTMLElement | null>}
 */
export async function drawn(id, isThere = (element) => element.checkVisibility()) {
  for (const end = Date.now() + MOST_MS; Date.now() < end; ) {
    const control = document.getElementById(id);
    if (control && isThere(control)) return control;
    await new Promise(requestAnimationFrame);
  }
  return null;
}
