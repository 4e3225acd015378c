/** Small tools for benchmarks: paired runs, medians, ratios. Absolute times are never asserted. */

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

export interface Pair {
  readonly ours: number;
  readonly theirs: number;
  /** Median of ours / theirs, pair by pair, so that a drift of the machine's speed cancels out. */
  readonly ratio: number;
}

/** Runs two things in turn, A B A B …, after one warm-up of each. Milliseconds. */
export async function paired(
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Pair> {
  await theirs();
  await ours();
  const a: number[] = [];
  const b: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    b.push(await theirs());
    a.push(await ours());
  }
  return {
    ours: median(a),
    theirs: median(b),
    ratio: median(a.map((value, index) => value / (b[index] ?? Number.NaN))),
  };
}

/** How long something takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export interface Line {
  readonly what: string;
  readonly ours: string;
  readonly against: string;
  readonly ratio: string;
  readonly aim?: string;
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const times = (value: number): string => `${value.toFixed(2)}×`;
