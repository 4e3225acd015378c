import { setMaxListeners } from 'node:events';

/**
 * Work that waits for something outside (a probe, a delivery) and must hold up neither a request nor the jobs. It ends
 * with the backend: whoever must survive that leaves a job behind before.
 */
export class Background {
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();

  /** @param onError told of work that failed. */
  constructor(private readonly onError: (what: string, error: unknown) => void) {
    // As many listen as work is under way.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Starts work; its signal is aborted when the backend closes. */
  run(what: string, work: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    const running = work(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.onError(what, error);
      })
      .finally(() => this.running.delete(running));
    this.running.add(running);
  }

  /** Resolves when nothing is running any more. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.idle();
  }
}
