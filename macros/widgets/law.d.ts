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

interface Gpu extends Entry {
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
export const QUANTITIES: Record<string, { unit: string; name: string; axes: string[]; text?: string }>;
export const INPUT_AXES: Record<string, string[]>;
export const AXES: string[];
/** Where the axes stand that are named only when they stand elsewhere. */
export const USUAL: Record<string, string>;
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
};
export const FIT: {
  coefficients: Quantities;
  /** Where each band of step times ends, in seconds, and its factors; the last has no end. */
  bands: [end: number | null, factors: Quantities][];
};
