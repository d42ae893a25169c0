// The address bar and the browser's history: each view is a link, each place a step.

const LINK_MS = 250; // browsers refuse more than about 200 address changes in 30 seconds

export class AddressBar {
  #timer = 0;
  #link = "";

  // What waits to be written must not take the place of a link that is being opened.
  hold() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  // Gradio's own dialogs write a query into the address, without the link.
  restore() {
    if (this.#link && !location.hash && location.href.includes("?")) this.#write();
  }

  // The link of what is on the screen, soon: the screen comes first.
  /** @param {string} link */
  show(link) {
    this.#link = link;
    this.#timer ||= setTimeout(() => this.#write(), LINK_MS);
  }

  // The address of what is on the screen.
  now() {
    if (this.#timer) this.#write();
    return location.href;
  }

  // A step in the browser's history; the place that is left keeps its newest link.
  /** @param {string} link */
  step(link) {
    if (this.#link) this.#write();
    this.#link = link;
    this.#write("pushState");
  }

  /** @param {"replaceState" | "pushState"} how */
  #write(how = "replaceState") {
    this.hold();
    const hash = this.#link ? `#${this.#link}` : "";
    if (location.hash === hash) return;
    history[how](null, "", location.pathname + themeQuery() + hash);
    // A Space runs in a frame: its address bar is the parent's.
    if (window.parent !== window) window.parent.postMessage({ hash }, "https://huggingface.co");
  }
}

// What stands in the address bar as a link: the part after #, or a query without Gradio's own keys.
export function addressLink() {
  return location.hash.slice(1) || ownQuery((name) => !isGradios(name));
}

/** @param {string} name */
const isGradios = (name) => name.startsWith("__") || name === "view";

function themeQuery() {
  const query = ownQuery((name) => name.startsWith("__"));
  return query && `?${query}`;
}

/** @param {(name: string) => boolean} keep */
function ownQuery(keep) {
  return [...new URLSearchParams(location.search)]
    .filter(([name]) => keep(name))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
}
