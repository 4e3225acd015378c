/** Tells whoever waits inside a call that a hiring changed, in this process. */
export class Watchers {
  private readonly byHiring = new Map<string, Set<() => void>>();
  private readonly stopping = new AbortController();

  /** How many hirings are watched. */
  get size(): number {
    return this.byHiring.size;
  }

  /** Aborted when the backend closes: nobody is to wait any longer. */
  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  /** Calls `ring` after each change of any of these hirings. @returns ends it. */
  watch(hiringIds: readonly string[], ring: () => void): () => void {
    for (const id of hiringIds) this.byHiring.set(id, (this.byHiring.get(id) ?? new Set()).add(ring));
    return () => {
      for (const id of hiringIds) {
        const rings = this.byHiring.get(id);
        rings?.delete(ring);
        if (rings?.size === 0) this.byHiring.delete(id);
      }
    };
  }

  changed(hiringId: string): void {
    for (const ring of this.byHiring.get(hiringId) ?? []) ring();
  }

  stop(): void {
    this.stopping.abort();
  }
}
