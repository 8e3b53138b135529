/**
 * Fetches the theme's script when a reader first does something.
 *
 * Search, menus and the colour switch need it, reading does not; with it come the index of the
 * search and a worker, more bytes than a page. What a reader did meanwhile is told to it then.
 */
(() => {
  const PAUSE = 1000; // ms
  const tag = /** @type {HTMLScriptElement} */ (document.currentScript);
  const signs = ["pointerover", "pointerdown", "touchstart", "keydown", "focusin", "scroll", "change"];
  /** @type {Event[]} */
  const meanwhile = [];
  let asked = false;
  let parsed = false;
  document.addEventListener("DOMContentLoaded", () => (parsed = true), { once: true });
  /** @type {ReturnType<typeof setTimeout> | 0} */
  let waiting = 0;

  /** @param {Event} event */
  const note = event => {
    const { target, type } = event;
    const inText = !(target instanceof Element) || target.closest("article");
    // The essay's own controls have been heard.
    const heard = inText && target instanceof Element && target.closest("input, select, textarea");
    const isWish = ["change", "keydown"].includes(type) && !heard;
    if (isWish) meanwhile.push(event);
    // Who moves about in the text wants a chart first.
    if (isWish || !inText) fetchIt();
    else waiting ||= setTimeout(fetchIt, PAUSE);
  };

  const fetchIt = () => {
    if (asked) return;
    asked = true;
    const script = document.createElement("script");
    script.src = /** @type {string} */ (tag.dataset.later);
    script.onload = tell;
    script.onerror = () => {
      script.remove();
      meanwhile.length = 0;
      asked = false;
      waiting = 0;
    };
    document.body.append(script);
  };

  const tell = () => {
    for (const sign of signs) removeEventListener(sign, note, true);
    // The theme dresses the text, and marks words, as the document is parsed: it came too late.
    if (parsed) document.dispatchEvent(new Event("DOMContentLoaded"));
    for (const event of meanwhile) {
      const again = event instanceof KeyboardEvent ? KeyboardEvent : Event;
      event.target?.dispatchEvent(new again(event.type, event));
    }
  };

  // The theme hides its search where no script runs.
  document.documentElement.classList.replace("no-js", "js");
  for (const sign of signs) addEventListener(sign, note, { capture: true, passive: true });
  // Come from a search, whose words the theme marks on the page.
  if (/[?&][hq]=/.test(location.search)) fetchIt();
})();
