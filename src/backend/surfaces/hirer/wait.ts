import type { SurfaceCall } from '../surface.js';

/**
 * Waits until `isOver` says so, looking again after each change of these hirings; `seconds` at most, and no longer than
 * the client. Changes made by other processes are seen at the last look.
 */
export async function waitUntil(
  call: SurfaceCall,
  hiringIds: readonly string[],
  seconds: number,
  isOver: () => Promise<boolean>,
): Promise<void> {
  const { env, signal } = call;
  let news = false;
  let late = false;
  let wake = () => {};
  const ring = () => {
    news = true;
    wake();
  };
  const onTime = () => {
    late = true;
    ring();
  };
  const gone = [signal, env.watchers.stopped];
  const ends = [env.watchers.watch(hiringIds, ring), env.alarms.set(seconds * 1_000, onTime)];
  for (const end of gone) {
    end.addEventListener('abort', ring);
    ends.push(() => end.removeEventListener('abort', ring));
  }
  try {
    // Watched first and looked at then: no change falls in between.
    while (!gone.some((end) => end.aborted) && !(await isOver()) && !late) {
      if (!news) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      news = false;
    }
  } finally {
    for (const end of ends) end();
  }
}
