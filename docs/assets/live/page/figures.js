/** Figures, names and worked equations that follow the reader's picks. */
import { all } from "../core/elements.js";
import { figureOf, isOfTheLaw, lately, scenarioOfHooks } from "../core/figure-of.js";
import { nameOf } from "../core/phrases.js";

/** @import { Hooks } from "../core/figure-of.js" */
/** @import { Axes, Scenario } from "../core/scenario.js" */

/**
 * What an element shows.
 * @typedef {object} View
 * @property {string} text
 * @property {Record<string, string | null>} attributes null takes one away
 */

/** @type {(element: HTMLElement) => Hooks} */
function hooksOf({ attributes }) {
  const data = [...attributes].filter(({ name }) => name.startsWith("data-"));
  return Object.fromEntries(data.map(({ name, value }) => [name.slice("data-".length), value]));
}

/** @type {(hooks: Hooks, page: Axes) => (picks: Axes) => View} */
function workedEquation(hooks, page) {
  const { at, write } = scenarioOfHooks(hooks, page);
  const view = lately((/** @type {Scenario} */ scenario) => ({ text: scenario.formula(hooks.worked), attributes: Object.fromEntries(write(scenario)) }));
  return (picks) => view(at(picks));
}

/** How an element follows the picks, if it can. @type {(hooks: Hooks, page: Axes) => undefined | ((picks: Axes) => View)} */
function viewOf(hooks, page) {
  if (hooks["live-name"]) return (picks) => ({ text: nameOf(hooks["live-name"], picks), attributes: {} });
  if (hooks.worked) return workedEquation(hooks, page);
  return isOfTheLaw(hooks) ? figureOf(hooks, page) : undefined;
}

/** Find what lives on the page; the result brings it up to date. @type {(defaults: Axes) => (picks: Axes) => void} */
export function find(defaults) {
  /** @type {{ view: (picks: Axes) => View, baked: View, show: (next: View) => void }[]} */
  const living = [];
  for (const element of all(HTMLElement, "[data-live], [data-live-name]")) {
    const view = viewOf(hooksOf(element), defaults);
    if (!view) continue;
    // The build knows more than the law (the sources of facts): back at the page's own scenario its words stand again.
    const names = Object.keys(view(defaults).attributes);
    const attributes = Object.fromEntries(names.map((attribute) => [attribute, element.getAttribute(attribute)]));
    const baked = { text: element.textContent ?? "", attributes };
    let shown = baked;
    living.push({ view, baked, show: lately((next) => void (shown = write(element, shown, next))) });
  }
  return (picks) => {
    const home = Object.keys(defaults).every((axis) => picks[axis] === defaults[axis]);
    for (const { view, baked, show } of living) show(home ? baked : view(picks));
  };
}

/** Bring an element up to date. @type {(element: HTMLElement, before: View, after: View) => View} */
function write(element, before, { text, attributes }) {
  if (before.text !== text) element.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) {
    if (before.attributes[attribute] === value) continue;
    if (value === null) element.removeAttribute(attribute);
    else element.setAttribute(attribute, value);
  }
  return { text, attributes };
}
