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
const NEAR = ["pointerover", "focusin", "touchstart"];

/** One layout of a chart, drawn. */
class Layout {
  /** @param {View} view @param {Recipes} recipe */
  constructor(view, recipe) {
    this.view = view;
    this.recipe = recipe;
  }

  /** @param {Axes} picks */
  async update(picks) {
    const { data, signals, finding } = this.recipe;
    for (const [name, cell] of Object.entries(signals)) this.view.signal(name, compute(cell, picks, defaults));
    for (const [name, rows] of Object.entries(data)) this.view.data(name, rows.map((cells) => row(cells, picks, defaults)));
    await this.view.runAsync();
    return compute(finding, picks, defaults);
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
  await layout.update(current());
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

/** A chart of the page: the layout that is seen is drawn, and the other one when it comes into sight. */
class Chart {
  /** @type {Map<string, Promise<Layout>>} */
  #layouts = new Map();

  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    new ResizeObserver(() => this.#layouts.has(this.#size) || wake(box)).observe(box);
  }

  get #size() {
    return SIZES.find((size) => the(HTMLElement, `.chart-${size}`, this.box).getClientRects().length) ?? "";
  }

  async refresh() {
    const size = this.#size;
    if (!size) return; // in a folded part of the page
    let layout = this.#layouts.get(size);
    if (!layout) this.#layouts.set(size, (layout = draw(this.box, size)));
    const finding = await (await layout).update(current());
    this.box.setAttribute("aria-label", finding);
  }
}

/** @type {Map<Element, Chart>} */
const awake = new Map();

/** Bring a chart alive, or bring it up to date. @param {HTMLElement} box */
async function wake(box) {
  let chart = awake.get(box);
  if (!chart) awake.set(box, (chart = new Chart(box)));
  await chart.refresh().catch(() => {});
}

const boxes = all(HTMLElement, "[data-chart][data-spec]");

/** All charts of the page; those in sight are asked first. */
function wakeAll() {
  /** @param {DOMRect} box */
  const far = ({ top, bottom }) => Math.max(top - innerHeight, -bottom, 0);
  const sorted = boxes.map((box) => ({ box, away: far(box.getBoundingClientRect()) })).sort((a, b) => a.away - b.away);
  return Promise.all(sorted.map(({ box }) => wake(box)));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waking;

/** Draw what was touched, or all that differs from what is baked, and keep it up to date. @param {URL} folder of the specs */
export function start(folder) {
  specs = folder;
  // In a task of its own: the charts ask for the layout, which the figures have just changed.
  subscribe(() => {
    clearTimeout(waking);
    waking = setTimeout(wakeAll);
  });
  for (const box of boxes) {
    for (const type of NEAR) box.addEventListener(type, () => awake.has(box) || wake(box), { passive: true });
  }
  if (isDefault()) {
    // This was asked for because one of them was touched.
    for (const box of boxes) if (box.matches(":hover, :focus-within")) wake(box);
  } else {
    wakeAll();
  }
}
