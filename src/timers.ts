/** Time and chance for what goes on in the background: injected, so that a test decides when something happens. */
export interface Timers {
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Runs once, after so many milliseconds. @returns a function that calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** The real ones. They never keep the process alive. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
