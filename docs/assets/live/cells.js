/**
 * The values of a chart's rows, from their recipes: macros/charts/kit/cells.py for the browser.
 * A recipe names a figure by the words of its data- attributes.
 */
import { AXES, DIGITS, QUANTITIES } from "./law.js";
import { show } from "./display.js";
import { turn } from "./figures.js";
import { comparison, parseReference, scenarioOf } from "./scenario.js";

/** @typedef {import("./scenario.js").Axes} Axes */
/** @typedef {import("./scenario.js").Scenario} Scenario */

/**
 * A figure's data- attributes, without their `data-`.
 * @typedef {Record<string, string>} Hooks
 */

/** A figure for the picks. @typedef {{ value: number, text: string, formula: string, sources: Iterable<string> }} Figure */

/** The scenario of the picks on the axes that some hooks follow, of `axes` on the others, turned by the hooks' rules; hooks of a side of a comparison end or begin with its name. @type {(axes: Axes, hooks: Hooks, picks: Axes, side?: string) => Scenario} */
function scenarioFor(axes, hooks, picks, side = "") {
  const followed = hooks[side ? `live-${side}` : "live"] ?? "";
  const moved = followed.split(" ").filter((axis) => axis in picks);
  const scenario = scenarioOf({ ...axes, ...Object.fromEntries(moved.map((axis) => [axis, picks[axis]])) });
  const rules = AXES.map((axis) => /** @type {[string, string]} */ ([axis, hooks[`${side ? `${side}-` : ""}${axis}-rule`]]));
  return rules.filter(([, rule]) => rule).reduce(turn, scenario);
}

const COUNTS = ["gpus", "batch", "context"];
const FACTS = ["bandwidth", "peak_flops", "memory"];

/** Where the GPU's facts that a quantity rests on were read: the first source of each. @type {(scenario: Scenario, quantity: string, seen?: Set<string>) => Set<string>} */
function sourcesOf(scenario, quantity, seen = new Set()) {
  const inputs = [...(QUANTITIES[quantity].text ?? "").matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  for (const input of inputs) sourcesOf(scenario, input, seen);
  if (FACTS.includes(quantity)) seen.add(scenario.title(quantity).split("; ")[0]);
  return seen;
}

/** @type {(hooks: Hooks, picks: Axes, page: Axes) => Figure} */
export function figureOf(hooks, picks, page) {
  const { quantity, scale } = hooks;
  const digits = Number(hooks.digits ?? DIGITS);
  if (hooks.of) {
    const [of, to] = ["of", "to"].map((side) => {
      const { quantity, axes } = parseReference(hooks[side]);
      return { quantity, scenario: scenarioFor(axes, hooks, picks, side) };
    });
    const { value, text, title } = comparison(quantity, of, to, digits, scale);
    return { value, text, formula: title.slice(title.lastIndexOf(" = ") + 3), sources: [] };
  }
  const own = AXES.filter((axis) => axis in hooks).map((axis) => [axis, COUNTS.includes(axis) ? Number(hooks[axis]) : hooks[axis]]);
  const scenario = scenarioFor({ ...page, ...Object.fromEntries(own) }, hooks, picks);
  return {
    value: scenario.value(quantity),
    text: scenario.text(quantity, digits, scale),
    formula: scenario.formula(quantity) || QUANTITIES[quantity].name,
    sources: sourcesOf(scenario, quantity),
  };
}

/** What a recipe gives for the picks. @type {(recipe: any, picks: Axes, page: Axes, used?: Figure[]) => any} */
export function compute(recipe, picks, page, used = []) {
  if (recipe === null || typeof recipe !== "object" || Array.isArray(recipe)) return recipe;
  /** @type {(hooks: Hooks) => Figure} */
  const figure = (hooks) => {
    const made = figureOf(hooks, picks, page);
    used.push(made);
    return made;
  };
  if (recipe.words) return recipe.words.map((part) => compute(part, picks, page, used)).join("");
  if (recipe.names) return Object.fromEntries(Object.entries(recipe.names).map(([key, part]) => [key, compute(part, picks, page, used)]));
  if (recipe.name) return scenarioOf(picks).name(recipe.name);
  if (recipe.if) {
    const holds = figureOf(recipe.if, picks, page).value > recipe.above;
    return compute(holds ? recipe.then : recipe.else, picks, page, used);
  }
  if (recipe.value) return figure(recipe.value).value;
  if (recipe.count) return show(Math.round(figure(recipe.count).value) + recipe.plus, "1", 15);
  const { value, text } = figure(recipe.text);
  return recipe.bare ? show(value, "1", Number(recipe.text.digits ?? DIGITS)) : text;
}

/** A row of a chart's data; `account` says how its figures came about, a line each, and from what. @type {(recipes: Record<string, any>, picks: Axes, page: Axes) => Record<string, any>} */
export function row(recipes, picks, page) {
  /** @type {Figure[]} */
  const used = [];
  const made = Object.fromEntries(Object.entries(recipes).map(([name, recipe]) => [name, compute(recipe, picks, page, used)]));
  const lines = new Set(used.map(({ text, formula }) => `${text}: ${formula}`));
  const sources = new Set(used.flatMap(({ sources }) => [...sources]));
  return { ...made, account: [...lines, sources.size ? `From ${[...sources].join("; ")}` : ""].filter(Boolean).join("\n") };
}
