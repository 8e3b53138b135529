/** What stands behind a mark of a live chart, told beside the pointer: figures, their formulas and sources. */

/** @import { View } from "../vega.js" */

const ROOM = 12; // px between the pointer and the words

/** @type {HTMLElement | undefined} */
let tip;

function made() {
  if (tip) return tip;
  tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;
  Object.assign(tip.style, {
    position: "fixed", zIndex: "4", maxWidth: "min(24rem, calc(100vw - 24px))", boxSizing: "border-box",
    padding: "0.5rem 0.7rem", border: "1px solid var(--de-control)", borderRadius: "4px", whiteSpace: "pre-line",
    backgroundColor: "var(--de-paper)", color: "var(--de-ink)", font: "0.65rem/1.4 var(--de-sans)", pointerEvents: "none",
  });
  document.body.append(tip);
  addEventListener("scroll", hide, { passive: true });
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  return tip;
}

function hide() {
  if (tip) tip.hidden = true;
}

/** @type {(text: string, x: number, y: number) => void} */
function show(text, x, y) {
  const element = made();
  if (element.textContent !== text) element.textContent = text;
  element.hidden = false;
  const { width, height } = element.getBoundingClientRect();
  const below = y + ROOM + height < innerHeight;
  element.style.left = `${Math.max(ROOM, Math.min(x - width / 2, innerWidth - width - ROOM))}px`;
  element.style.top = `${below ? y + ROOM : Math.max(0, y - height - ROOM)}px`;
}

/** Tell of a chart's marks under the pointer, and under the finger. @type {(view: View, box: HTMLElement) => void} */
export function explain(view, box) {
  /** @type {(event: MouseEvent, item?: { datum?: { account?: string } }) => void} */
  const tell = (event, item) => {
    const account = item?.datum?.account;
    if (account) show(account, event.clientX, event.clientY);
    else hide();
  };
  view.addEventListener("pointermove", tell);
  view.addEventListener("pointerdown", tell);
  box.addEventListener("pointerleave", hide);
}
