/** What is said of a pick: to assistive technology once it stands still, and to all what was ignored. */
import { sentence } from "../core/phrases.js";
import { subscribe, whatWasIgnored } from "../core/state.js";


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
const words = document.createElement("p");

/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying;

/** Say something once, when nothing newer comes. @param {string | (() => string)} words told, or made when they are said */
export function say(words) {
  clearTimeout(saying);
  saying = setTimeout(() => (status.textContent = typeof words === "string" ? words : words()), PAUSE);
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
  words.textContent = complaint(ignored);
}

export function start() {
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "OK";
  close.addEventListener("click", () => (notice.hidden = true));
  notice.append(words, close);
  document.body.append(status, notice);
  subscribe((picks, ignored) => {
    warn(ignored);
    say(() => [complaint(ignored), sentence("summary", picks), sentence("cannot_run", picks)].filter(Boolean).join(" "));
  });
  warn(whatWasIgnored());
  if (whatWasIgnored().length) say(complaint(whatWasIgnored()));
}
