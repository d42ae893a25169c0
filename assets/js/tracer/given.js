// A value that is given: how it was drawn, and of z a way to set it.

import { bracket, numeric } from "../cells.js";
import { el, exact } from "../dom.js";
import { t } from "../i18n.js";
import { known } from "../known.js";

/**
 * @import { Store } from "../store.js"
 * @import { Scene, Telling } from "./parts.js"
 */

/** @type {(scene: Scene, store: Store) => Telling} */
export function tellGiven({ view: { state, stages }, why: { stage: name, index, value } }, store) {
  const [item, at] = index,
    { short, op } = known(stages.find((stage) => stage.name === name)),
    isLatent = short === op;
  const edit = el("button", {
    type: "button",
    text: t("tracer.set_entry", { at }),
    on: { click: () => editEntry(store, at) },
  });
  return {
    sentence: t(isLatent ? "tracer.given" : `tracer.given_${short}`, {
      item,
      at,
      seed: state.z_seed,
      scale: state.z_scale,
    }),
    equation: `${isLatent ? "z" : name}${bracket(index)} = ${exact(numeric(value))}`,
    sources: isLatent ? [edit] : [],
  };
}

/** @type {(store: Store, at: number) => void} */
function editEntry(store, at) {
  store.apply({ z_dim: at });
  store.emit("lead", "z_value");
}
