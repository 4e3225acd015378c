import { VERSION } from '../connections.js';
import { untilAborted } from '../http/body.js';
import { AgrentingPush, pollBudget } from '../marketplaces/agrenting/push.js';
import type { Surface } from '../marketplaces/agrenting/session.js';
import type { ChangeSource } from '../marketplaces/change-source.js';
import type { AccountRole } from '../marketplaces/define.js';
import { humans2aiChanges } from '../marketplaces/humans2ai/push.js';
import { Poller } from '../marketplaces/poller.js';
import { systemTimers, type Timers } from '../timers.js';
import { listenToNews } from '../webhooks/news.js';
import type { ResourceDeps, Resources } from './resources.js';
import { Subscriptions } from './subscriptions.js';

/** What goes on while nobody asks: sessions with marketplaces, polls, and what they lead to telling the client. */

type AgrentingRole = Exclude<AccountRole, 'humans2ai.agent'>;
const SURFACES: Record<AgrentingRole, Surface> = { 'agrenting.hirer': 'hirer', 'agrenting.agent': 'agent' };

const SANDBOX_MS = 10_000;
const NEWS_MS = 2_000;

export class Live {
  readonly subscriptions: Subscriptions;
  private readonly pushes = new Map<AgrentingRole, Promise<AgrentingPush>>();
  private polled: Promise<ChangeSource> | undefined;
  private journal: ChangeSource | undefined;
  private readonly timers: Timers;
  private newsAt = 0;
  private deaf: (() => void) | undefined;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly deps: ResourceDeps,
    resources: Resources,
    notify: (uri: string) => void,
  ) {
    this.timers = deps.timers ?? systemTimers;
    this.subscriptions = new Subscriptions({
      read: async (uri, signal) => await resources.read(uri, signal),
      source: async (uri) => await this.changes(resources.roleOf(uri)),
      notify,
    });
  }

  /** The agent of this account is online as long as this process lives. @throws when its account cannot be used. */
  async goOnline(): Promise<void> {
    (await this.push('agrenting.agent')).hold();
  }

  /**
   * Resolves when something is pushed to the hirer, but not twice in two seconds: whoever looks then must not look more
   * often than the marketplace allows.
   */
  async news(signal: AbortSignal): Promise<void> {
    const push = await this.push('agrenting.hirer');
    let wake = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.waiting.add(wake);
    const leave = push.listen(() => this.wakeAll());
    await untilAborted(woken, signal).finally(() => {
      leave();
      this.waiting.delete(wake);
    });
  }

  private wakeAll(): void {
    const now = this.timers.now();
    if (now - this.newsAt < NEWS_MS) return;
    this.newsAt = now;
    for (const wake of this.waiting) wake();
  }

  /** Something was changed from here: what is polled is looked at soon. */
  hurry(): void {
    for (const source of this.sources()) void source.then((open) => open.hurry());
  }

  /** For good. */
  stop(): void {
    this.deaf?.();
    this.subscriptions.stop();
    for (const source of this.sources()) void source.then((open) => open.stop());
  }

  /** Those that could be opened. */
  private sources(): Promise<ChangeSource>[] {
    const opened = [...this.pushes.values(), ...(this.polled ? [this.polled] : [])];
    const known = opened.map((source) => source.catch(() => NOTHING));
    return this.journal ? [...known, Promise.resolve(this.journal)] : known;
  }

  private async changes(role: AccountRole | undefined): Promise<ChangeSource> {
    if (role === undefined) return this.journalChanges();
    if (role !== 'humans2ai.agent') return await this.push(role);
    // Where a developer receives its webhooks on this computer, polls need not wait for their time.
    this.deaf ??= listenToNews(this.deps.settings.dataFolder, () => this.hurry());
    this.polled ??= this.deps.connections.connect(role).then((account) => humans2aiChanges(account, this.timers));
    // What failed is tried again: a credential may have come meanwhile.
    this.polled.catch(() => {
      this.polled = undefined;
    });
    return await this.polled;
  }

  private push(role: AgrentingRole): Promise<AgrentingPush> {
    const known = this.pushes.get(role);
    if (known) return known;
    const { connections } = this.deps;
    const opened = connections.connect(role).then(({ api, account }) => {
      // Other bridges of this user share the sandbox, and what they change is pushed to them only.
      const relaxed = account.sandbox ? { relaxedMs: SANDBOX_MS } : {};
      return new AgrentingPush({
        surface: SURFACES[role],
        origin: async () => (await connections.connect(role)).origin,
        poller: new Poller({ timers: this.timers, budget: pollBudget(api), ...relaxed }),
        timers: this.timers,
        version: VERSION,
      });
    });
    this.pushes.set(role, opened);
    opened.catch(() => this.pushes.delete(role));
    return opened;
  }

  /** The journal lies on this computer: reading it costs nobody anything. */
  private journalChanges(): ChangeSource {
    this.journal ??= new Poller({ timers: this.timers, budget: { take: () => 0 } });
    return this.journal;
  }
}

const NOTHING: ChangeSource = { watch: () => () => undefined, hurry: () => undefined, stop: () => undefined };
