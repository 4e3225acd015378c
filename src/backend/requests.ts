/** Requests as they arrive: what the console shows, the log writes and telemetry counts. Kept in memory, a few only. */

export interface RequestNote {
  /** 1, 2, 3 … since this process began. */
  readonly n: number;
  readonly at: string;
  /** How long it took, in milliseconds of real time. */
  readonly ms: number;
  readonly marketplace: string;
  /** "rest", "tool" (the {tool, input} envelope) or "mcp" (a hosted MCP surface). */
  readonly way: 'rest' | 'tool' | 'mcp';
  /** The route's id, or the tool's name. */
  readonly action: string;
  readonly method: string;
  /** With its parameters as `:name`: what stands there is not shown. */
  readonly path: string;
  readonly role: string | undefined;
  readonly account: string | undefined;
  readonly credential: string | undefined;
  readonly address: string;
  readonly status: number;
  /** The marketplace's error code, when it refused. */
  readonly error: string | undefined;
  /** The beginning of the idempotency key's SHA-256, when one was sent. */
  readonly key: string | undefined;
  /** Whether an earlier answer was given again. */
  readonly replayed: boolean;
  /** The caller's trace, as it was sent. */
  readonly traceparent: string | undefined;
}

const KEPT = 500;

export class Requests {
  private readonly kept: RequestNote[] = [];
  private readonly listeners = new Set<(note: RequestNote) => void>();
  private count = 0;

  note(facts: Omit<RequestNote, 'n'>): void {
    this.count += 1;
    const note = { n: this.count, ...facts };
    this.kept.push(note);
    if (this.kept.length > KEPT) this.kept.shift();
    for (const listener of this.listeners) listener(note);
  }

  /** Newest first, at most 500. */
  recent(limit = KEPT): readonly RequestNote[] {
    return this.kept.slice(-limit).toReversed();
  }

  /** Told of each request once it was answered. @returns stops that. */
  on(listener: (note: RequestNote) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
