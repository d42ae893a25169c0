// The part of a page that is made of Gradio's components alone: nothing, and where it stands.

import { el } from "./dom.js";

export class Blank {
  root = el("div");
}
