/**
 * Live charts: when a reader touches a chart, or has picked something, its baked picture gives way
 * to one that is drawn here, in the same box. Until then nothing of the runtime is loaded, and
 * where that fails the baked picture stays.
 */
import { all, the } from "../core/elements.js";
import { compute } from "../core/phrases.js";
import { current, defaults, isDefault, subscribe } from "../core/state.js";
import { row } from "./chart-data.js";
import { explain } from "./tooltip.js";
import { afterPaint, distanceOf, isNear, MARGIN, whenIdle } from "./turns.js";

/** @import { Recipe } from "../law.js" */
/** @import { View } from "../vega.js" */
/** @import { Axes } from "../core/scenario.js" */

/**
 * What the build leaves for a layout of a chart: its Vega spec, and the recipes of what follows the picks.
 * @typedef {object} Recipes
 * @property {Record<string, Record<string, Recipe>[]>} data the rows of each dataset
 * @property {Record<string, Recipe>} signals
 * @property {Recipe} finding what the chart shows, in a sentence
 */

const SIZES = ["wide", "narrow"];
const TOUCHES = ["pointerover", "focusin", "touchstart"];

/** One layout of a chart, drawn. */
class Layout {
  /** What it shows. @type {Axes} */
  picks = defaults;

  /** @param {View} view @param {Recipes} recipe */
  constructor(view, recipe) {
    this.view = view;
    this.recipe = recipe;
  }

  async update() {
    const picks = current();
    const { data, signals } = this.recipe;
    for (const [name, cell] of Object.entries(signals)) this.view.signal(name, compute(cell, picks, defaults));
    for (const [name, rows] of Object.entries(data)) this.view.data(name, rows.map((cells) => row(cells, picks, defaults)));
    await this.view.runAsync();
    this.picks = picks;
  }

  /** What it shows, in a sentence. @type {string} */
  get finding() {
    return compute(this.recipe.finding, this.picks, defaults);
  }
}

/** Where the specs lie. @type {URL} */
let specs;

/** @type {(box: HTMLElement, size: string) => Promise<Layout>} */
async function draw(box, size) {
  const address = new URL(`${box.dataset.spec}-${size}.json`, specs);
  const [runtime, answer] = await Promise.all([import("../vega.js"), fetch(address)]);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const { spec, ...recipe } = await answer.json();
  const holder = document.createElement("div");
  const layout = new Layout(runtime.draw(spec, holder), recipe);
  await layout.update();
  const place = the(HTMLElement, `.chart-${size}`, box);
  keepSize(the(SVGSVGElement, "svg", holder), the(SVGSVGElement, "svg", place));
  holder.setAttribute("aria-hidden", "true");
  place.replaceChildren(holder);
  explain(layout.view, box);
  return layout;
}

/** The live picture takes exactly the box of the baked one, whatever the picks make of it. @type {(live: SVGElement, baked: SVGElement) => void} */
function keepSize(live, baked) {
  const [width, height] = ["width", "height"].map((name) => baked.getAttribute(name));
  Object.assign(live.style, { width: `${width}px`, maxWidth: "100%", height: "auto", aspectRatio: `${width} / ${height}` });
  live.setAttribute("focusable", "false");
}

/** A chart of the page: baked at first, and drawn here in the layout that is seen. */
class Chart {
  /** @type {Map<string, Layout>} */
  #layouts = new Map();
  /** The layout that is seen; none in a folded part of the page. */
  #size = "";
  /** The picks that it could not be drawn for. @type {Axes | undefined} */
  #failed;
  isDrawing = false;

  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.measure();
  }

  /** See which layout the page shows. */
  measure() {
    this.#size = SIZES.find((size) => the(HTMLElement, `.chart-${size}`, this.box).getClientRects().length) ?? "";
  }

  /** Whether what is seen answers to a touch, as far as it can be brought to. */
  get isLive() {
    return this.#layouts.has(this.#size) || this.#failed === current();
  }

  /** Whether what is seen shows other picks than the reader's. */
  get isBehind() {
    if (!this.#size || this.#failed === current()) return false;
    const layout = this.#layouts.get(this.#size);
    return layout ? layout.picks !== current() : !isDefault();
  }

  /** Draw it for the reader's picks. Its name changes with the picture; where that fails both stay. */
  async refresh() {
    const size = this.#size;
    if (!size || this.isDrawing) return;
    const picks = current();
    this.isDrawing = true;
    try {
      const known = this.#layouts.get(size);
      const layout = known ?? (await draw(this.box, size));
      if (known) await known.update();
      this.#layouts.set(size, layout);
      this.box.setAttribute("aria-label", layout.finding);
    } catch {
      this.#failed = picks;
    }
    this.isDrawing = false;
    askForTurn();
  }
}

/** @type {Chart[]} */
let charts = [];
/** Take back what was asked for last. */
let forget = () => {};

/** Have those that are behind the picks drawn, one by one, once the figures are seen. */
function askForTurn() {
  for (const chart of charts) {
    if (chart.isBehind) chart.box.setAttribute("aria-busy", "true");
    else chart.box.removeAttribute("aria-busy");
  }
  forget();
  forget = charts.some(({ isBehind }) => isBehind) ? afterPaint(takeTurn) : () => {};
}

/** Draw the nearest of those behind, if it is in sight or soon may be; one further away when the page is idle. */
function takeTurn() {
  const waiting = charts.filter(({ isBehind, isDrawing }) => isBehind && !isDrawing);
  const [next] = waiting.map((chart) => ({ chart, distance: distanceOf(chart.box) })).sort((a, b) => a.distance - b.distance);
  if (!next) return;
  if (isNear(next.distance)) {
    next.chart.refresh();
    askForTurn();
  } else if (!charts.some(({ isDrawing }) => isDrawing)) {
    forget = whenIdle(() => void next.chart.refresh());
  }
}

/** Draw what was touched, or all that differs from what is baked, and keep it up to date. @param {URL} folder of the specs */
export function start(folder) {
  specs = folder;
  charts = all(HTMLElement, "[data-chart][data-spec]").map((box) => new Chart(box));
  const sizes = new ResizeObserver(() => {
    for (const chart of charts) chart.measure();
    askForTurn();
  });
  const places = new IntersectionObserver(askForTurn, { rootMargin: MARGIN });
  for (const { box } of charts) {
    sizes.observe(box);
    places.observe(box);
  }
  for (const chart of charts) {
    for (const type of TOUCHES) chart.box.addEventListener(type, () => chart.isLive || chart.refresh(), { passive: true });
    // This may have been asked for because one of them was touched.
    if (isDefault() && chart.box.matches(":hover, :focus-within")) chart.refresh();
  }
  subscribe(askForTurn);
  // Paper is not scrolled.
  addEventListener("beforeprint", () => charts.forEach((chart) => chart.isBehind && chart.refresh()));
}
