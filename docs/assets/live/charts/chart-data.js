/** The rows of a chart's data, from the recipes of their cells. */
import { FACTS } from "../law.js";
import { compute } from "../core/phrases.js";
import { inputsOf } from "../core/scenario.js";

/** @import { Recipe } from "../law.js" */
/** @import { Figure } from "../core/figure-of.js" */
/** @import { Axes, Side } from "../core/scenario.js" */

/** Where the GPU's facts that a quantity rests on were read: the first source of each. @type {(side: Side | undefined) => string[]} */
function sourcesOf(side) {
  if (!side) return [];
  const facts = [...inputsOf(side.quantity)].filter((input) => FACTS.includes(input));
  return facts.map((fact) => side.scenario.title(fact).split("; ")[0]);
}

/** A row of a chart's data; `account` says how its figures came about, a line each, and from what. @type {(recipes: Record<string, Recipe>, picks: Axes, page: Axes) => Record<string, any>} */
export function row(recipes, picks, page) {
  /** @type {Figure[]} */
  const used = [];
  const made = Object.fromEntries(Object.entries(recipes).map(([name, recipe]) => [name, compute(recipe, picks, page, used)]));
  const lines = new Set(used.map(({ text, account }) => `${text}: ${account}`));
  const sources = new Set(used.flatMap(({ side }) => sourcesOf(side)));
  return { ...made, account: [...lines, sources.size ? `From ${[...sources].join("; ")}` : ""].filter(Boolean).join("\n") };
}
