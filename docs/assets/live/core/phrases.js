/**
 * Words and values that follow the picks, from their recipes: macros/figures/cells.py for the
 * browser. Charts bring recipes of their own; sentences and names of all pages stand in ../law.js.
 */
import { DIGITS, NAMES, SENTENCES } from "../law.js";
import { figureOf } from "./figure-of.js";
import { show } from "./format.js";
import { scenarioOf } from "./scenario.js";

/** @import { Recipe } from "../law.js" */
/** @import { Figure, Hooks } from "./figure-of.js" */
/** @import { Axes } from "./scenario.js" */

/** A recipe's figures, prepared: a chart asks for the same ones again with each pick. @type {WeakMap<Hooks, { page: Axes, at: (picks: Axes) => Figure }>} */
const prepared = new WeakMap();

/** @type {(hooks: Hooks, picks: Axes, page: Axes) => Figure} */
function figureFor(hooks, picks, page) {
  let known = prepared.get(hooks);
  if (known?.page !== page) prepared.set(hooks, (known = { page, at: figureOf(hooks, page) }));
  return known.at(picks);
}

/** What a recipe gives for the picks; `used` takes the figures that are shown in it. @type {(recipe: Recipe, picks: Axes, page: Axes, used?: Figure[]) => any} */
export function compute(recipe, picks, page, used = []) {
  if (recipe === null || typeof recipe !== "object" || Array.isArray(recipe)) return recipe;
  /** @type {(recipe: Recipe) => any} */
  const part = (recipe) => compute(recipe, picks, page, used);
  /** @type {(hooks: Hooks) => Figure} */
  const figure = (hooks) => {
    const made = figureFor(hooks, picks, page);
    used.push(made);
    return made;
  };
  if ("words" in recipe) return recipe.words.map(part).join("");
  if ("names" in recipe) return Object.fromEntries(Object.entries(recipe.names).map(([key, name]) => [key, part(name)]));
  if ("name" in recipe) return nameOf(recipe.name, picks);
  if ("if" in recipe) {
    const above = typeof recipe.above === "number" ? recipe.above : figureFor(recipe.above, picks, page).value;
    return part(figureFor(recipe.if, picks, page).value > above ? recipe.then : recipe.else);
  }
  if ("value" in recipe) return figure(recipe.value).value;
  if ("count" in recipe) return show(Math.round(figure(recipe.count).value) + recipe.plus, "1", 15);
  const { value, text, side } = figure(recipe.text);
  const digits = Number(recipe.text.digits ?? DIGITS);
  if (recipe.bare) return show(value, "1", digits);
  if (!recipe.apart || text !== figureFor(recipe.apart, picks, page).text) return text;
  return side ? side.scenario.text(side.quantity, digits + 1, recipe.text.scale) : text;
}

/** What is picked on one axis, as captions and rows name it. @type {(axis: string, picks: Axes) => string} */
export function nameOf(axis, picks) {
  return axis in NAMES ? compute(NAMES[axis], picks, picks) : (scenarioOf(picks).entryOf(axis)?.name ?? "");
}

/** A sentence of all pages, about a scenario; empty where there is nothing to say. @type {(name: string, picks: Axes) => string} */
export const sentence = (name, picks) => compute(SENTENCES[name], picks, picks);
