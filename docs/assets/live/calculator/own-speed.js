/** The speed that the reader's machine gives: what it says of the machine, and that the rest follows it. */
import { all, the } from "../core/elements.js";
import { show } from "../core/format.js";
import { nameOf } from "../core/phrases.js";
import { ownSpeed, ownText, scenarioOf } from "../core/scenario.js";
import { current, judge, set, subscribe } from "../core/state.js";
import { published, sharesLike } from "./published-rows.js";

/** @import { Axes, Scenario } from "../core/scenario.js" */

const SVG = "http://www.w3.org/2000/svg";
const DIGITS = 3;

/** @type {(axes: Axes) => string} */
function whereOf(axes) {
  const context = axes.context ? [nameOf("context", axes)] : [];
  const names = [nameOf("model", axes), nameOf("precision", axes), `${nameOf("gpus", axes)}${nameOf("gpu", axes)}`, nameOf("batch", axes)];
  return [...names, ...context].join(", ");
}

/** The reader's share of the ceiling as a dot among those of published rows. @type {(strip: SVGSVGElement, own: number, shares: number[]) => void} */
function drawStrip(strip, own, shares) {
  const radius = Number(strip.dataset.ownStrip);
  /** @type {(share: number, kind: string) => SVGCircleElement} */
  const dot = (share, kind) => {
    const made = document.createElementNS(SVG, "circle");
    made.setAttribute("class", kind);
    made.setAttribute("cx", `${(share * 100).toFixed(2)}%`);
    made.setAttribute("cy", "50%");
    made.setAttribute("r", String(kind === "own-dot" ? 1.75 * radius : radius));
    return made;
  };
  strip.replaceChildren(...shares.map((share) => dot(share, "row-dot")), dot(own, "own-dot"));
}

export function start() {
  const block = the(HTMLElement, "[data-own]");
  const field = the(HTMLInputElement, "input", block);
  const said = the(HTMLElement, "[data-own-said]", block);
  const told = the(HTMLElement, "[data-own-told]", block);
  const place = the(HTMLElement, "[data-own-place]", block);
  const strip = the(SVGSVGElement, "[data-own-strip]", block);

  /** @type {(texts: Record<string, string>) => void} */
  function fill(texts) {
    for (const slot of all(HTMLElement, "[data-slot]", block)) {
      const text = texts[slot.dataset.slot ?? ""];
      if (text !== undefined) slot.textContent = text;
    }
  }

  /** @param {string} text */
  function say(text) {
    if (said.textContent !== text) said.textContent = text;
    said.classList.toggle("is-refused", text !== "" && text !== said.dataset.ownSaid);
    field.setAttribute("aria-invalid", String(said.classList.contains("is-refused")));
  }

  /** Where the published rows stand, once they have come. @type {(own: Scenario, share: number) => Promise<void>} */
  async function compare(own, share) {
    const measured = current().measured;
    const rows = await published();
    if (current().measured !== measured) return;
    const shares = sharesLike(rows, own);
    fill({ rows: String(shares.length), below: String(shares.filter((other) => other < share).length) });
    drawStrip(strip, share, shares);
    place.hidden = false;
  }

  let before = "";

  function update() {
    const { measured = "" } = current();
    told.hidden = !measured;
    const here = scenarioOf({ ...current(), measured: "" });
    const own = measured ? ownSpeed(measured) : undefined;
    // The field is of the scenario that is picked: a speed of another one is told below it.
    const shown = own && ownText(own.tps, here) === measured ? String(own.tps) : "";
    if (document.activeElement !== field || shown) {
      if (shown === "" || Number(field.value) !== Number(shown)) field.value = shown;
      say(measured ? "" : (said.dataset.ownSaid ?? ""));
    }
    if (!own) {
      before = "";
      return;
    }
    const picked = scenarioOf(current());
    const at = scenarioOf({ ...own.axes, measured });
    const share = own.tps / at.value("decode_tps");
    the(HTMLElement, "[data-own-calibrated]", block).hidden = !picked.axes.measured;
    the(HTMLElement, "[data-own-apart]", block).hidden = Boolean(picked.axes.measured);
    fill({
      speed: show(own.tps, "tok/s"),
      share: show(share, "1", DIGITS, "%"),
      where: whereOf(at.axes),
      factor: at.text("fixed_factor", DIGITS, "×"),
    });
    if (measured === before) return;
    before = measured;
    place.hidden = true;
    drawStrip(strip, share, []);
    compare(at, share).catch(() => {}); // Without the rows the share stands alone.
  }

  field.addEventListener("input", () => {
    const text = field.value && ownText(Number(field.value), scenarioOf({ ...current(), measured: "" }));
    const why = field.validity.badInput ? "not a number" : text && judge("measured", text, current()).why;
    set({ measured: why ? "" : text });
    say(why ? `That is ${why}.` : text ? "" : (said.dataset.ownSaid ?? ""));
  });
  the(HTMLElement, "[data-own-forget]", block).addEventListener("click", () => {
    set({ measured: "" });
    field.focus({ preventScroll: true });
  });
  update();
  subscribe(update);
}
