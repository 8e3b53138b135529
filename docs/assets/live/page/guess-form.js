/** A guess before the figure: a form stands where the folded answer is, until the reader asks. */
import { all, the } from "../core/elements.js";
import { scaleOf, show } from "../core/format.js";
import { subscribe } from "../core/state.js";

/** @type {(details: HTMLDetailsElement, index: number) => void} */
function enhance(details, index) {
  const [figure] = all(HTMLDataElement, "data.figure", details);
  if (!figure) return;
  const summary = the(HTMLElement, "summary", details);
  const unit = figure.dataset.unit ?? "1";
  const [, symbol = ""] = (figure.textContent ?? "").split(/[\s\u202f]+(?=[^\s\u202f]*$)|(?=[×%]$)/);
  // A guess is typed and told in the unit that the figure is shown in.
  const [scale, ten, two] = scaleOf(unit, symbol) ?? ["", 0, 0];

  const form = document.createElement("form");
  form.className = "guess-form";
  const input = document.createElement("input");
  Object.assign(input, { type: "number", id: `guess-${index}`, min: "0", step: "any", inputMode: "decimal", autocomplete: "off" });
  const label = document.createElement("label");
  label.htmlFor = input.id;
  label.append(summary.textContent?.trim() ?? "");
  const reveal = document.createElement("button");
  reveal.textContent = "Reveal";
  form.append(label, input, symbol, reveal);

  const verdict = document.createElement("p");
  verdict.className = "guess-verdict";
  let guess = NaN;
  const compare = () => {
    if (!(guess > 0)) return;
    const truth = Number(figure.value);
    const factor = Math.max(guess / truth, truth / guess);
    const how = factor < 1.005 ? "as good as exact" : `${show(factor, "1", 3, "×")} too ${guess > truth ? "high" : "low"}`;
    verdict.textContent = `Your guess was ${show(guess, unit, 3, scale)}, ${how}.`;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    guess = input.valueAsNumber * 10 ** ten * 2 ** two;
    compare();
    if (guess > 0) summary.after(verdict);
    form.replaceWith(details);
    details.open = true;
    summary.focus({ preventScroll: true });
  });
  subscribe(compare);
  details.replaceWith(form);
}

export function start() {
  all(HTMLDetailsElement, "details[data-guess]").forEach(enhance);
}
