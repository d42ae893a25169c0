// Small helpers to build the page. Text always goes in by textContent.

/**
 * @typedef {string | number | boolean | null | undefined} Attribute
 * @typedef {{ [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void }}
 *   Listeners
 * @typedef {{ [name: string]: Attribute }} Data
 * @typedef {{
 *   text?: string,
 *   on?: Listeners,
 *   data?: Data,
 *   [attribute: string]: Attribute | Listeners | Data,
 * }} Props
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props} props
 * @param {(Node | string | null | undefined)[]} children
 */
export function el(tag, { text, on = {}, data = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  for (const [event, run] of Object.entries(on))
    node.addEventListener(event, /** @type {EventListener} */ (run));
  Object.assign(node.dataset, data);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("aria-") && value != null) node.setAttribute(name, String(value));
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

// Sets text only where it changed, so that a screen reader or a selection is left alone.
/** @type {(node: Node, text: string) => void} */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * What a key stands for, where it stands for something.
 * @template Meaning
 * @param {KeyboardEvent} event
 * @param {Record<string, Meaning>} meanings
 * @returns {Meaning | undefined}
 */
export function byKey({ key }, meanings) {
  return meanings[key];
}

/** @param {HTMLCanvasElement} canvas */
export function context2d(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

// Once no button is held down: what appears meanwhile might move it from under the pointer.
export async function pressEnded() {
  while (document.querySelector("button:active")) {
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** @type {(name: string, text: string, type: string) => void} */
export function download(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

// Four significant digits unless told otherwise; very large and small values in exponent form.
/** @param {number | null | undefined} value */
export function number(value, digits = 4) {
  if (value == null) return "—"; // no finite value to speak of
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "−Inf";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 1e5 || size < 1e-4
      ? value.toExponential(digits - 1)
      : String(Number(value.toPrecision(digits)));
  return text.replaceAll("-", "−");
}

// Enough digits to give the float32 back.
/** @param {number | null | undefined} value */
export function exact(value) {
  return value != null && Number.isFinite(value)
    ? String(Number(value.toPrecision(9))).replaceAll("-", "−")
    : number(value);
}

// A number in a cell: as it is where it is short, else so many digits, but never fewer than stand
// before the point.
/** @param {number | null | undefined} value */
export function cellText(value, digits = 3) {
  const whole = exact(value);
  if (whole.length <= 6 || value == null || !Number.isFinite(value)) return whole;
  const size = Math.abs(value);
  if (size < 1e-3) return value.toExponential(digits - 1).replaceAll("-", "−");
  return number(
    value,
    size >= 1 && size < 1e5 ? Math.max(digits, Math.floor(Math.log10(size)) + 1) : digits,
  );
}

const GROUPED = new Intl.NumberFormat("en-US"); // made once: making one takes longer than its use

/** @param {number} value */
export const count = (value) => GROUPED.format(value).replaceAll(",", "\u202f");
