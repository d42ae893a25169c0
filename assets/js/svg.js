// SVG elements, made by name.

const NS = "http://www.w3.org/2000/svg";

/** @typedef {{ [name: string]: string | number }} Attributes */

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 */
export function svg(tag, attributes = {}) {
  const node = document.createElementNS(NS, tag);
  setAttributes(node, attributes);
  return node;
}

/** @type {(node: SVGElement, attributes: Attributes) => void} */
export function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}
