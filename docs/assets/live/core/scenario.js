/**
 * A model on a GPU in a number format, and every quantity of the law for it: macros/scenario.py
 * for the browser. The equations come from the generated ../law.js; none is written here.
 */
import { AXES, CATALOG, COUNTS, EQUATIONS, FIT, INPUT_AXES, QUANTITIES, RULES, SETUP, SPEEDS, USUAL } from "../law.js";
import { show } from "./format.js";

/** @import { Entry, Gpu, Quantities as Values } from "../law.js" */

/**
 * @typedef {object} NamedAxes
 * @property {string} model
 * @property {string} gpu
 * @property {string} precision
 * @property {number} gpus
 * @property {number} batch
 * @property {number} context
 * @property {string} [math] a format of the matrix units; "" is the precision's own
 * @property {string} [kv] the format of the cache
 * @property {string} [memory] "label" or "reported"
 * @property {string} [engine] what decodes; "" is not known
 * @property {string} [measured] a speed that the reader measured, as `ownText` writes it; "" is none
 */

/** The axes of a scenario, each by its name too. @typedef {NamedAxes & Record<string, any>} Axes */

/** One figure of the law: a quantity in a scenario. @typedef {{ quantity: string, scenario: Scenario }} Side */

/** The axes that every reference names, in its order; the others are written where they are unusual. */
export const PLAIN_AXES = AXES.filter((axis) => !(axis in USUAL));

/** What can stand on an axis of names. @type {(axis: string) => Record<string, Entry> | undefined} */
export const entriesOn = (axis) => /** @type {Record<string, Record<string, Entry>>} */ (CATALOG)[axis === "kv" ? "precision" : axis];

/** The law's quantities of one scenario, each computed when it is first asked for. */
class Quantities {
  /** @param {Scenario} scenario */
  constructor(scenario) {
    this.scenario = scenario;
  }
}

for (const [name, equation] of Object.entries(EQUATIONS)) {
  Object.defineProperty(Quantities.prototype, name, {
    /** @this {Values} */
    get() {
      const value = equation(this);
      Object.defineProperty(this, name, { value });
      return value;
    },
  });
}

/** What is known of an expected speed beside the law; to tell it takes most of the law. */
for (const name of ["low_factor", "high_factor", "peer_rows", "peer_sources", "peer_error"]) {
  Object.defineProperty(Quantities.prototype, name, {
    /** @this {Quantities} */
    get() {
      return this.scenario.trust[name];
    },
  });
}

const NAME = /\{(\w+)\}/g;

/** @type {Map<string, Set<string>>} */
const rests = new Map();

/** The inputs that a quantity rests on. @type {(quantity: string) => Set<string>} */
export function inputsOf(quantity) {
  let inputs = rests.get(quantity);
  if (!inputs) {
    const { text } = QUANTITIES[quantity];
    inputs = new Set(text ? [...text.matchAll(NAME)].flatMap(([, name]) => [...inputsOf(name)]) : [quantity]);
    rests.set(quantity, inputs);
  }
  return inputs;
}

/** What the expected speed takes on a GPU, for an engine. @type {(gpu: Gpu, engine: string) => Values} */
const coefficients = ({ kind, link }, engine) => ({
  ...FIT.common,
  layer_time: FIT.layer_time[engine][kind],
  link_time: FIT.link_time[engine][link],
  user_time: FIT.user_time[engine],
});

/** The interval of an expected speed, and the published rows behind it. @type {(scenario: Scenario) => Values} */
function trust({ axes, gpu, quantities }) {
  const { engine } = axes;
  const curve = FIT[engine ? "named" : "blind"][axes.batch > 1 ? 1 : 0];
  const last = curve[0].length - 1;
  const at = Math.min(Math.max(quantities.fixed_share, 0), 1) * last;
  const first = Math.min(Math.trunc(at), last - 1);
  const [low_factor, high_factor] = curve.map((ends) => ends[first] + (ends[first + 1] - ends[first]) * (at - first));
  const [peer_rows, peer_sources, named, blind] = FIT.peers[peersOf(axes.gpu, gpu.kind, axes.gpus, axes.batch)];
  return { low_factor, high_factor, peer_rows, peer_sources, peer_error: engine ? named : blind };
}

/** The classes of published rows that a setup belongs to, the narrowest first. @type {(gpu: string, kind: string, gpus: number, users: number) => string[]} */
export function classesOf(gpu, kind, gpus, users) {
  const many = gpus > 1 ? "several GPUs" : "one GPU";
  const together = users > 1 ? "several users" : "one user";
  return [`${gpu}, ${many}, ${together}`, `${kind}, ${many}, ${together}`, `${kind}, ${together}`, together];
}

