// An activation of one value, as a point on its curve.

import { numeric } from "../cells.js";
import { Curve, curveWords } from "../curve.js";
import { exact } from "../dom.js";
import { t } from "../i18n.js";
import { sourceButton } from "./parts.js";

/**
 * @import { Activated } from "../contract.js"
 * @import { Go, Scene, Telling } from "./parts.js"
 */

export class ActivatedValue {
  curve = new Curve();

  /** @param {Go} go */
  constructor(go) {
    this.go = go;
  }

  /** @type {(scene: Scene, parts: Activated) => Telling} */
  draw({ why }, parts) {
    const { actv, x } = parts;
    this.curve.draw(parts, numeric(why.value));
    return {
      sentence: t("tracer.activated", { actv, curve: curveWords(parts.words) }),
      equation: t("tracer.activation", {
        actv,
        x: exact(numeric(x)),
        total: exact(numeric(why.total)),
      }),
      figures: [this.curve.root],
      sources: [sourceButton(this.go, why.source_stage, why.index)],
    };
  }
}
