/**
 * What the generated law.js gives to the scripts of docs/assets/live. `make check` holds what
 * law_module.py generates against this, and the scripts too.
 */

/** The law's quantities of one scenario, in SI units, by name. */
export type Quantities = Record<string, number>;

/** An equation, or a rule that decides an axis, over the quantities it names. */
type Equation = (q: Quantities) => number;

/** What stands in the catalog under an id. */
export interface Entry {
  name: string;
  /** Where its facts were read, by the fact. */
  sources?: Record<string, string>;
}

/** The inputs of the law that a model decides stand beside its name. */
interface Model extends Entry {
  max_context: number;
  [input: string]: any;
}

export interface Gpu extends Entry {
  /** Of memory, which sets the time of a layer. */
  kind: string;
  link: string;
  bandwidth: number;
  label: number;
  reported?: number;
  peaks: Record<string, number>;
  sources: Record<string, string>;
  contested?: string[];
}

interface Precision extends Entry {
  math: string;
  bytes_per_block_param: number;
  bytes_per_expert_param: number;
  bytes_per_vocabulary_param: number;
}

/** A figure's data- attributes, without their `data-`. */
type Hooks = Record<string, string>;

/** A cell of macros/figures/cells.py for the reader's picks, or a plain value. */
export type Recipe =
  | { words: Recipe[] }
  | { names: Record<string, Recipe> }
  | { name: string }
  | { if: Hooks; above: number | Hooks; then: Recipe; else: Recipe }
  | { value: Hooks }
  | { count: Hooks; plus: number }
  | { text: Hooks; bare?: boolean; apart?: Hooks }
  | unknown[]
  | string
  | number
  | boolean
  | null;

/** What a number is divided by to stand before a symbol: 10^ten × 2^two. */
export type Scale = [symbol: string, ten: number, two: number];

export const EQUATIONS: Record<string, Equation>;
export const RULES: Record<string, Equation>;
export const QUANTITIES: Record<string, { unit: string; name: string; axes: string[]; text?: string; fitted?: string }>;
export const INPUT_AXES: Record<string, string[]>;
export const AXES: string[];
/** Where the axes stand that are named only when they stand elsewhere. */
export const USUAL: Record<string, string>;
/** The axes on which a measured speed tells of other scenarios. */
export const SETUP: string[];
export const COUNTS: string[];
/** The inputs of the law that a GPU decides. */
export const FACTS: string[];
export const LIMITS: Record<string, [least: number, most: number]>;
export const CONTEXTS: number[];
export const NAMES: Record<string, Recipe>;
export const SENTENCES: Record<string, Recipe>;
export const SPEEDS: string[];
export const NO_FIT: string;
export const SCALES: Record<string, Scale[]>;
export const ASKED_SCALES: Record<string, Scale[]>;
export const CLOSE_UP: string[];
export const THIN_SPACE: string;
export const DIGITS: number;
export const CATALOG: {
  model: Record<string, Model>;
  gpu: Record<string, Gpu>;
  precision: Record<string, Precision>;
  math: Record<string, Entry>;
  engine: Record<string, Entry>;
};
/** Factors on the expected speed at evenly spaced shares of a step, from none that is fixed to all. */
type Curve = [low: number[], high: number[]];

export const FIT: {
  common: Quantities;
  /** By engine; "" is not known. */
  layer_time: Record<string, Record<string, number>>;
  link_time: Record<string, Record<string, number>>;
  user_time: Quantities;
  /** Intervals of one user and of several, where the engine is known, and where it is not. */
  named: [Curve, Curve];
  blind: [Curve, Curve];
  /** Published rows by the class that they are of; their errors with the engine named, and without. */
  peers: Record<string, [rows: number, sources: number, named: number, blind: number]>;
};
