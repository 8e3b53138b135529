/** A button beside a sentence, which picks what the sentence names. */
import { set } from "../core/state.js";

/** @import { Axes } from "../core/scenario.js" */

/** @type {(text: string, changes: Partial<Axes>, widget: Element | null) => HTMLButtonElement} */
export function setter(text, changes, widget) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = `Use ${text}`;
  made.addEventListener("click", () => {
    set(changes);
    // The button is gone: whoever came by keyboard goes on at the control that it turned.
    const control = widget?.querySelector(`[name=${Object.keys(changes)[0]}]`);
    if (control instanceof HTMLElement) control.focus({ preventScroll: true });
  });
  return made;
}
