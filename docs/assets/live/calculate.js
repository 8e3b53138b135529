/** The calculator: what its page needs besides figures that follow the picks. */
import { current, judge, set, subscribe } from "./picks.js";
import { scenarioOf } from "./scenario.js";
import { whyNot } from "./cannot.js";
import * as compare from "./compare.js";
import * as handing from "./handing.js";

/** @typedef {import("./scenario.js").Scenario} Scenario */

/** @type {(svg: SVGSVGElement, scenario: Scenario) => void} */
function drawBar(svg, scenario) {
  const whole = Math.max(...svg.dataset.bar.split(" ").map((quantity) => scenario.value(quantity)));
  const percent = (length) => `${((length / whole) * 100).toFixed(2)}%`;
  for (const rect of /** @type {Iterable<SVGRectElement>} */ (svg.children)) {
    const { start, end } = rect.dataset;
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

/** Weights that fit can leave too little room for the caches: what that means, in words. @type {(scenario: Scenario) => string} */
function crowdedBy(scenario) {
  const users = scenario.axes.batch;
  if (whyNot(scenario) || users <= scenario.value("max_batch")) return "";
  const room = scenario.value("max_batch");
  const whose = users > 1 ? `The caches of ${users} users need` : "The cache of one user needs";
  return `${whose} ${scenario.text("batch_kv_bytes")}; beside the weights ${scenario.text("free_bytes")} are free, room for ${room ? scenario.on({ batch: room }).name("batch") : "none"}.`;
}

/** @type {(text: string, changes: Partial<import("./scenario.js").Axes>) => HTMLButtonElement} */
function setter(text, changes) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", () => {
    set(changes);
    // The button is gone: whoever came by keyboard goes on at the control that it turned.
    const control = document.querySelector(`.calculator [name=${Object.keys(changes)[0]}]`);
    /** @type {HTMLElement | null} */ (control)?.focus({ preventScroll: true });
  });
  return button;
}

/** @type {(place: HTMLElement, scenario: Scenario) => void} */
function sayCrowded(place, scenario) {
  const words = crowdedBy(scenario);
  place.replaceChildren(words);
  if (!words) return;
  const room = scenario.value("max_batch");
  const gpus = Math.max(scenario.value("serving_gpus"), scenario.on({ memory: "reported" }).value("serving_gpus"));
  if (room >= 1) place.append(" ", setter(`Use ${scenario.on({ batch: room }).name("batch")}`, { batch: room }));
  if (!judge("gpus", gpus, current()).why) place.append(" ", setter(`Use ${gpus} GPUs`, { gpus }));
}

export function start() {
  const calculator = /** @type {HTMLElement} */ (document.querySelector("[data-calculator]"));
  const bars = /** @type {SVGSVGElement[]} */ ([...calculator.querySelectorAll("[data-bar]")]);
  const sayings = /** @type {HTMLElement[]} */ ([...calculator.querySelectorAll("[data-bound]")]);
  const crowded = /** @type {HTMLElement} */ (calculator.querySelector("[data-crowded]"));
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
  compare.start();
  handing.start();
}
