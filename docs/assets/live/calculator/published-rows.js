/** Published rows beside the picks: the nearest ones, and the class that a measured speed is held against. */
import { all, the } from "../core/elements.js";
import { classesOf, peersOf, scenarioOf } from "../core/scenario.js";
import { show } from "../core/format.js";
import { nearness, ROWS, SOURCES } from "../rows.js";

/** @import { Row } from "../rows.js" */
/** @import { Scenario } from "../core/scenario.js" */

/** The rows nearest to a scenario: macros/evidence/neighbours.py once more. @type {(scenario: Scenario, count: number) => Row[]} */
export function nearestRows({ axes, gpu, quantities }, count) {
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

/** What shares of their ceiling the published rows reach that a scenario belongs to. @type {(scenario: Scenario) => number[]} */
export function sharesLike({ axes, gpu }) {
  const peers = peersOf(axes.gpu, gpu.kind, axes.gpus, axes.batch);
  const like = ROWS.filter(([, id, kind, , gpus, users]) => classesOf(id, kind, gpus, users).includes(peers));
  return like.map(([, , , , , , step_time, tps]) => tps * step_time);
}

/** @type {(row: Row) => HTMLLIElement} */
function item([, , , , , , , tps, , words, , source]) {
  const [title, url] = SOURCES[source];
  const made = document.createElement("li");
  const speed = document.createElement("strong");
  speed.textContent = show(tps, "tok/s");
  const link = document.createElement("a");
  link.href = url;
  link.textContent = title;
  made.append(speed, ` each: ${words}; `, link);
  return made;
}

/** The nearest rows take the place of those before. @param {Scenario} scenario */
export function draw(scenario) {
  const list = the(HTMLOListElement, "[data-neighbours]");
  const rows = nearestRows(scenario, Number(list.dataset.neighbours));
  list.replaceChildren(...rows.map(item));
  for (const none of all(HTMLElement, "[data-no-neighbours]")) none.hidden = rows.length > 0;
}