/** The narrowest class that there are enough rows of. @type {(...setup: Parameters<typeof classesOf>) => string} */
export const peersOf = (...setup) => classesOf(...setup).find((name) => name in FIT.peers) ?? Object.keys(FIT.peers)[0];

/** The two sides of the first equals sign. @type {(text: string) => [string, string]} */
export const pairOf = (text) => {
  const [name] = text.split("=", 1);
  return [name, text.slice(name.length + 1)];
};

/** Axes from their texts: the plain ones in order, then others by name. @type {(places: string[]) => Axes} */
function axesOf(places) {
  const plain = PLAIN_AXES.map((axis, place) => [axis, readAxis(axis, places[place])]);
  return Object.fromEntries([...plain, ...places.slice(PLAIN_AXES.length).map(pairOf)]);
}

/** A measured speed in tokens per second and user, and what it was measured in: `55.2~llama-3-8b~rtx-4090~fp16~1~1~0`. @type {(text: string) => { tps: number, axes: Axes }} */
export function ownSpeed(text) {
  const [speed, ...places] = text.split("~");
  return { tps: Number(speed || NaN), axes: axesOf(places) };
}

/** @type {(tps: number, scenario: Scenario) => string} */
export const ownText = (tps, scenario) => [tps, ...scenario.on({ measured: "" }).places()].join("~");

/** Whether a measured speed tells of a scenario: same machine and engine, mixture or dense alike. @type {(at: Scenario, scenario: Scenario) => boolean} */
const tellsOf = (at, scenario) =>
  at.model.experts > 1 === scenario.model.experts > 1 && SETUP.every((axis) => at.axes[axis] === scenario.axes[axis]);

/** What a measured speed says of a scenario; none of another setup says anything. @type {(scenario: Scenario) => Values} */
function calibration(scenario) {
  const nothing = { own_tps: NaN, fixed_factor: 1 };
  if (!scenario.axes.measured) return nothing;
  const { tps, axes } = ownSpeed(scenario.axes.measured);
  const at = scenarioOf(axes);
  if (!tellsOf(at, scenario)) {
    scenario.axes.measured = "";
    return nothing;
  }
  const here = ownText(tps, scenario) === scenario.axes.measured;
  const known = Object.assign(Object.create(at.quantities), { own_tps: tps });
  return { own_tps: here ? tps : NaN, fixed_factor: EQUATIONS.own_factor(known) };
}

export class Scenario {
  /** @type {Record<string, string>} */
  #texts = {};
  /** @type {Record<string, string>} */
  #titles = {};
  /** @type {Values | undefined} */
  #trust;

  /** @param {Axes} axes */
  constructor(axes) {
    /** @type {Axes} */
    this.axes = { ...USUAL, ...axes };
    const { gpus, batch, context, kv: cache = USUAL.kv, engine = USUAL.engine } = this.axes;
    this.model = CATALOG.model[this.axes.model];
    this.gpu = CATALOG.gpu[this.axes.gpu];
    this.precision = CATALOG.precision[this.axes.precision];
    const wanted = this.axes.math || this.precision.math;
    this.format = wanted in this.gpu.peaks ? wanted : "fp16";
    const reported = this.axes.memory === "reported" ? this.gpu.reported : undefined;
    this.reading = reported ? "reported" : "label";
    /** @type {Values} */
    this.quantities = Object.assign(/** @type {any} */ (new Quantities(this)), {
      ...this.model,
      bytes_per_block_param: this.precision.bytes_per_block_param,
      bytes_per_expert_param: this.precision.bytes_per_expert_param,
      bytes_per_vocabulary_param: this.precision.bytes_per_vocabulary_param,
      bytes_per_kv_value: CATALOG.precision[cache].bytes_per_block_param,
      bandwidth: this.gpu.bandwidth,
      // A peak that nobody published bounds nothing.
      peak_flops: this.gpu.peaks[this.format] ?? Infinity,
      memory: reported || this.gpu.label,
      gpus,
      batch,
      context,
      ...coefficients(this.gpu, engine),
      ...calibration(this),
    });
  }

