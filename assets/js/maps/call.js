// The line of code that makes the focused stage: each argument, pointed at, is told of in words,
// and those that can be changed lead to their control.

import { el, setText } from "../dom.js";
import { has, t } from "../i18n.js";
import { cueOverflow } from "../overflow.js";
import { isFinger } from "../pointer.js";

/** @import { Argument, Call, FieldName, MapsView } from "../contract.js" */

const ONE_LINE = 32; // characters that stand in one line wherever a call is shown

// The arguments that stand in the code: all, or those that the original writes.
/** @type {(args: Argument[], all: boolean) => Argument[]} */
export const standing = (args, all) => args.filter(({ shown }) => all || shown);

// How many arguments there are, those of a value's own call as well.
/** @type {(args: Argument[]) => number} */
export const countOf = (args) =>
  args.reduce((total, { made }) => total + 1 + (made ? countOf(made.arguments) : 0), 0);

// What an argument is and does here, and its default where it has another value.
/** @param {Argument} argument */
export function wordsOf({ sentence: { code, params }, default: usual }) {
  const words = t(`arguments.${code}`, params);
  return usual ? [words, t("call.default", { default: usual })].join(t("ui.space")) : words;
}

// What would be told of an argument, unseen: pointing at it finds its room there.
/** @param {Argument} argument */
function roomOf(argument) {
  const { code, fields, changes } = argument,
    words = el("p", { class: "call-words" }, el("code", { text: code }), ` ${wordsOf(argument)}`),
    names = [...fields.map(fieldName), ...(changes ? [t("call.alone")] : [])],
    leads = [t("call.change"), ...names].map((text) => el("span", { text }));
  return el("div", {}, words, names.length ? el("p", { class: "call-leads" }, ...leads) : null);
}

// An argument and what follows it, which begins no line; but beside a button of two lines it would
// stand far off.
/** @type {(node: HTMLElement, mark: string) => HTMLElement} */
function withMark(node, mark) {
  const isWide = node instanceof HTMLButtonElement && node.textContent.length > ONE_LINE;
  return el("span", isWide ? {} : { class: "with-mark" }, node, mark);
}

/** @param {FieldName} field */
const fieldName = (field) => (has(`labels.${field}`) ? t(`labels.${field}`) : field);

export class StageCall {
  #all = false; // whether all arguments are shown
  #drawn = ""; // the call, as it was drawn last
  /** @type {Call | null} */
  #call = null;
  /** @type {HTMLElement | null} */
  #told = null; // the argument that the words are about

