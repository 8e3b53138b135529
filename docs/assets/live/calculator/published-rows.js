/** Published rows beside the picks: the nearest ones, and the class that a measured speed is held against. */
import { all, the } from "../core/elements.js";
import { classesOf, peersOf, scenarioOf } from "../core/scenario.js";
import { show } from "../core/format.js";

/** @import { Row } from "../rows.js" */
/** @import { Scenario } from "../core/scenario.js" */
/** @typedef {typeof import("../rows.js")} Published */

/** @type {Promise<Published> | undefined} */
let coming;

/** All published rows, fetched once: a reader who turns nothing does without. @type {() => Promise<Published>} */
export const published = () => (coming ??= import("../rows.js"));

/** The rows nearest to a scenario: macros/evidence/neighbours.py once more. @type {(published: Published, scenario: Scenario, count: number) => Row[]} */
export function nearestRows({ nearness, ROWS }, { axes, gpu, quantities }, count) {
  const { step_time } = quantities;
  const related = ROWS.flatMap((row) => {
    const [model, id, kind, precision, gpus, users, row_time, , year] = row;
    const q = {
      same_model: Number(model === axes.model),
      same_gpu: Number(id === axes.gpu),
      same_class: Number(kind !== "" && kind === gpu.kind),
      same_precision: Number(precision === axes.precision),
      same_gpus: Number(gpus === axes.gpus),
      same_batch: Number(users === axes.batch),
      row_time,
      step_time,
    };
    const distance = Math.exp(Math.abs(Math.log(row_time / step_time)));
    return q.same_model + q.same_gpu + q.same_class ? [{ row, near: nearness(q), year, distance }] : [];
  });
  related.sort((a, b) => b.near - a.near || b.year - a.year || a.distance - b.distance);
  const runs = new Set();
  const first = related.filter(({ row: { 10: run } }) => !runs.has(run) && runs.add(run));
  return first.slice(0, count).map(({ row }) => row);
}

/** What shares of their ceiling the published rows reach that a scenario belongs to. @type {(published: Published, scenario: Scenario) => number[]} */
export function sharesLike({ ROWS }, { axes, gpu }) {
  const peers = peersOf(axes.gpu, gpu.kind, axes.gpus, axes.batch);
  const like = ROWS.filter(([, id, kind, , gpus, users]) => classesOf(id, kind, gpus, users).includes(peers));
  return like.map(([, , , , , , step_time, tps]) => tps * step_time);
}

/** @type {(row: Row, source: [title: string, url: string]) => HTMLLIElement} */
function item([, , , , , , , tps, , words], [title, url]) {
  const made = document.createElement("li");
  const speed = document.createElement("strong");
  speed.textContent = show(tps, "tok/s");
  const link = document.createElement("a");
  link.href = url;
  link.textContent = title;
  made.append(speed, ` each: ${words}; `, link);
  return made;
}

/** The nearest rows take the place of those before. @type {(published: Published, scenario: Scenario) => void} */
export function draw(published, scenario) {
  const list = the(HTMLOListElement, "[data-neighbours]");
  const rows = nearestRows(published, scenario, Number(list.dataset.neighbours));
  list.replaceChildren(...rows.map((row) => item(row, published.SOURCES[row[11]])));
  for (const none of all(HTMLElement, "[data-no-neighbours]")) none.hidden = rows.length > 0;
}
