// The column of controls: z, architecture, weights.

import { Choice, controlFor } from "./controls.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import { Latent } from "./latent.js";
import { WeightFiles } from "./weights.js";

/** @import { Field, FieldName } from "./contract.js" */
/** @import { Control } from "./controls.js" */
/** @import { Problem } from "./messages.js" */
/** @import { Changes, ShownView, Store } from "./store.js" */

const randomSeed = () => Math.floor(Math.random() * 100000);

export class Form {
  /** @type {Record<string, Control>} */
  controls = {};

  /**
   * @param {Store} store
   * @param {Record<string, Field>} fields
   */
  constructor(store, fields) {
    this.store = store;
    this.latent = new Latent(store);
    this.files = new WeightFiles(store, this.latent);
    /** @param {string} name */
    const control = (name) => this.#add(controlFor(fields[name], store));
    /** @param {Field["section"]} section */
    const controls = (section) =>
      Object.keys(fields)
        .filter((name) => fields[name].section === section)
        .map(control);
    this.root = el(
      "form",
      {
        class: "form",
        "aria-label": t("ui.controls"),
        on: { submit: (event) => event.preventDefault() },
      },
      section(
        "z",
        control("z_seed"),
        this.#newZ(),
        control("batch_size"),
        control("item"),
        control("noise_dim"),
        control("z_scale"),
        this.latent.root,
      ),
      section(
        "architecture",
        ...controls("architecture"),
        el(
          "details",
          { class: "more", id: "more-structure" },
          el("summary", { text: t("ui.more") }),
          ...controls("more"),
        ),
      ),
      section("weights", this.files.root, ...controls("weights")),
    );
    this.controls.weights_seed.root.after(this.#newWeights());
    store.on("form", () => this.fill());
  }

  /** @param {Control} control */
  #add(control) {
    this.controls[control.name] = control;
    return control.root;
  }

  // With reuse off, every new z comes with new weights, as a second call without reuse would draw.
  #newZ() {
    const run = () => {
      const reuse = String(this.store.form.reuse) === "true";
      this.#change({
        z_seed: randomSeed(),
        z_data: "",
        z_edits: "",
        ...(reuse ? {} : { weights_seed: randomSeed(), weights: "untrained" }),
      });
    };
    return el("button", {
      type: "button",
      class: "primary",
      id: "new-z",
      text: t("ui.new_z"),
      on: { click: run },
    });
  }

  #newWeights() {
    return el("button", {
      type: "button",
      id: "new-weights",
      text: t("ui.new_weights"),
      on: { click: () => this.#change({ weights_seed: randomSeed(), weights: "untrained" }) },
    });
  }

  /** @param {Changes} changes */
  #change(changes) {
    this.store.set(changes);
    this.fill();
  }

  fill() {
    const { form } = this.store;
    for (const [name, control] of Object.entries(this.controls))
      control.set(form[/** @type {FieldName} */ (name)]);
  }

  /** @param {ShownView} view */
  draw(view) {
    const { device } = this.controls;
    if (device instanceof Choice) device.offer(["auto", ...view.devices]);
    device.set(this.store.form.device);
    const items = view.stages[view.stages.length - 1].shape[0];
    const { root, inputs } = this.controls.item;
    inputs[0].setAttribute("max", String(items - 1));
    root.hidden = items === 1;
    this.latent.draw(view);
    this.files.draw(view);
  }

  clearErrors() {
    for (const control of Object.values(this.controls)) control.fail(null);
  }

  // Marks the controls at fault and opens the sections they are in; where several together are too
  // much, those that were changed last.
  /** @param {Problem[]} errors */
  fail(errors) {
    this.clearErrors();
    for (const error of errors) this.#mark(error);
  }

  /** @param {Problem} error */
  #mark(error) {
    const names = error.field ? [error.field] : (error.changes ?? []);
    for (const control of names.flatMap((name) => this.controls[name] ?? [])) {
      control.fail(error);
      const folded = control.root.closest("details");
      if (folded) folded.open = true;
    }
  }
}

/** @type {(name: string, ...parts: HTMLElement[]) => HTMLElement} */
function section(name, ...parts) {
  return el(
    "section",
    { class: "group", id: `group-${name}` },
    el("h2", { text: t(`ui.${name}`) }),
    ...parts,
  );
}
