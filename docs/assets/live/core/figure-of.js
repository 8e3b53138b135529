/**
 * A figure for the reader's picks, from its hooks: the words of the figure's markup, which stand on
 * the elements of a page and in the recipes of its charts and sentences.
 */
import { AXES, NO_FIT, QUANTITIES } from "../law.js";
import { pyRepr } from "./format.js";
import { comparison, parseReference, readAxis, scenarioOf } from "./scenario.js";

/** @import { Axes, Scenario, Side } from "./scenario.js" */

/** A figure's data- attributes, without their `data-`. @typedef {Record<string, string>} Hooks */

/**
 * @typedef {object} Figure
 * @property {number} value in SI units
 * @property {string} text
 * @property {string} account how it came about: its equation with numbers, or the two that are compared
 * @property {Side | undefined} side what it is of, unless it compares two
 * @property {Record<string, string | null>} attributes of the element, as far as they follow the picks; null takes one away
 */

/** Those of some listed axes that the page lets its reader pick. @type {(list: string | undefined, page: Axes) => string[]} */
const followed = (list, page) => (list ?? "").split(" ").filter((axis) => axis in page);

/** The rules that decide axes; those of a side of a comparison have its name before them. @type {(hooks: Hooks, side: string) => [axis: string, rule: string][]} */
function rulesOf(hooks, side) {
  const rules = AXES.map((axis) => /** @type {[string, string]} */ ([axis, hooks[`${side && `${side}-`}${axis}-rule`]]));
  return rules.filter(([, rule]) => rule);
}

/**
 * A function that keeps its last answer. Scenarios and figures are never changed in place, so that
 * whoever asks about the same gets the same, and need not write it once more.
 * @type {<Asked extends unknown[], Given>(answer: (...asked: Asked) => Given) => (...asked: Asked) => Given}
 */
export function lately(answer) {
  /** @type {{ asked: any[], given: any } | undefined} */
  let last;
  return (...asked) => {
    if (!last || asked.some((one, place) => one !== last?.asked[place])) last = { asked, given: answer(...asked) };
    return last.given;
  };
}

/** What gives a scenario for the picks, by what it is told: most figures of a page share a few. @type {Map<string, (picks: Axes) => Scenario>} */
const givers = new Map();

/** What gives the scenario: the picks on some axes, rules on some, and what is pinned on the rest. @type {(pinned: Axes, moved: string[], rules: [axis: string, rule: string][]) => (picks: Axes) => Scenario} */
function scenarioFor(pinned, moved, rules) {
  const key = JSON.stringify([pinned, moved, rules]);
  let giver = givers.get(key);
  if (!giver) {
    const turned = (/** @type {Scenario} */ start) => rules.reduce((scenario, [axis, rule]) => scenario.turn(axis, rule), start);
    const at = lately((...values) => turned(scenarioOf({ ...pinned, ...Object.fromEntries(moved.map((axis, place) => [axis, values[place]])) })));
    giver = (picks) => at(...moved.map((axis) => picks[axis]));
    givers.set(key, giver);
  }
  return giver;
}

/** @type {(axes: string[], scenario: Scenario) => [name: string, value: string][]} */
const written = (axes, scenario) => axes.map((axis) => [`data-${axis}`, String(scenario.axes[axis])]);

/** The axes that hooks name, over the page's own. @type {(hooks: Hooks, page: Axes) => Axes} */
function pinnedBy(hooks, page) {
  const own = AXES.filter((axis) => axis in hooks).map((axis) => [axis, readAxis(axis, hooks[axis])]);
  return { ...page, ...Object.fromEntries(own) };
}

/** The scenario that some hooks follow the picks with, and the axes that move. @type {(hooks: Hooks, page: Axes) => { at: (picks: Axes) => Scenario, write: (scenario: Scenario) => [string, string][] }} */
export function scenarioOfHooks(hooks, page) {
  const moved = followed(hooks.live, page);
  const rules = rulesOf(hooks, "");
  const at = scenarioFor(pinnedBy(hooks, page), moved, rules);
  return { at, write: (scenario) => written([...moved, ...rules.map(([axis]) => axis)], scenario) };
}

/**
 * What gives a figure for the picks; its hooks are read once. No figure of a page that follows the
 * picks shows a speed that no one will see, unless its hooks say that it is hypothetical.
 * @type {(hooks: Hooks, page: Axes) => (picks: Axes) => Figure}
 */
export function figureOf(hooks, page) {
  const { quantity, scale } = hooks;
  const digits = hooks.digits ? Number(hooks.digits) : undefined;
  const hides = "live" in hooks && !("hypothetical" in hooks);
  if (hooks.of) {
    const sides = ["of", "to"].map((side) => {
      const { quantity, axes } = parseReference(hooks[side]);
      const at = scenarioFor(axes, followed(hooks[`live-${side}`], page), rulesOf(hooks, side));
      return { quantity, at };
    });
    const figure = lately((/** @type {Scenario[]} */ ...scenarios) => {
      const [of, to] = sides.map(({ quantity }, place) => ({ quantity, scenario: scenarios[place] }));
      const made = comparison(quantity, of, to, digits, scale);
      const lacking = [of, to].some((side) => side.scenario.lacks(side.quantity));
      return {
        value: made.value,
        text: lacking && hides ? NO_FIT : made.text,
        account: made.account,
        side: undefined,
        attributes: { value: pyRepr(made.value), title: made.title, "data-of": made.of, "data-to": made.to },
      };
    });
    return (picks) => figure(...sides.map(({ at }) => at(picks)));
  }
  const { at, write } = scenarioOfHooks(hooks, page);
  const figure = lately((/** @type {Scenario} */ scenario) => {
    const value = scenario.value(quantity);
    const lacking = scenario.lacks(quantity);
    // A chart asks for no attributes, and for the account of few.
    return {
      value,
      text: lacking && hides ? NO_FIT : scenario.text(quantity, digits, scale),
      side: { quantity, scenario },
      get account() {
        return scenario.formula(quantity) || QUANTITIES[quantity].name;
      },
      get attributes() {
        const fits = lacking ? "no" : null;
        return { value: pyRepr(value), title: scenario.title(quantity), "data-fits": fits, ...Object.fromEntries(write(scenario)) };
      },
    };
  });
  return (picks) => figure(at(picks));
}

/** Whether hooks name figures of the law: a published measurement, or a ratio to one, stays as it was baked. @type {(hooks: Hooks) => boolean} */
export function isOfTheLaw(hooks) {
  const quantities = hooks.of ? [hooks.of, hooks.to].map((side) => parseReference(side).quantity) : [hooks.quantity];
  return quantities.every((quantity) => quantity in QUANTITIES);
}
