import { systemClock } from './clock.js';
import { point } from './failpoints.js';
import { type PendingFeed, polling } from './feed.js';
import { WorkerJournal } from './journal.js';
import { Worker, type WorkerOptions } from './worker.js';

export { WorkerError } from './worker.js';

/** What a worker is told by whoever opens it. */
export interface OpenOptions extends Omit<WorkerOptions, 'journal' | 'clock' | 'pass' | 'feed'> {
  /** The journal, which all workers of a user share. */
  readonly file: string;
  /** The marketplace's address. */
  readonly origin: string;
  /** What hears of new hirings; without one the list is read every few seconds. */
  readonly feed?: PendingFeed;
}

/** A worker by the clock of this machine. @throws when its journal cannot be opened. */
export function openWorker({ file, origin, feed = polling(systemClock), ...options }: OpenOptions): {
  worker: Worker;
  close(): Promise<void>;
} {
  const journal = WorkerJournal.open(file, origin, systemClock.now);
  const worker = new Worker({ ...options, journal, clock: systemClock, pass: point, feed });
  return { worker, close: () => journal.close() };
}
