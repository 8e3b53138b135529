/** Brings a page alive: its controls, what follows them, and, when a reader turns to them, its charts. */
import { defaults, isDefault, restore, subscribe } from "./picks.js";
import * as cannot from "./cannot.js";
import * as controls from "./controls.js";
import * as figures from "./figures.js";
import * as guess from "./guess.js";
import * as notices from "./notices.js";

/** @type {Promise<unknown> | undefined} */
let charts;

if (defaults) {
  subscribe(figures.find(defaults));
  controls.start(defaults);
  cannot.start();
  guess.start();
  subscribe(() => isDefault() || drawCharts());
  restore();
  notices.start();
  if (document.querySelector("[data-calculator]")) import("./calculate.js").then(({ start }) => start());
}

/** Load the live charts, once; without them the baked ones stay. */
function drawCharts() {
  if (document.querySelector("[data-chart]")) charts ??= import("./charts.js").catch(() => {});
}

/** @param {Event} event */
function onTouch({ target }) {
  if (target instanceof Element && target.closest("[data-chart]")) {
    for (const type of TOUCHES) document.removeEventListener(type, onTouch, true);
    drawCharts();
  }
}

const TOUCHES = ["pointerover", "focusin", "touchstart"];
for (const type of TOUCHES) document.addEventListener(type, onTouch, { capture: true, passive: true });
