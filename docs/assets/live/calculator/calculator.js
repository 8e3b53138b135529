/** The calculator: what its page needs besides figures that follow the picks. */
import { all, the } from "../core/elements.js";
import { nameOf, sentence } from "../core/phrases.js";
import { scenarioOf } from "../core/scenario.js";
import { current, isDefault, judge, subscribe } from "../core/state.js";
import { setter } from "../page/setter.js";
import * as exporting from "./export.js";
import * as keptScenarios from "./kept-scenarios.js";
import * as ownSpeed from "./own-speed.js";
import { draw, published } from "./published-rows.js";

/** @import { Scenario } from "../core/scenario.js" */

/** @type {(svg: SVGSVGElement, scenario: Scenario) => void} */
function drawBar(svg, scenario) {
  const { bar = "" } = svg.dataset;
  const whole = Math.max(...bar.split(" ").map((quantity) => scenario.value(quantity)));
  /** @param {number} length */
  const percent = (length) => `${((length / whole) * 100).toFixed(2)}%`;
  for (const rect of all(SVGRectElement, "rect", svg)) {
    const { start, end = "" } = rect.dataset;
    const left = start ? scenario.value(start) : 0;
    rect.setAttribute("x", percent(left));
    rect.setAttribute("width", percent(Math.max(scenario.value(end) - left, 0)));
  }
}

/** The side of the roofline that sets the pace. @type {(scenario: Scenario) => string} */
function boundOf(scenario) {
  if (scenario.value("peak_flops") === Infinity) return "unknown";
  return scenario.value("memory_time") >= scenario.value("compute_time") ? "memory" : "compute";
}

/** Weights that fit can leave too little room for the caches: what that means, and what would do. @type {(place: HTMLElement, scenario: Scenario) => void} */
function sayCrowded(place, scenario) {
  const words = sentence("crowded", scenario.axes);
  place.replaceChildren(words);
  if (!words) return;
  const batch = scenario.value("max_batch");
  const needed = [scenario, scenario.on({ memory: "reported" })].map((each) => each.value("serving_gpus"));
  // By 0 the law says that no number of GPUs holds these caches: there is none to offer.
  const gpus = Math.min(...needed) && Math.max(...needed);
  const calculator = place.closest(".calculator");
  if (batch >= 1) place.append(" ", setter(nameOf("batch", { ...scenario.axes, batch }), { batch }, calculator));
  if (!judge("gpus", gpus, current()).why) place.append(" ", setter(sentence("gpus", { ...scenario.axes, gpus }), { gpus }, calculator));
}

/** Keep the rows near the picks beside them; until they have come, and without them, the baked ones stay. */
function followNeighbours() {
  let moved = false;
  const update = () => {
    moved ||= !isDefault();
    if (moved) published().then((rows) => draw(rows, scenarioOf(current()))).catch(() => {});
  };
  update();
  subscribe(update);
}

export function start() {
  const calculator = the(HTMLElement, "[data-calculator]");
  const bars = all(SVGSVGElement, "[data-bar]", calculator);
  const sayings = all(HTMLElement, "[data-bound]", calculator);
  const crowded = the(HTMLElement, "[data-crowded]", calculator);
  const levers = document.querySelector("[data-what-if]");
  const update = () => {
    const scenario = scenarioOf(current());
    for (const bar of bars) drawBar(bar, scenario);
    for (const saying of sayings) saying.hidden = saying.dataset.bound !== boundOf(scenario);
    sayCrowded(crowded, scenario);
    calculator.classList.toggle("is-crowded", crowded.textContent !== "");
    // Against a speed that there is not, nothing can be compared.
    levers?.classList.toggle("own-nofit", !scenario.fits);
  };
  update();
  subscribe(update);
  followNeighbours();
  ownSpeed.start();
  keptScenarios.start();
  exporting.start();
}
