/** Where a scenario cannot run, the widget says why, and what would hold it. */
import { all } from "../core/elements.js";
import { sentence } from "../core/phrases.js";
import { scenarioOf } from "../core/scenario.js";
import { current, judge, subscribe } from "../core/state.js";
import { setter } from "./setter.js";

/** @import { Scenario } from "../core/scenario.js" */

/** The smallest count of GPUs that both readings of memory accept. @type {(scenario: Scenario) => number} */
const enoughFor = (scenario) =>
  Math.max(scenario.value("min_gpus"), scenario.on({ memory: "reported" }).value("min_gpus"));

export function start() {
  const places = all(HTMLElement, "[data-cannot]");
  let said = "";
  const update = () => {
    const words = sentence("cannot_run", current());
    const gpus = enoughFor(scenarioOf(current()));
    const key = `${words} ${gpus}`;
    if (key === said) return;
    said = key;
    for (const place of places) {
      place.hidden = false;
      place.replaceChildren(words);
      if (words && !judge("gpus", gpus, current()).why) place.append(" ", setter(sentence("gpus", { ...current(), gpus }), { gpus }, place.closest(".widget")));
    }
  };
  update();
  subscribe(update);
}
