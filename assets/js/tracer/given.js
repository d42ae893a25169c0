// An entry of z, which is given: how it was drawn, and a way to set it.

import { bracket, numeric } from "../cells.js";
import { el, exact } from "../dom.js";
import { t } from "../i18n.js";

/**
 * @import { Store } from "../store.js"
 * @import { Scene, Telling } from "./parts.js"
 */

/** @type {(scene: Scene, store: Store) => Telling} */
export function tellGiven({ view: { state }, why: { index, value } }, store) {
  const [item, at] = index;
  const edit = el("button", {
    type: "button",
    text: t("tracer.set_entry", { at }),
    on: { click: () => editEntry(store, at) },
  });
  return {
    sentence: t("tracer.given", { item, at, seed: state.z_seed, scale: state.z_scale }),
    equation: `z${bracket(index)} = ${exact(numeric(value))}`,
    sources: [edit],
  };
}

/** @type {(store: Store, at: number) => void} */
function editEntry(store, at) {
  store.apply({ z_dim: at });
  store.emit("lead", "z_value");
}
