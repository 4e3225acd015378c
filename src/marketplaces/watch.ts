import { toFacts } from '../errors.js';

/**
 * One resource that somebody watches. Whatever says that it may have changed (a push, a poll, a new connection) leads to
 * a reading, and only the reading decides: so a hint may be lost, doubled, late or wrong, and the watcher is still told
 * of each new state, and of none twice.
 */

export interface Reading {
  /** Two readings of the same version are the same to whoever reads them. */
  readonly version: string;
  /** Nothing more will happen by itself. */
  readonly settled: boolean;
}

/** What a look brought. "gone" is what no later look will find; "failed" is worth another try. */
export interface Look {
  readonly outcome: 'changed' | 'same' | 'settled' | 'failed' | 'gone';
  /** After a failure: how long to wait at least, in milliseconds. */
  readonly retryAfterMs?: number;
}

const GONE: readonly string[] = ['NOT_FOUND', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_CONFIGURED', 'INVALID_ARGUMENTS'];

export class Watch {
  private version: string | undefined;
  private looking: Promise<Look> | undefined;
  private again = false;
  private readonly stopped = new AbortController();

  /** @param changed is called once for each new version that is read. */
  constructor(
    private readonly read: (signal: AbortSignal) => Promise<Reading>,
    private readonly changed: () => void,
  ) {}

  /**
   * Takes the state from which on changes are told. It is told itself when it is not the one that the watcher knows.
   * @param known the version that the watcher read last, if any.
   * @throws whatever the reading throws; then the first state that can be read is told.
   */
  async begin(known?: string): Promise<void> {
    const { version } = await this.read(this.stopped.signal);
    this.version = version;
    if (known !== undefined && known !== version) this.changed();
  }

  /** Looks whether it has changed. Asked while it looks, it looks once more. Never fails. */
  look(): Promise<Look> {
    this.again = this.looking !== undefined;
    this.looking ??= this.lookUntilQuiet();
    return this.looking;
  }

  stop(): void {
    this.stopped.abort();
  }

  private async lookUntilQuiet(): Promise<Look> {
    let changed = false;
    for (;;) {
      this.again = false;
      const look = await this.lookOnce();
      changed ||= look.outcome === 'changed';
      if (!this.again || this.stopped.signal.aborted) {
        // In the same breath: a hint that comes from now on begins a look of its own.
        this.looking = undefined;
        return changed && look.outcome === 'same' ? { outcome: 'changed' } : look;
      }
    }
  }

  private async lookOnce(): Promise<Look> {
    const { signal } = this.stopped;
    if (signal.aborted) return { outcome: 'gone' };
    try {
      const { version, settled } = await this.read(signal);
      if (signal.aborted) return { outcome: 'gone' };
      const isNew = version !== this.version;
      this.version = version;
      if (isNew) this.changed();
      return { outcome: settled ? 'settled' : isNew ? 'changed' : 'same' };
    } catch (error) {
      const { code, retryAfter } = toFacts(error);
      if (signal.aborted || GONE.includes(code)) return { outcome: 'gone' };
      return { outcome: 'failed', ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter * 1_000 }) };
    }
  }
}
