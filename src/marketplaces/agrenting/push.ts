import { backoff } from '../../http/backoff.js';
import type { Origin } from '../../http/origin.js';
import { log } from '../../log.js';
import type { Timers } from '../../timers.js';
import type { ApiClient } from '../api-client.js';
import type { ChangeSource } from '../change-source.js';
import type { PollBudget, Poller } from '../poller.js';
import type { Look } from '../watch.js';
import { paceOf } from './pace.js';
import { isRefused, waitAfter } from './reconnect.js';
import { RpcRefused, type Surface, UpstreamSession } from './session.js';

/**
 * One upstream session for one account, kept open as long as somebody needs it: what the marketplace pushes leads to a
 * look at the resource. After every connect all that is watched is subscribed and looked at again, in this order, so
 * that nothing between two sessions is missed. What no session carries at the moment is polled, and what one carries
 * is polled now and then: a marketplace of several machines may forget to push.
 */

export interface PushOptions {
  readonly surface: Surface;
  readonly origin: () => Promise<Origin>;
  readonly poller: Pick<Poller, 'add' | 'remove' | 'relax' | 'hurry' | 'stop'>;
  readonly timers: Timers;
  /** Our own, for the handshake. */
  readonly version: string;
}

interface Target {
  readonly uri: string;
  readonly look: () => Promise<Look>;
  failures: number;
  /** Calls off the next try after a look that failed. */
  callOff: () => void;
}

/** A session that lasted so long was a good one: the next attempt follows soon. */
const GOOD_MS = 60_000;
/** An unneeded session stays a little: whoever unsubscribes often subscribes again. */
const LINGER_MS = 30_000;
const BORROWED_MS = 120_000;
/** Subscriptions that are asked for at the same time. */
const AT_ONCE = 8;

export class AgrentingPush implements ChangeSource {
  private readonly targets = new Map<string, Target>();
  private readonly listeners = new Set<() => void>();
  /** The last request about each URI that is under way. */
  private readonly asking = new Map<string, Promise<unknown>>();
  private session: UpstreamSession | undefined;
  private running = false;
  private held = false;
  /** Until then it is kept for whoever waits for something. */
  private borrowedUntil = 0;
  /** The marketplace does not accept the credential, and will not next time either. */
  private refused = false;
  private readonly stopped = new AbortController();

  constructor(private readonly options: PushOptions) {}

  watch(uri: string, look: () => Promise<Look>): () => void {
    const target = { uri, look, failures: 0, callOff: () => undefined };
    this.targets.set(uri, target);
    this.options.poller.add(uri, look);
    if (this.session) void this.subscribe(this.session, target);
    else this.start();
    return () => this.forget(target);
  }

  /** Keeps the session open with nothing subscribed: an agent that is connected is online. */
  hold(): void {
    this.held = true;
    this.start();
  }

  /**
   * Calls back at everything that is pushed, whatever it is about, and keeps the session for a while: whoever waits for
   * something can look earlier.
   * @returns ends it.
   */
  listen(onHint: () => void): () => void {
    const { timers } = this.options;
    this.listeners.add(onHint);
    this.borrowedUntil = timers.now() + BORROWED_MS;
    timers.after(BORROWED_MS, () => this.closeUnneeded());
    this.start();
    return () => this.listeners.delete(onHint);
  }

  hurry(): void {
    this.options.poller.hurry();
  }

  stop(): void {
    this.stopped.abort(new Error('stopped'));
    for (const target of this.targets.values()) target.callOff();
    this.options.poller.stop();
  }

  private forget(target: Target): void {
    target.callOff();
    if (this.targets.get(target.uri) !== target) return;
    this.targets.delete(target.uri);
    this.options.poller.remove(target.uri);
    // Whether it hears of it or not: what nobody watches is not looked at.
    if (this.session) this.ask(this.session, 'resources/unsubscribe', target.uri).catch(() => undefined);
    this.options.timers.after(LINGER_MS, () => this.closeUnneeded());
  }

  private get needed(): boolean {
    const borrowed = this.borrowedUntil > this.options.timers.now();
    return (this.held || borrowed || this.targets.size > 0) && !this.stopped.signal.aborted;
  }

