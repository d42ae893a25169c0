// Which curve of the losses is whose, and what they say.

import { el, setText } from "../dom.js";
import { t } from "../i18n.js";

/** @import { Given } from "../main.js" */

const NETWORKS = ["generator", "discriminator"];

export class Losses {
  read = el("p", { class: "help", role: "status", id: "train-losses" });
  root = el(
    "div",
    { class: "train-losses" },
    el("p", {}, ...NETWORKS.map((name) => el("span", { class: name, text: t(`train.${name}`) }))),
    this.read,
  );

  /** @param {Given} given */
  constructor({ training }) {
    const read = () => {
      const { won = false } = training.run.status ?? {};
      this.read.classList.toggle("won", won);
      setText(this.read, t(won ? "train.won" : "train.losses_read"));
    };
    training.on("change", read);
    read();
  }
}