  code = el("code", { class: "call-code" });
  more = el("button", { type: "button", class: "link", on: { click: () => this.#unfold() } });
  name = el("code", {});
  text = el("span", {});
  words = el("p", { class: "call-words", id: "call-words", "aria-live": "polite" });
  leads = el("p", { class: "call-leads" });
  rooms = el("div", { class: "call-rooms", "aria-hidden": "true" });
  notes = el("p", { class: "call-notes" });
  line = el("div", { class: "call-line" }, el("p", {}, this.code, this.more));
  root = el(
    "section",
    { class: "call", id: "stage-call", "aria-label": t("call.label") },
    this.line,
    el("div", { class: "call-told" }, el("div", {}, this.words, this.leads), this.rooms),
    this.notes,
  );

  /**
   * @param {(field: FieldName) => void} leadTo
   * @param {(argument: string) => void} change leads to where this stage alone is changed
   */
  constructor(leadTo, change) {
    this.leadTo = leadTo;
    this.change = change;
    this.words.append(this.name, " ", this.text);
    cueOverflow(this.line);
  }

  /** @param {Pick<MapsView, "focus">} view */
  draw({ focus: { call } }) {
    const key = JSON.stringify(call);
    if (key === this.#drawn) return;
    const same = this.#call?.function === call.function && this.#call.target === call.target;
    const told = same && this.#call?.first === call.first ? this.#told?.dataset.argument : "";
    this.#drawn = key;
    this.#call = call;
    if (!same) this.#all = false; // another call begins with what the original writes
    this.#write(told || call.first);
    const notes = call.notes.map(({ code, params }) => t(`call.${code}`, params));
    this.notes.hidden = notes.length === 0;
    setText(this.notes, notes.join(t("ui.space")));
  }

  // Writes the code anew; the words are about that argument, or the call's first.
  /** @param {string} told */
  #write(told) {
    const call = this.#call;
    if (!call) return;
    this.rooms.replaceChildren();
    const parts = this.#listed(call.arguments, "", ")");
    this.code.replaceChildren(`${call.target} = ${call.function}(`, el("wbr"), ...parts);
    const count = countOf(call.arguments);
    this.more.hidden = standing(call.arguments, false).length === count; // nothing is folded away
    setText(this.more, t(this.#all ? "call.fewer" : "call.all", { count }));
    this.more.setAttribute("aria-expanded", String(this.#all));
    (this.#find(told) ?? this.#find(call.first))?.dispatchEvent(new Event("tell"));
  }

  /** @param {string} name */
  #find(name) {
    return this.code.querySelector(`[data-argument="${name}"]`);
  }

  // Arguments, each with the mark that follows it, and what closes them.
  /** @type {(args: Argument[], prefix: string, close: string) => (Node | string)[]} */
  #listed(args, prefix, close) {
    const shown = standing(args, this.#all);
    if (!shown.length) return [close];
    return shown.flatMap((argument, at) => {
      const path = `${prefix}${argument.name}`,
        node = this.#argument(argument, path),
        end = at < shown.length - 1 ? "," : close,
        space = at ? [" "] : [];
      this.rooms.append(roomOf(argument));
      if (!argument.made) return [...space, withMark(node, end)];
      const inner = this.#listed(argument.made.arguments, `${path}.`, `)${end}`);
      return [...space, withMark(node, "("), el("wbr"), ...inner];
    });
  }

  // One that can be changed is a button, the others are not.
  /** @type {(argument: Argument, path: string) => HTMLElement} */
  #argument(argument, path) {
    const changed = argument.fields.length > 0 || argument.changes !== "";
    const tell = () => this.#tell(node, argument);
    const node = el(changed ? "button" : "span", {
      ...(changed
        ? { type: "button" }
        : { tabindex: 0, role: "note", "aria-label": argument.code }),
      class: "argument",
      text: argument.code,
      data: { argument: path },
      "aria-describedby": this.words.id,
      on: {
        // The pointer moves; where the page is scrolled below it nothing else is told of.
        pointermove: ({ movementX, movementY }) => {
          if (movementX || movementY) tell();
        },
        focus: tell,
        click: () => {
          tell();
          if (changed && !isFinger()) this.#leadOn(argument);
        },
      },
    });
    node.addEventListener("tell", tell);
    return node;
  }

  /** @type {(node: HTMLElement, argument: Argument) => void} */
  #tell(node, argument) {
    if (node === this.#told) return;
    this.#told?.classList.remove("told");
    this.#told = node;
    node.classList.add("told");
    setText(this.name, argument.code);
    setText(this.text, wordsOf(argument));
    const { fields, changes } = argument,
      alone = changes ? [this.#alone(changes)] : [];
    this.leads.hidden = !fields.length && !changes;
    this.leads.replaceChildren(
      `${t("call.change")} `,
      ...fields.map((field) => this.#lead(field)),
      ...alone,
    );
  }

  // To the control of all that it is part of; else to this stage's own.
  /** @param {Argument} argument */
  #leadOn({ fields, changes }) {
    if (fields.length) this.leadTo(fields[0]);
    else this.change(changes);
  }

  /** @param {string} name */
  #alone(name) {
    return el("button", {
      type: "button",
      class: "link",
      text: t("call.alone"),
      data: { changes: name },
      on: { click: () => this.change(name) },
    });
  }

  /** @param {FieldName} field */
  #lead(field) {
    return el("button", {
      type: "button",
      class: "link",
      text: fieldName(field),
      data: { field },
      on: { click: () => this.leadTo(field) },
    });
  }

  #unfold() {
    this.#all = !this.#all;
    this.#write(this.#told?.dataset.argument ?? "");
  }
}
