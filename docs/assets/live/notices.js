/** What is said of a pick: to assistive technology once it stands still, and to all what was ignored. */
import { subscribe, whatWasIgnored } from "./picks.js";
import { scenarioOf } from "./scenario.js";
import { whyNot } from "./cannot.js";

/** @typedef {import("./scenario.js").Axes} Axes */

const PAUSE = 400; // ms without a pick after which it is said
const MOST = 3;

const status = document.createElement("p");
status.id = "picks-status";
status.className = "visually-hidden";
status.setAttribute("role", "status");
status.setAttribute("aria-live", "polite");

const notice = document.createElement("div");
notice.className = "picks-notice";
notice.hidden = true;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying;

/** Say something once, when nothing newer comes. @param {string} text */
export function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => (status.textContent = text), PAUSE);
}

/** A scenario and its ceiling in one sentence. @type {(picks: Axes) => string} */
function summary(picks) {
  const scenario = scenarioOf(picks);
  const { batch, context } = picks;
  const names = [
    scenario.name("model"),
    scenario.name("precision"),
    scenario.name("gpus") + scenario.name("gpu"),
    batch > 1 && scenario.name("batch"),
    context > 0 && `${scenario.name("context")} of context`,
  ];
  const verdict = scenario.fits ? `ceiling ${scenario.text("decode_tps")}.` : "does not fit.";
  return `${names.filter(Boolean).join(", ")}: ${verdict} ${whyNot(scenario)}`.trim();
}

/** @type {(ignored: string[]) => string} */
function complaint(ignored) {
  if (!ignored.length) return "";
  const more = ignored.length > MOST ? `; and ${ignored.length - MOST} more` : "";
  return `Ignored ${ignored.slice(0, MOST).join("; ")}${more}.`;
}

/** @param {string[]} ignored */
function warn(ignored) {
  notice.hidden = !ignored.length;
  notice.firstChild.textContent = complaint(ignored);
}

export function start() {
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "OK";
  close.addEventListener("click", () => (notice.hidden = true));
  notice.append(document.createElement("p"), close);
  document.body.append(status, notice);
  subscribe((picks, ignored) => {
    warn(ignored);
    say(`${complaint(ignored)} ${summary(picks)}`.trim());
  });
  warn(whatWasIgnored());
  if (whatWasIgnored().length) say(complaint(whatWasIgnored()));
}