  /** How far its expected speed is trusted. */
  get trust() {
    return (this.#trust ??= trust(this));
  }

  /** @param {Partial<Axes>} changes */
  on(changes) {
    return scenarioOf({ ...this.axes, ...changes });
  }

  /** The same with one axis decided by a rule of the law. @type {(axis: string, rule: string) => Scenario} */
  turn(axis, rule) {
    const limit = axis === "context" ? this.model.max_context : Infinity;
    const known = Object.assign(Object.create(this.quantities), { here: this.axes[axis], limit });
    return this.on({ [axis]: RULES[rule](known) });
  }

  /** @param {string} quantity */
  value(quantity) {
    return this.quantities[quantity];
  }

  /** @type {(quantity: string, digits?: number, scale?: string) => string} */
  text(quantity, digits = undefined, scale = "") {
    const { unit } = QUANTITIES[quantity];
    if (digits || scale) return show(this.value(quantity), unit, digits, scale);
    return (this.#texts[quantity] ??= show(this.value(quantity), unit));
  }

  get fits() {
    return this.value("gpus") >= this.value("min_gpus");
  }

  /** Whether the scenario has no such quantity: a speed of weights that do not fit. @param {string} quantity */
  lacks(quantity) {
    return SPEEDS.includes(quantity) && !this.fits;
  }

  /** Where it stands on its axes: the plain ones in order, then the unusual ones by name. @type {() => string[]} */
  places() {
    const unusual = Object.keys(USUAL).filter((axis) => this.axes[axis] !== USUAL[axis]);
    return [...PLAIN_AXES.map((axis) => String(this.axes[axis])), ...unusual.map((axis) => `${axis}=${this.axes[axis]}`)];
  }

  /** `decode_tps(llama-3-8b,h100-sxm,fp16,1,1,0)` @param {string} quantity */
  reference(quantity) {
    return `${quantity}(${this.places().join()})`;
  }

  /** An equation in words and with its numbers; empty for a fact. @param {string} quantity */
  formula(quantity) {
    const { name, text } = QUANTITIES[quantity];
    if (!text) return "";
    const words = text.replace(NAME, (_, input) => QUANTITIES[input].name);
    return `${name} = ${words} = ${text.replace(NAME, (_, input) => this.text(input))}`;
  }

  /** How a figure was computed, or where it was read. @param {string} quantity */
  title(quantity) {
    return (this.#titles[quantity] ??= this.#account(quantity));
  }

  /** @param {string} quantity */
  #account(quantity) {
    return (this.formula(quantity) || this.#source(quantity)) + (this.isContested(quantity) ? " (contested)" : "");
  }

  /** Whether it rests on a fact that sources tell differently. @param {string} quantity */
  isContested(quantity) {
    const { contested = [] } = this.gpu;
    return contested.length > 0 && [...inputsOf(quantity)].some((input) => contested.includes(this.#fact(input)));
  }

  /** The name of the GPU's fact behind an input of the law. @param {string} input */
  #fact(input) {
    /** @type {Record<string, string>} */
    const facts = { bandwidth: "bandwidth", memory: this.reading, peak_flops: this.format };
    return facts[input] ?? "";
  }

  /** @param {string} input */
  #source(input) {
    const { fitted } = QUANTITIES[input];
    if (fitted) return fitted;
    const [axis] = INPUT_AXES[input];
    const entry = this.entryOf(axis);
    return entry ? entry.sources?.[this.#fact(input)] ?? `from the catalog's entry of ${entry.name}` : "";
  }

  /** The catalog's entry on one axis, if it is one of names. @type {(axis: string) => Entry | undefined} */
  entryOf(axis) {
    return entriesOn(axis)?.[this.axes[axis]];
  }
}

/** @type {Map<string, Scenario>} */
const known = new Map();

/** A scenario, remembered, since most figures of a page speak of a few. @param {Axes} axes */
export function scenarioOf(axes) {
  const key = AXES.map((axis) => axes[axis]).join();
  let scenario = known.get(key);
  if (!scenario) {
    if (known.size > 200) known.clear();
    known.set(key, (scenario = new Scenario(axes)));
  }
  return scenario;
}

/** Two figures of the law in one: `ratio`, or `change` by a share. @type {(quantity: string, of: Side, to: Side, digits?: number, scale?: string) => { value: number, text: string, account: string, title: string, of: string, to: string }} */
export function comparison(quantity, of, to, digits = undefined, scale = "×") {
  const sides = [of, to];
  const ratio = of.scenario.value(of.quantity) / to.scenario.value(to.quantity);
  const value = quantity === "change" ? ratio - 1 : ratio;
  const references = sides.map((side) => side.scenario.reference(side.quantity));
  const texts = sides.map((side) => side.scenario.text(side.quantity));
  const contested = sides.some((side) => side.scenario.isContested(side.quantity));
  const account = `${texts.join(" ÷ ")}${quantity === "change" ? " − 1" : ""}${contested ? " (contested)" : ""}`;
  return {
    value,
    text: show(value, "1", digits, scale),
    account,
    title: `${references.join(" ÷ ")} = ${account}`,
    of: references[0],
    to: references[1],
  };
}

/** @type {(text: string) => { quantity: string, axes: Axes }} */
export function parseReference(text) {
  const [, quantity = "", inside = ""] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  return { quantity, axes: axesOf(inside.split(",")) };
}

/** The value of an axis from its text. @type {(axis: string, text: string) => string | number} */
export const readAxis = (axis, text) => (COUNTS.includes(axis) ? Number(text) : text);
