/**
 * Scenarios that the reader keeps beside the picks. They stand in the address, once each, as
 * `compare=llama-3-70b,h100-sxm,fp8,1,1,2048`, with `kv=`, `math=` and `engine=` behind where they differ.
 */
import { AXES, NO_FIT, QUANTITIES, USUAL } from "../law.js";
import { all, the } from "../core/elements.js";
import { pyRepr } from "../core/format.js";
import { nameOf } from "../core/phrases.js";
import { pairOf, PLAIN_AXES, scenarioOf } from "../core/scenario.js";
import { address, current, defaults, judge, set, subscribe } from "../core/state.js";
import { say } from "../page/announcements.js";

/** @import { Axes, Scenario } from "../core/scenario.js" */

const KEY = "compare";
const MOST = 3;
const LONGEST_SHOWN = 60;
/** What is written behind the axes that every scenario names. */
const MORE = ["kv", "math", "engine", "measured"];

/** @type {Axes[]} */
let kept = [];

/** @type {(axes: Axes) => string} */
const textOf = (axes) => scenarioOf(axes).places().join();

/** A scenario from its text, or why it is none. @type {(text: string) => { axes: Axes, why?: undefined } | { axes?: undefined, why: string }} */
function parse(text) {
  const fields = text.split(",");
  if (fields.length < PLAIN_AXES.length || fields.length > PLAIN_AXES.length + MORE.length) return { why: "not a scenario" };
  const wishes = PLAIN_AXES.map((axis, place) => [axis, fields[place]]);
  for (const field of fields.slice(PLAIN_AXES.length)) {
    const [axis, value] = pairOf(field);
    if (!MORE.includes(axis)) return { why: "not a scenario" };
    wishes.push([axis, value]);
  }
  /** @type {any} */
  const axes = Object.fromEntries(MORE.map((axis) => [axis, USUAL[axis]]));
  for (const [axis, wish] of wishes) {
    const { value, why } = judge(axis, wish, axes);
    if (why) return { why: `${axis} is ${why}` };
    axes[axis] = value;
  }
  return { axes };
}

/** What the address keeps, and what of it was ignored. */
function read() {
  const texts = new URLSearchParams(location.search).getAll(KEY);
  /** @type {string[]} */
  const ignored = [];
  /** @type {Map<string, Axes>} */
  const found = new Map();
  for (const text of texts.slice(0, 4 * MOST)) {
    const { axes, why } = parse(text.slice(0, 1000));
    const full = axes && found.size === MOST && !found.has(textOf(axes));
    const reason = full ? `only ${MOST} can be kept` : why;
    if (reason) ignored.push(`${KEY}=${text.slice(0, LONGEST_SHOWN)}${text.length > LONGEST_SHOWN ? "…" : ""}: ${reason}`);
    else if (axes) found.set(textOf(axes), axes);
  }
  kept = [...found.values()];
  return ignored;
}

function write() {
  const [head, hash] = address().split("#");
  const [path, query = ""] = head.split("?");
  const parts = query.split("&").filter((part) => part && part.split("=", 1)[0] !== KEY);
  const all = [...parts, ...kept.map((axes) => `${KEY}=${textOf(axes)}`)].join("&");
  history.pushState(null, "", path + (all && `?${all}`) + (hash ? `#${hash}` : ""));
}

/** @type {(axes: Axes) => string} */
const titleOf = (axes) => `${nameOf("model", axes)}, ${nameOf("precision", axes)}, ${nameOf("gpus", axes)}${nameOf("gpu", axes)}`;

/** A figure of another scenario than the one it is made like. @type {(scenario: Scenario, like: HTMLElement) => HTMLDataElement} */
function figure(scenario, like) {
  const { quantity = "", digits, scale, memory } = like.dataset;
  const at = memory ? scenario.on({ memory }) : scenario;
  const { unit, axes } = QUANTITIES[quantity];
  const made = document.createElement("data");
  made.className = "figure";
  made.value = pyRepr(at.value(quantity));
  Object.assign(made.dataset, { quantity, unit });
  for (const axis of AXES) {
    if (axes.includes(axis) && at.axes[axis] !== USUAL[axis]) made.dataset[axis] = String(at.axes[axis]);
  }
  made.title = at.title(quantity);
  made.textContent = at.lacks(quantity) ? NO_FIT : at.text(quantity, digits ? Number(digits) : undefined, scale);
  if (at.lacks(quantity)) made.dataset.fits = "no";
  return made;
}

/** @type {(axes: Axes, cell: HTMLTableCellElement) => HTMLTableCellElement} */
function cellLike(axes, cell) {
  const scenario = scenarioOf(axes);
  const made = document.createElement("td");
  made.className = cell.className;
  for (const part of all(HTMLElement, "[data-live-name], data.figure", cell)) {
    made.append(part.dataset.liveName ? nameOf(part.dataset.liveName, axes) : figure(scenario, part));
  }
  return made;
}

/** @type {(text: string, label: string, act: () => void) => HTMLButtonElement} */
function button(text, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

const table = () => the(HTMLTableElement, "[data-compare] table");

function draw() {
  const rows = [...table().rows];
  for (const row of rows) while (row.cells.length > 2) row.deleteCell(-1);
  kept.forEach((axes, place) => {
    const head = document.createElement("th");
    head.scope = "col";
    head.append(
      `Kept ${place + 1}`,
      button("Turn to it", `Turn to ${titleOf(axes)}`, () => set(axes)),
      button("Remove", `Remove ${titleOf(axes)}`, () => remove(place)),
    );
    rows[0].append(head);
    for (const row of rows.slice(1)) row.append(cellLike(axes, row.cells[1]));
  });
  mark();
}

/** @type {(axes: Axes) => boolean} */
const isKept = (axes) => kept.some((other) => textOf(other) === textOf(axes));

/** The button says what it can do now. */
function mark() {
  const keeper = the(HTMLElement, "[data-action=keep]");
  const done = isKept(current());
  keeper.textContent = done ? "Kept" : kept.length === MOST ? "No room to keep more" : "Keep this one";
  keeper.setAttribute("aria-disabled", String(done || kept.length === MOST));
}

function keep() {
  const axes = { ...current() };
  if (isKept(axes)) return say("It is kept already.");
  if (kept.length === MOST) return say("Three are kept; remove one first.");
  kept.push(axes);
  write();
  draw();
  say(`Kept ${titleOf(axes)}: ${kept.length} of ${MOST}.`);
}

/** @param {number} place */
function remove(place) {
  const [gone] = kept.splice(place, 1);
  write();
  draw();
  say(`Removed ${titleOf(gone)}.`);
  the(HTMLElement, "[data-compare]").focus({ preventScroll: true });
}

/** What is compared: the picks first, each with the figures that the table shows of it. */
export function columns() {
  return [current(), ...kept].map((axes, place) => ({
    axes: { ...defaults, ...axes },
    figures: [...table().tBodies[0].rows].flatMap((row) => all(HTMLDataElement, "data.figure", row.cells[place + 1])),
  }));
}

export function start() {
  const note = the(HTMLElement, "[data-compare-note]");
  const restore = () => {
    const ignored = read();
    note.hidden = !ignored.length;
    note.textContent = ignored.length ? `Ignored ${ignored.join("; ")}.` : "";
    if (ignored.length) say(note.textContent);
    draw();
  };
  the(HTMLElement, "[data-action=keep]").addEventListener("click", keep);
  addEventListener("popstate", restore);
  subscribe(mark);
  restore();
}
