/** What a worker tells about itself. One of these is one line of `hirewire work --json`. */
export type WorkerEvent =
  | { readonly event: 'started'; readonly marketplace: string; readonly sandbox: boolean; readonly concurrency: number }
  | {
      readonly event: 'taken';
      readonly hiring_id: string;
      readonly capability: string;
      readonly price: string;
      /** 1 for the first run; more when the worker died during an earlier one. */
      readonly run: number;
    }
  | { readonly event: 'progress'; readonly hiring_id: string; readonly text: string }
  | {
      readonly event: 'finished';
      readonly hiring_id: string;
      readonly files: number;
      readonly left_out: readonly string[];
    }
  | { readonly event: 'delivered'; readonly hiring_id: string; readonly price: string }
  | { readonly event: 'failed'; readonly hiring_id: string; readonly reason: string }
  /** Nothing was delivered and nothing will be: the hirer cancelled, or the time is over. */
  | { readonly event: 'dropped'; readonly hiring_id: string; readonly reason: string }
  /** Not finished: the next start goes on with it. */
  | { readonly event: 'left'; readonly hiring_id: string; readonly reason: string }
  | { readonly event: 'waiting'; readonly hiring_id: string; readonly reason: string; readonly retry_in_s: number }
  | { readonly event: 'trouble'; readonly reason: string }
  | { readonly event: 'recovered' }
  | { readonly event: 'stopping'; readonly running: number; readonly grace_s: number }
  | ({ readonly event: 'stopped' } & Tally);

export type Report = (event: WorkerEvent) => void;

/** What a worker did since it was started. */
export interface Tally {
  readonly delivered: number;
  readonly failed: number;
  readonly dropped: number;
  readonly left: number;
  /** USD, before the marketplace's fee. */
  readonly earned: string;
}
