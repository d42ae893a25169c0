// Gradio gives a slider its value before its ends, and a browser holds it at the old ones.

/** @param {Element} root of the sliders */
export function keepValues(root) {
  new MutationObserver((changes) => {
    for (const { target } of changes) follow(/** @type {HTMLInputElement} */ (target));
  }).observe(root, { subtree: true, attributeFilter: ["min", "max"] });
}

// As the box beside it says.
/** @param {HTMLInputElement} slider */
function follow(slider) {
  if (slider.type !== "range") return;
  /** @type {HTMLInputElement | null | undefined} */
  const box = slider.closest(".block")?.querySelector('input[type="number"]');
  if (box) slider.value = box.value;
}
