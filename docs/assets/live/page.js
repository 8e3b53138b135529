/** Brings a page alive: its controls, what follows them, and, when a reader turns to them, its charts. */
import { defaults, hasScenario, isDefault, restore, subscribe } from "./core/state.js";
import * as announcements from "./page/announcements.js";
import * as cannotRun from "./page/cannot-run.js";
import * as controls from "./page/controls.js";
import * as figures from "./page/figures.js";
import * as guessForm from "./page/guess-form.js";

/** @type {Promise<unknown> | undefined} */
let charts;

if (hasScenario) {
  subscribe(figures.find(defaults));
  controls.start(defaults);
  cannotRun.start();
  guessForm.start();
  subscribe(() => isDefault() || drawCharts());
  restore();
  announcements.start();
  if (document.querySelector("[data-calculator]")) import("./calculator/calculator.js").then(({ start }) => start());
}

/** Load the live charts, once; without them the baked ones stay. */
function drawCharts() {
  if (!document.querySelector("[data-chart]")) return;
  charts ??= import("./charts/charts.js").then(({ start }) => start(new URL("../charts/", import.meta.url))).catch(() => {});
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
