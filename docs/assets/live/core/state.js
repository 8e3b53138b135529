/**
 * What the reader has picked: one scenario for the page, kept in the query of its address.
 * The query comes from anywhere, so each value is judged before it is taken.
 */
import { AXES as ALL_AXES, CATALOG, LIMITS, USUAL } from "../law.js";
import { entriesOn, ownSpeed, ownText, PLAIN_AXES, scenarioOf } from "./scenario.js";

/** @import { Axes } from "./scenario.js" */
/** @typedef {(picks: Axes, ignored: string[]) => void} Follower */

/** The page's own scenario; where it has none nothing is picked. @type {Axes} */
export const defaults = JSON.parse(document.getElementById("page-scenario")?.textContent ?? "{}");

const AXES = Object.keys(defaults);
export const hasScenario = AXES.length > 0;
const LONGEST_SHOWN = 40;
const RUN = 1000; // ms in which changes of one axis count as one pick
const PAUSE = 250; // ms without a change after which the address is brought up to date

/** @type {Axes} */
let picks = { ...defaults };
/** @type {string[]} */
let ignored = [];
/** @type {Follower[]} */
const followers = [];

export const current = () => picks;
export const whatWasIgnored = () => ignored;
export const isDefault = () => AXES.every((axis) => picks[axis] === defaults[axis]);

/** @param {Follower} follower */
export function subscribe(follower) {
  followers.push(follower);
}

/** The value of an axis, or why it is not one. @type {(axis: string, value: unknown, soFar: Axes) => { value?: any, why?: string }} */
export function judge(axis, value, soFar) {
  const text = String(value);
  if (axis === "measured") return text ? judgeSpeed(text) : { value: text };
  if (axis === "memory") return { why: "not to be picked" };
  if (axis === "math") {
    return !text || Object.hasOwn(CATALOG.gpu[soFar.gpu].peaks, text) ? { value: text } : { why: "this GPU has no peak for it" };
  }
  const entries = entriesOn(axis);
  if (entries) return Object.hasOwn(entries, text) ? { value: text } : { why: "not in the catalog" };
  const { name, max_context } = CATALOG.model[soFar.model];
  const [least, most] = LIMITS[axis] ?? [0, max_context];
  const count = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (count >= least && count <= most) return { value: count };
  const whose = axis === "context" ? `, which is all that ${name} takes` : "";
  return { why: `not a whole number from ${least} to ${most.toLocaleString("en")}${whose}` };
}

/** A speed that the reader measured, or why it is none. @type {(text: string) => { value?: string, why?: string }} */
function judgeSpeed(text) {
  const { tps, axes } = ownSpeed(text);
  /** @type {any} */
  const known = { ...USUAL };
  for (const axis of [...PLAIN_AXES, ...Object.keys(axes).filter((axis) => !PLAIN_AXES.includes(axis))]) {
    if (!ALL_AXES.includes(axis) || axis === "measured") return { why: "not a measured speed" };
    const { value, why } = judge(axis, axes[axis], known);
    if (why) return { why: `its ${axis} is ${why}` };
    known[axis] = value;
  }
  const scenario = scenarioOf(known);
  if (!(tps > 0 && tps < Infinity)) return { why: "not a speed of one user" };
  if (!scenario.fits) return { why: "these weights do not fit, so they have no ceiling" };
  if (tps > scenario.value("decode_tps")) {
    return { why: `above the ceiling of ${scenario.text("decode_tps")}: take the speed of one user, not of all together, and without speculative decoding` };
  }
  return { value: ownText(tps, scenario) };
}

/** Take what can be taken of some wishes; the rest stands as it does in `base`. @type {(wishes: Record<string, unknown>, base: Axes) => void} */
function take(wishes, base) {
  const next = { ...base };
  ignored = [];
  for (const axis of AXES) {
    const wish = axis in wishes ? wishes[axis] : base[axis];
    const { value, why } = judge(axis, wish, next);
    if (why === undefined) {
      next[axis] = value;
      continue;
    }
    const text = String(wish);
    ignored.push(`${axis}=${text.slice(0, LONGEST_SHOWN)}${text.length > LONGEST_SHOWN ? "…" : ""}: ${why}`);
    // A default may be beyond the picked model or GPU too.
    next[axis] = [base[axis], defaults[axis], axis === "context" ? 0 : ""].find((other) => !judge(axis, other, next).why);
  }
  picks = next;
}

function tell() {
  for (const follower of followers) follower(picks, ignored);
}

/** The parts of the query, with the axis that each one sets, if any. */
function parts() {
  return location.search.slice(1).split("&").filter(Boolean).map((text) => {
    const axis = text.split("=", 1)[0];
    return { text, axis: AXES.includes(axis) ? axis : "" };
  });
}

/** The address of the current picks: it names what differs from the page's own scenario. */
export function address() {
  const foreign = parts().filter(({ axis }) => !axis).map(({ text }) => text);
  const own = AXES.filter((axis) => picks[axis] !== defaults[axis]).map((axis) => `${axis}=${encodeURIComponent(picks[axis])}`);
  const query = [...foreign, ...own].join("&");
  return location.pathname + (query && `?${query}`) + location.hash;
}

/** Read the picks from the address, and tell of them unless they are the page's own. */
export function restore() {
  /** @type {Record<string, unknown>} */
  const wishes = {};
  for (const { text, axis } of parts()) {
    if (axis && !(axis in wishes)) wishes[axis] = new URLSearchParams(text).get(axis);
  }
  const before = picks;
  take(wishes, defaults);
  if (ignored.length || AXES.some((axis) => picks[axis] !== before[axis])) tell();
}

let last = { axes: "", time: -Infinity };
/** What is still to be written into the address bar. @type {{ push: boolean, url: string } | undefined} */
let pending;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let writing;

function write() {
  clearTimeout(writing);
  if (!pending) return;
  const { push, url } = pending;
  pending = undefined;
  if (push) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
}

/**
 * One entry of the history for each pick; a run of changes on one axis (typing, arrow keys) is one
 * pick. Browsers take their time over it, so figures change first.
 * @param {string} axes
 */
function record(axes) {
  const time = performance.now();
  const run = axes === last.axes && time - last.time < RUN;
  if (!run || pending?.push) write();
  clearTimeout(writing);
  pending = { push: !run, url: address() };
  writing = setTimeout(write, run ? PAUSE : 0);
  last = { axes, time };
}

/** Pick other values on some axes. @param {Partial<Axes>} changes */
export function set(changes) {
  const before = picks;
  take(changes, picks);
  const changed = AXES.filter((axis) => picks[axis] !== before[axis]);
  if (changed.length) record(changed.join());
  if (changed.length || ignored.length) tell();
}

addEventListener("popstate", () => {
  pending = undefined;
  last = { axes: "", time: -Infinity };
  if (hasScenario) restore();
});
addEventListener("pagehide", write);