  private closeUnneeded(): void {
    if (!this.needed) this.session?.close();
  }

  private start(): void {
    if (!this.running && !this.refused && this.needed) void this.run();
  }

  private async run(): Promise<void> {
    const { timers, surface } = this.options;
    this.running = true;
    for (let attempt = 0; this.needed && !this.refused; attempt += 1) {
      const openedAt = timers.now();
      const reason = await this.oneSession();
      if (timers.now() - openedAt >= GOOD_MS) attempt = 0;
      if (!this.needed) break;
      log('debug', `the ${surface} session with Agrenting is over`, reason);
      this.refused = isRefused(reason);
      if (!this.refused) await this.pause(waitAfter(reason, attempt, timers));
    }
    this.running = false;
  }

  /** @returns why it ended. */
  private async oneSession(): Promise<unknown> {
    const { surface, timers, version } = this.options;
    try {
      const origin = await this.options.origin();
      const onUpdated = (uri: string) => this.hint(uri);
      const { signal } = this.stopped;
      const session = await UpstreamSession.open({ origin, surface, timers, version, onUpdated }, signal);
      this.session = session;
      void this.subscribeAll(session);
      return await session.ended;
    } catch (error) {
      return error;
    } finally {
      this.session = undefined;
      for (const uri of this.targets.keys()) this.options.poller.relax(uri, false);
    }
  }

  private async subscribeAll(session: UpstreamSession): Promise<void> {
    const targets = this.targets.values();
    const worker = async () => {
      for (const target of targets) await this.subscribe(session, target);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  /** First the subscription, then the look: whatever happens after the look is pushed. */
  private async subscribe(session: UpstreamSession, target: Target): Promise<void> {
    try {
      await this.ask(session, 'resources/subscribe', target.uri);
    } catch (error) {
      // What this surface does not push goes on being polled. Anything else has ended the session.
      if (error instanceof RpcRefused) log('debug', `${target.uri} is polled`, error);
      return;
    }
    if (session !== this.session || this.targets.get(target.uri) !== target) return;
    this.options.poller.relax(target.uri, true);
    this.look(target);
  }

  /** One request about a URI at a time: messages overtake each other, and an old unsubscription must not come last. */
  private ask(session: UpstreamSession, method: string, uri: string): Promise<unknown> {
    const before = this.asking.get(uri) ?? Promise.resolve();
    const asked = before.catch(() => undefined).then(() => session.request(method, { uri }));
    this.asking.set(uri, asked);
    const done = () => {
      if (this.asking.get(uri) === asked) this.asking.delete(uri);
    };
    asked.then(done, done);
    return asked;
  }

  private hint(uri: string): void {
    const target = this.targets.get(uri);
    if (target) this.look(target);
    // Something happened on this account, and what is polled may be part of it.
    this.options.poller.hurry();
    for (const onHint of this.listeners) onHint();
  }

  /** A hint comes once, so a look that fails is tried again until it succeeds. */
  private look(target: Target): void {
    target.callOff();
    void target.look().then(({ outcome, retryAfterMs = 0 }) => {
      target.failures = outcome === 'failed' ? target.failures + 1 : 0;
      if (outcome !== 'failed' || this.targets.get(target.uri) !== target || !this.needed) return;
      target.callOff();
      const wait = Math.max(retryAfterMs, backoff(target.failures, this.options.timers));
      target.callOff = this.options.timers.after(wait, () => this.look(target));
    });
  }

  private pause(ms: number): Promise<void> {
    const { signal } = this.stopped;
    return new Promise((resolve) => {
      const callOff = this.options.timers.after(ms, () => {
        signal.removeEventListener('abort', done);
        resolve();
      });
      const done = () => {
        callOff();
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

/** Polling and waiting share the documented limit of an account; this much of it is left to other calls. */
const LEFT = 10;

/** What polling may use, beside the waits of the same account. */
export function pollBudget(api: ApiClient): PollBudget {
  const pace = paceOf(api);
  return {
    take(now) {
      const wait = pace.untilRoom(now, LEFT + 1);
      if (wait === 0) pace.took(now, 1);
      return wait;
    },
  };
}
