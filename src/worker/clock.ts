/** Time and chance as the worker sees them: injected, so that a test decides when something happens. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Resolves after `ms`, or as soon as the signal fires. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Longest delay that a timer takes: 24 days. Whoever needs longer looks at the clock again. */
const MAX_DELAY = 2 ** 31 - 1;

/** The real one. Unlike background timers, a worker that waits for work keeps its process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(Math.max(0, ms), MAX_DELAY));
      signal?.addEventListener('abort', done, { once: true });
    }),
};
