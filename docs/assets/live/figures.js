/** Figures, names and worked equations that follow the reader's picks. */
import { AXES, QUANTITIES } from "./law.js";
import { pyRepr } from "./display.js";
import { comparison, parseReference, scenarioOf } from "./scenario.js";

/** @typedef {import("./scenario.js").Axes} Axes */
/** @typedef {import("./scenario.js").Scenario} Scenario */

/** What a figure says in the place of a speed that no one will see. */
const NO_FIT = "does not fit";
const COUNTS = ["gpus", "batch", "context"];

/**
 * What an element shows.
 * @typedef {object} View
 * @property {string} text
 * @property {Record<string, string | null>} attributes null takes one away
 */

/** Those of some listed axes that the page lets its reader pick. @type {(list: string | undefined, picks: Axes) => string[]} */
const picked = (list, picks) => (list ?? "").split(" ").filter((axis) => axis in picks);

/** The axes written on an element, over the page's own. @type {(element: HTMLElement, defaults: Axes) => Axes} */
function axesOf({ dataset }, defaults) {
  const own = AXES.filter((axis) => axis in dataset).map((axis) => [axis, COUNTS.includes(axis) ? Number(dataset[axis]) : dataset[axis]]);
  return { ...defaults, ...Object.fromEntries(own) };
}

/** The scenario of the picks on some axes, and of `pinned` on all others. @type {(picks: Axes, followed: string[], pinned: Axes, rules: Record<string, string>) => Scenario} */
function follow(picks, followed, pinned, rules) {
  const axes = { ...pinned };
  for (const axis of followed) axes[axis] = picks[axis];
  return Object.entries(rules).reduce(turn, scenarioOf(axes));
}

/** The rules that decide axes, by axis; those of a side of a comparison have its name before them. @type {(dataset: DOMStringMap, side?: string) => Record<string, string>} */
function rulesOf(dataset, side = "") {
  const keys = AXES.map((axis) => [axis, side ? `${side}${axis[0].toUpperCase()}${axis.slice(1)}Rule` : `${axis}Rule`]);
  return Object.fromEntries(keys.filter(([, key]) => key in dataset).map(([axis, key]) => [axis, dataset[key]]));
}

/** `min` takes as few GPUs as hold the weights, `max` as many users as fit; `×2` and `÷2` go from where the reader stands. @type {(scenario: Scenario, rule: [string, string]) => Scenario} */
export function turn(scenario, [axis, rule]) {
  if (rule === "min") return scenario.onEnough;
  if (rule === "max") return scenario.on({ batch: Math.max(1, scenario.value("max_batch")) });
  const factor = Number(rule.slice(1));
  const count = Math.floor(scenario.axes[axis] * (rule[0] === "÷" ? 1 / factor : factor));
  return scenario.on({ [axis]: axis === "context" ? Math.min(count, scenario.model.max_context) : count });
}

/** @type {(element: HTMLElement, defaults: Axes) => (picks: Axes) => View} */
function lawFigure(element, defaults) {
  const { quantity, digits, scale, hypothetical } = element.dataset;
  const rules = rulesOf(element.dataset);
  const followed = picked(element.dataset.live, defaults);
  const pinned = axesOf(element, defaults);
  const written = [...followed, ...Object.keys(rules)];
  return (picks) => {
    const scenario = follow(picks, followed, pinned, rules);
    const lacking = scenario.lacks(quantity);
    const axes = written.map((axis) => [`data-${axis}`, String(scenario.axes[axis])]);
    return {
      text: lacking && hypothetical === undefined ? NO_FIT : scenario.text(quantity, digits && Number(digits), scale),
      attributes: {
        value: pyRepr(scenario.value(quantity)),
        title: scenario.title(quantity),
        "data-fits": lacking ? "no" : null,
        ...Object.fromEntries(axes),
      },
    };
  };
}

/** @type {(element: HTMLElement, defaults: Axes) => (picks: Axes) => View} */
function comparedFigure(element) {
  const { quantity, digits, scale, hypothetical, of, to, liveOf, liveTo } = element.dataset;
  const [left, right] = [of, to].map((side) => parseReference(side));
  const [ofRules, toRules] = ["of", "to"].map((side) => rulesOf(element.dataset, side));
  return (picks) => {
    const sides = [[left, liveOf, ofRules], [right, liveTo, toRules]].map(([side, followed, rules]) => ({
      quantity: side.quantity,
      scenario: follow(picks, picked(followed, picks), side.axes, rules),
    }));
    const made = comparison(quantity, sides[0], sides[1], digits && Number(digits), scale);
    const lacking = hypothetical === undefined && sides.some((side) => side.scenario.lacks(side.quantity));
    return {
      text: lacking ? NO_FIT : made.text,
      attributes: { value: pyRepr(made.value), title: made.title, "data-of": made.of, "data-to": made.to },
    };
  };
}

/** @type {(element: HTMLElement, defaults: Axes) => (picks: Axes) => View} */
function workedEquation(element, defaults) {
  const { worked, live } = element.dataset;
  const pinned = axesOf(element, defaults);
  const followed = picked(live, defaults);
  return (picks) => {
    const scenario = follow(picks, followed, pinned, {});
    const axes = followed.map((axis) => [`data-${axis}`, String(scenario.axes[axis])]);
    return { text: scenario.formula(worked), attributes: Object.fromEntries(axes) };
  };
}

/** @type {(element: HTMLElement) => (picks: Axes) => View} */
function name({ dataset }) {
  return (picks) => ({ text: scenarioOf(picks).name(dataset.liveName), attributes: {} });
}

/** How an element follows the picks, if it can. @type {(element: HTMLElement) => undefined | ((element: HTMLElement, defaults: Axes) => (picks: Axes) => View)} */
function kindOf({ dataset }) {
  if (dataset.liveName) return name;
  if (dataset.worked) return workedEquation;
  if (!dataset.of) return dataset.quantity in QUANTITIES ? lawFigure : undefined;
  // A published measurement is no quantity of the law: such a ratio stays as it was baked.
  return [dataset.of, dataset.to].every((side) => parseReference(side).quantity in QUANTITIES) ? comparedFigure : undefined;
}

/** Find what lives on the page; the result brings it up to date. @type {(defaults: Axes) => (picks: Axes) => void} */
export function find(defaults) {
  const living = [];
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-live], [data-live-name]"))) {
    const view = kindOf(element)?.(element, defaults);
    if (!view) continue;
    // The build knows more than the law (the sources of facts): back at the page's own scenario its words stand again.
    const names = Object.keys(view(defaults).attributes);
    const attributes = Object.fromEntries(names.map((attribute) => [attribute, element.getAttribute(attribute)]));
    const baked = { text: element.textContent, attributes };
    living.push({ element, view, baked, shown: baked });
  }
  return (picks) => {
    const home = Object.keys(defaults).every((axis) => picks[axis] === defaults[axis]);
    for (const one of living) {
      const next = home ? one.baked : one.view(picks);
      write(one.element, one.shown, next);
      one.shown = next;
    }
  };
}

/** @type {(element: HTMLElement, before: View, after: View) => void} */
function write(element, before, after) {
  if (before.text !== after.text) element.textContent = after.text;
  for (const attribute in after.attributes) {
    const value = after.attributes[attribute];
    if (before.attributes[attribute] === value) continue;
    if (value === null) element.removeAttribute(attribute);
    else element.setAttribute(attribute, value);
  }
}
