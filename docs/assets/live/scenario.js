/**
 * A model on a GPU in a number format, and every quantity of the law for it: macros/scenario.py
 * for the browser. The equations come from the generated ./law.js; none is written here.
 */
import { CATALOG, EQUATIONS, FIT, INPUT_AXES, QUANTITIES, SPEEDS } from "./law.js";
import { show } from "./display.js";

/**
 * @typedef {object} Axes
 * @property {string} model
 * @property {string} gpu
 * @property {string} precision
 * @property {number} gpus
 * @property {number} batch
 * @property {number} context
 * @property {string} [math] a format of the matrix units; "" is the precision's own
 * @property {string} [kv] the format of the cache
 * @property {string} [memory] "label" or "reported"
 */

/** The law's quantities of one scenario, each computed when it is first asked for. */
class Quantities {
  /** @param {Record<string, number>} inputs */
  constructor(inputs) {
    Object.assign(this, inputs);
  }
}

for (const [name, equation] of Object.entries(EQUATIONS)) {
  Object.defineProperty(Quantities.prototype, name, {
    get() {
      const value = equation(this);
      Object.defineProperty(this, name, { value });
      return value;
    },
  });
}

const NAME = /\{(\w+)\}/g;

/** @type {Map<string, Set<string>>} */
const rests = new Map();

/** The inputs that a quantity rests on. @type {(quantity: string) => Set<string>} */
function inputsOf(quantity) {
  const { text } = QUANTITIES[quantity];
  if (!text) return new Set([quantity]);
  if (!rests.has(quantity)) rests.set(quantity, new Set([...text.matchAll(NAME)].flatMap(([, name]) => [...inputsOf(name)])));
  return rests.get(quantity);
}

export class Scenario {
  /** @type {Record<string, string>} */
  #texts = {};
  /** @type {Record<string, string>} */
  #titles = {};

  /** @param {Axes} axes */
  constructor(axes) {
    this.axes = { math: "", kv: "fp16", memory: "label", ...axes };
    const { model, gpu, precision, math, kv, memory, gpus, batch, context } = this.axes;
    this.model = CATALOG.model[model];
    this.gpu = CATALOG.gpu[gpu];
    this.precision = CATALOG.precision[precision];
    const wanted = math || this.precision.math;
    this.format = wanted in this.gpu.peaks ? wanted : "fp16";
    this.reading = memory === "reported" && this.gpu.reported ? "reported" : "label";
    /** @type {Record<string, any>} */
    this.quantities = new Quantities({
      ...this.model,
      bytes_per_block_param: this.precision.bytes_per_block_param,
      bytes_per_expert_param: this.precision.bytes_per_expert_param,
      bytes_per_vocabulary_param: this.precision.bytes_per_vocabulary_param,
      bytes_per_kv_value: CATALOG.precision[kv].bytes_per_block_param,
      bandwidth: this.gpu.bandwidth,
      // A peak that nobody published bounds nothing.
      peak_flops: this.gpu.peaks[this.format] ?? Infinity,
      memory: this.gpu[this.reading],
      gpus,
      batch,
      context,
      ...FIT.coefficients,
    });
    // How far measurements scatter about the expected speed hangs on the law's step time.
    const { step_time } = this.quantities;
    const [, factors] = FIT.bands.find(([end]) => end === null || step_time < end) ?? [null, {}];
    Object.assign(this.quantities, factors);
  }

  /** @param {Partial<Axes>} changes */
  on(changes) {
    return scenarioOf({ ...this.axes, ...changes });
  }

  /** The same on as few GPUs as hold the weights. */
  get onEnough() {
    return this.on({ gpus: this.value("min_gpus") });
  }

  /** @param {string} quantity */
  value(quantity) {
    return /** @type {number} */ (this.quantities[quantity]);
  }

  /** @param {string} quantity */
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

  /** `decode_tps(llama-3-8b,h100-sxm,fp16,1,1,0)` @param {string} quantity */
  reference(quantity) {
    const { model, gpu, precision, gpus, batch, context, math, kv, memory } = this.axes;
    const unusual = [math && `math=${math}`, kv !== "fp16" && `kv=${kv}`, memory !== "label" && `memory=${memory}`];
    return `${quantity}(${[model, gpu, precision, gpus, batch, context, ...unusual.filter(Boolean)].join(",")})`;
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
    const { contested = [] } = this.gpu;
    const doubtful = contested.length && [...inputsOf(quantity)].some((input) => contested.includes(this.#fact(input)));
    return (this.formula(quantity) || this.#source(quantity)) + (doubtful ? " (contested)" : "");
  }

  /** The name of the GPU's fact behind an input of the law. @param {string} input */
  #fact(input) {
    return { bandwidth: "bandwidth", memory: this.reading, peak_flops: this.format }[input] ?? "";
  }

  /** @param {string} input */
  #source(input) {
    const entry = this.entryOf(INPUT_AXES[input][0]);
    return entry ? entry.sources?.[this.#fact(input)] ?? `from the catalog's entry of ${entry.name}` : "";
  }

  /** The catalog's entry on one axis, if it is one of names. @param {string} axis */
  entryOf(axis) {
    return CATALOG[axis === "kv" ? "precision" : axis]?.[this.axes[axis]];
  }

  /** One axis as captions and rows name it. @param {string} axis */
  name(axis) {
    const { gpus, batch, context, math } = this.axes;
    switch (axis) {
      case "gpus": return gpus > 1 ? `${gpus} × ` : "";
      case "batch": return batch > 1 ? `${batch} users` : `${batch} user`;
      case "context": return `${show(context, "1", 9)} tokens`;
      case "math": return math ? `${math.toUpperCase()} math` : "";
      default: return this.entryOf(axis)?.name ?? this.axes[axis];
    }
  }
}

/** @type {Map<string, Scenario>} */
const known = new Map();

/** A scenario, remembered, since most figures of a page speak of a few. @param {Axes} axes */
export function scenarioOf(axes) {
  const { model, gpu, precision, gpus, batch, context, math, kv, memory } = axes;
  const key = [model, gpu, precision, gpus, batch, context, math, kv, memory].join();
  let scenario = known.get(key);
  if (!scenario) {
    if (known.size > 200) known.clear();
    known.set(key, (scenario = new Scenario(axes)));
  }
  return scenario;
}

/** Two figures of the law in one: `ratio`, or `change` by a share. @param {string} quantity */
export function comparison(quantity, of, to, digits = undefined, scale = "×") {
  const ratio = of.scenario.value(of.quantity) / to.scenario.value(to.quantity);
  const value = quantity === "change" ? ratio - 1 : ratio;
  const references = [of, to].map((side) => side.scenario.reference(side.quantity));
  const texts = [of, to].map((side) => side.scenario.text(side.quantity));
  const contested = [of, to].some((side) => side.scenario.title(side.quantity).endsWith("(contested)"));
  return {
    value,
    text: show(value, "1", digits, scale),
    of: references[0],
    to: references[1],
    title: `${references.join(" ÷ ")} = ${texts.join(" ÷ ")}${quantity === "change" ? " − 1" : ""}${contested ? " (contested)" : ""}`,
  };
}

/** @type {(text: string, digits?: number) => { quantity: string, axes: Axes }} */
export function parseReference(text) {
  const [, quantity, inside] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  const [model, gpu, precision, gpus, batch, context, ...rest] = (inside ?? "").split(",");
  const unusual = Object.fromEntries(rest.map((pair) => pair.split("=")));
  return { quantity, axes: { model, gpu, precision, gpus: Number(gpus), batch: Number(batch), context: Number(context), ...unusual } };
}
