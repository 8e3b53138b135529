/** Where a scenario cannot run, the widget says why, and what would hold it. */
import { show } from "./display.js";
import { current, judge, set, subscribe } from "./picks.js";
import { scenarioOf } from "./scenario.js";

/** @typedef {import("./scenario.js").Scenario} Scenario */

/** @type {(scenario: Scenario) => string} */
function needs(scenario) {
  const { gpus } = scenario.axes;
  const bytes = [scenario.value("weight_bytes"), gpus * scenario.value("memory")];
  const texts = (digits) => bytes.map((value) => show(value, "bytes", digits));
  // 141.1 GB do not fit into 141 GB: a verdict can hang on the fourth digit.
  const [weights, memory] = texts(3)[0] === texts(3)[1] ? texts(4) : texts(3);
  const enough = scenario.onEnough;
  const holders = enough.axes.gpus > 1 ? `${enough.axes.gpus} of them hold it` : "one of them holds it";
  const speed = enough.text("decode_tps");
  return `Needs ${weights}, ${gpus > 1 ? `these ${gpus} GPUs have` : "this GPU has"} ${memory}; ${holders}, on which the ceiling is ${speed}.`;
}

/** What stands against running a scenario, in words; empty when nothing does. @type {(scenario: Scenario) => string} */
export function whyNot(scenario) {
  const { fits } = scenario;
  const device = scenario.on({ memory: "reported" });
  if (fits === device.fits) return fits ? "" : needs(scenario);
  const reports = `the device reports ${device.text("memory", 4)} (${device.text("memory", 4, "GiB")})`;
  return fits
    ? `Fits by the label, yet ${reports}, and there it does not.`
    : `${needs(scenario)} That is by the label; ${reports}, and there it fits.`;
}

/** The smallest count of GPUs that both readings of memory accept. @type {(scenario: Scenario) => number} */
const enoughFor = (scenario) =>
  Math.max(scenario.value("min_gpus"), scenario.on({ memory: "reported" }).value("min_gpus"));

export function start() {
  const places = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-cannot]")]);
  let said = "";
  const update = () => {
    const scenario = scenarioOf(current());
    const words = whyNot(scenario);
    const gpus = enoughFor(scenario);
    const key = `${words} ${gpus}`;
    if (key === said) return;
    said = key;
    for (const place of places) {
      place.hidden = false;
      place.replaceChildren(words);
      if (words && !judge("gpus", gpus, current()).why) place.append(" ", button(gpus, place));
    }
  };
  update();
  subscribe(update);
}

/** @type {(gpus: number, place: HTMLElement) => HTMLButtonElement} */
function button(gpus, place) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = gpus > 1 ? `Use ${gpus} GPUs` : "Use 1 GPU";
  made.addEventListener("click", () => {
    set({ gpus });
    // The button is gone: whoever came by keyboard goes on at the control that it turned.
    const control = place.closest(".widget")?.querySelector("[name=gpus]");
    /** @type {HTMLElement | null | undefined} */ (control)?.focus({ preventScroll: true });
  });
  return made;
}
