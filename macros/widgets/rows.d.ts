/** What the generated rows.js gives to the calculator: published_rows.py writes it. */

/** A published row, in the order of the list that it stands as. */
export type Row = [
  /** An id of the catalog, or "". */
  model: string,
  /** An id of the catalog, or its name. */
  gpu: string,
  /** The kind of its memory. */
  kind: string,
  precision: string,
  gpus: number,
  users: number,
  /** Of the law, in seconds. */
  step_time: number,
  tokens_per_second: number,
  year: number,
  /** What was measured, less its speed and its source. */
  words: string,
  /** Rows of one number are of one run. */
  run: number,
  /** Its place in SOURCES. */
  source: number,
];

export const ROWS: Row[];
export const SOURCES: [title: string, url: string][];
/** How near a row is to a scenario; the larger, the nearer. */
export const nearness: (q: Record<string, number>) => number;
