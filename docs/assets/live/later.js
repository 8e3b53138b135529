/**
 * Fetches the theme's script when a reader first does something.
 *
 * Search, menus and the colour switch need it, reading does not; with it come the index of the
 * search and a worker, more bytes than a page. What a reader did meanwhile is told to it then.
 */
{
  const tag = /** @type {HTMLScriptElement} */ (document.currentScript);
  const signs = ["pointerover", "pointerdown", "touchstart", "keydown", "focusin", "scroll", "change"];
  /** @type {Event[]} */
  const meanwhile = [];
  let asked = false;

  /** @param {Event} event */
  const note = event => {
    // The essay's own controls have been heard.
    const heard = event.target instanceof Element && event.target.closest("article :is(input, select, textarea)");
    if (!heard && ["change", "keydown"].includes(event.type)) meanwhile.push(event);
    fetchIt();
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
    };
    document.body.append(script);
  };

  const tell = () => {
    for (const sign of signs) removeEventListener(sign, note, true);
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
}
