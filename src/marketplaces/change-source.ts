import type { Look } from './watch.js';

/** What says, for one account, that something may have changed: a push session, or a poller. */
export interface ChangeSource {
  /**
   * Calls `look` whenever the resource may have changed, until the returned function is called.
   * @param uri of a resource of this account.
   */
  watch(uri: string, look: () => Promise<Look>): () => void;
  /** Something was done here that may have changed what is watched. */
  hurry(): void;
  /** For good. */
  stop(): void;
}
