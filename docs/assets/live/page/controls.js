/** The native controls of a page: filled from the catalog, and all of one axis in step. */
import { CONTEXTS } from "../law.js";
import { all } from "../core/elements.js";
import { nameOf } from "../core/phrases.js";
import { entriesOn } from "../core/scenario.js";
import { current, judge, set, subscribe } from "../core/state.js";
import { say } from "./announcements.js";

/** @import { Axes } from "../core/scenario.js" */
/** @typedef {HTMLSelectElement | HTMLInputElement} Control */

const byName = new Intl.Collator("en", { numeric: true });

/** What can be chosen on an axis whose list the build leaves to its reader's browser. @type {(axis: string) => [value: string, name: string][]} */
function choices(axis) {
  if (axis === "context") return CONTEXTS.map((count) => [String(count), nameOf(axis, { ...current(), context: count })]);
  const entries = Object.entries(entriesOn(axis) ?? {});
  return entries.map(([id, { name }]) => /** @type {[string, string]} */ ([id, name])).sort((a, b) => byName.compare(a[1], b[1]));
}

/** @type {(select: HTMLSelectElement, options: [string, string][]) => void} */
function fill(select, options) {
  const value = select.value;
  select.replaceChildren(...options.map(([id, name]) => new Option(name, id)));
  select.value = value;
}

/** @type {(control: Control, picks: Axes) => void} */
function show(control, picks) {
  const axis = control.name;
  const value = String(picks[axis]);
  if (control instanceof HTMLInputElement) {
    if (control.value === "" || Number(control.value) !== picks[axis]) control.value = value;
    return;
  }
  if (control.value !== value) {
    if (![...control.options].some((option) => option.value === value)) {
      control.add(new Option(nameOf(axis, picks), value));
    }
    control.value = value;
  }
}

/** What another pick makes of a list: no context is longer than the model takes, no format of math beyond the GPU. @type {(list: Control) => (picks: Axes) => void} */
function limiter(list) {
  const axis = list.name;
  if (!(list instanceof HTMLSelectElement) || (axis !== "context" && axis !== "math")) return () => {};
  const limits = axis === "context" ? "model" : "gpu";
  let limit = "";
  return (picks) => {
    if (limit === picks[limits]) return;
    limit = picks[limits];
    for (const option of list.options) option.disabled = judge(axis, option.value, picks).why !== undefined;
  };
}

/** @param {Axes} defaults */
export function start(defaults) {
  /** @type {Control[]} */
  const fields = [...all(HTMLSelectElement, "[data-picks] select"), ...all(HTMLInputElement, "[data-picks] input")];
  const controls = fields.filter(({ name }) => name in defaults);
  /** @type {Record<string, [string, string][]>} */
  const options = {};
  for (const control of controls) {
    // After a reload browsers put back what a control held; the address alone says what is picked.
    // A list with more than its default is one that the build has filled.
    if (control instanceof HTMLSelectElement && control.options.length < 2) fill(control, (options[control.name] ??= choices(control.name)));
  }
  const limiters = controls.map(limiter);
  /** @param {Axes} picks */
  const update = (picks) => {
    for (const control of controls) show(control, picks);
    for (const limit of limiters) limit(picks);
  };
  update(current());
  subscribe(update);

  /** The control that a reader turned, if it is one of these. @type {(event: Event) => Control | undefined} */
  const turned = ({ target }) => controls.find((control) => control === target);
  document.addEventListener("input", (event) => {
    const control = turned(event);
    if (control instanceof HTMLInputElement && control.value && control.checkValidity()) {
      set({ [control.name]: Number(control.value) });
    }
  });
  document.addEventListener("change", (event) => {
    const control = turned(event);
    if (!control) return;
    if (control instanceof HTMLSelectElement) {
      set({ [control.name]: typeof defaults[control.name] === "number" ? Number(control.value) : control.value });
    } else if (!control.value || !control.checkValidity()) {
      say(`${control.labels?.[0].textContent?.trim()}: whole numbers from ${control.min} to ${control.max}.`);
      show(control, current());
    }
  });
}
