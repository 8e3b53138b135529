/** Whose turn it is among the charts that a pick has changed: what readers see comes first. */

const NEAR = 0.5; // of the window's height, above and below it

/** The same for an observer of what comes near. */
export const MARGIN = `${100 * NEAR}% 0px`;

/** How far a chart lies outside the window, in px; whose own controls are in use comes before all. @param {HTMLElement} box */
export function distanceOf(box) {
  if (box.closest("figure")?.contains(document.activeElement)) return -1;
  const { top, bottom } = box.getBoundingClientRect();
  return Math.max(top - innerHeight, -bottom, 0);
}

/** @param {number} distance */
export const isNear = (distance) => distance <= NEAR * innerHeight;

/** Do something once the next picture of the page is painted; the result takes it back. @type {(work: () => void) => () => void} */
export function afterPaint(work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const frame = requestAnimationFrame(() => (timer = setTimeout(work)));
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

const PAUSE = 200; // ms, in browsers that do not tell when they are idle

/** Do something when the page is idle; the result takes it back. @type {(work: () => void) => () => void} */
export function whenIdle(work) {
  if (!("requestIdleCallback" in globalThis)) {
    const timer = setTimeout(work, PAUSE);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(work);
  return () => cancelIdleCallback(asked);
}
