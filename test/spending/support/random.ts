/** Seeded randomness for schedules: the same seed makes the same run, so that a failure can be shown again. */
export interface Dice {
  readonly seed: number;
  /** A whole number from 0 to below `n`. */
  below(n: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T;
  /** Lower-case letters and digits. */
  word(length: number): string;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Mulberry32: small, quick, and good enough to choose what happens next. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    seed,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    word: (length) => Array.from({ length }, () => LETTERS[below(LETTERS.length)]).join(''),
  };
}

/** The seed of this run: SEED from the environment repeats a run that failed. */
export function seedOfRun(otherwise: number): number {
  const given = Number(process.env.SEED);
  return Number.isInteger(given) && process.env.SEED ? given : otherwise;
}

/** Whether this is the long run (SOAK=1), in which each figure is larger. */
export const soaking = process.env.SOAK === '1';

/** How much a test does: SOAK=1 is the long run, QUICK=1 the short one that mutants are put through. */
export function sized(normal: number, soak: number, quick: number): number {
  if (soaking) return soak;
  return process.env.QUICK === '1' ? quick : normal;
}
