/** Elements that the build has left for the live layer, each known to be of its kind. */

/** All that a selector finds. @type {<E extends Element>(kind: new () => E, selector: string, root?: ParentNode) => E[]} */
export const all = (kind, selector, root = document) =>
  [...root.querySelectorAll(selector)].flatMap((element) => (element instanceof kind ? [element] : []));

/** The first that a selector finds, which the build has put there. @type {<E extends Element>(kind: new () => E, selector: string, root?: ParentNode) => E} */
export function the(kind, selector, root = document) {
  const [found] = all(kind, selector, root);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
}
