/** A guess before the figure: a form stands where the folded answer is, until the reader asks. */
import { scaleOf, show } from "./display.js";
import { subscribe } from "./picks.js";

/** @type {(details: HTMLDetailsElement) => void} */
function enhance(details) {
  const figure = /** @type {HTMLDataElement | null} */ (details.querySelector("data.figure"));
  if (!figure) return;
  const unit = figure.dataset.unit ?? "1";
  const [number, symbol = ""] = figure.textContent.split(/[\s\u202f]+(?=[^\s\u202f]*$)|(?=[×%]$)/);
  const [, ten, two] = scaleOf(unit, figure.dataset.scale ?? symbol) ?? ["", 0, 0];

  const form = document.createElement("form");
  form.className = "guess-form";
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type: "number", min: "0", step: "any", inputMode: "decimal", autocomplete: "off" });
  label.append(details.querySelector("summary").textContent.trim(), " ", input, ` ${symbol}`);
  const reveal = document.createElement("button");
  reveal.textContent = "Reveal";
  form.append(label, reveal);

  const verdict = document.createElement("p");
  verdict.className = "guess-verdict";
  let guess = NaN;
  const compare = () => {
    if (!(guess > 0)) return;
    const truth = Number(figure.value);
    const factor = Math.max(guess / truth, truth / guess);
    const near = show(factor, "1") === "1" || factor < 1.005;
    const side = near ? "the same" : `${show(factor, "1", 3, "×")} too ${guess > truth ? "high" : "low"}`;
    verdict.textContent = `Your guess ${show(guess, unit, 3, figure.dataset.scale)}, the law ${figure.textContent}: ${side}.`;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    guess = input.valueAsNumber * 10 ** ten * 2 ** two;
    compare();
    if (guess > 0) details.querySelector("summary").after(verdict);
    form.replaceWith(details);
    details.open = true;
    details.querySelector("summary").focus({ preventScroll: true });
  });
  subscribe(compare);
  details.replaceWith(form);
}

export function start() {
  document.querySelectorAll("details[data-guess]").forEach(enhance);
}
