// The way to a field's control, wherever it is folded away.

/** @import { FieldName } from "./contract.js" */

// Unfolds all that the control is in, and puts the focus on it.
/** @param {FieldName} name */
export function leadTo(name) {
  const control = document.getElementById(`field-${name}`);
  for (let box = control; box; box = box.parentElement) {
    if (box instanceof HTMLDetailsElement) box.open = true;
    opener(box.id)?.click();
  }
  control?.scrollIntoView({ block: "center" });
  control?.focus({ preventScroll: true });
}

// The visible button that opens a part of the page, where it is closed.
/** @param {string} id */
function opener(id) {
  const found = id && document.querySelector(`[aria-controls="${id}"][aria-expanded="false"]`);
  return found instanceof HTMLElement && found.offsetParent ? found : null;
}
