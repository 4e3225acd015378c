import { log } from '../log.js';
import type { AccountRole } from '../marketplaces/define.js';
import type { Live } from './live.js';
import type { ResourceDeps, Resources } from './resources.js';

interface Parts {
  readonly resources: Resources;
  readonly live: Live;
}

/** Resources, and what goes on while nobody asks: loaded when it is first needed, because a start does not need it. */
export class Background {
  private loaded: Promise<Parts> | undefined;
  private stopped = false;
  private agentUsed = false;

  /** @param notify tells the client that a resource has changed. */
  constructor(
    private readonly deps: ResourceDeps,
    private readonly notify: (uri: string) => void,
  ) {}

  parts(): Promise<Parts> {
    this.loaded ??= this.load();
    return this.loaded;
  }

  /** Takes note that an account was used: whoever works as an agent is there to be found. */
  used(role: AccountRole | undefined): void {
    if (role !== 'agrenting.agent') return;
    this.agentUsed = true;
    this.goOnline();
  }

  /** Connects the agent of this account, if there is one. That it cannot be done is nobody's concern. */
  goOnline(): void {
    if (this.stopped || !this.deps.connections.has('agrenting.agent')) return;
    this.parts()
      .then(({ live }) => (this.stopped ? undefined : live.goOnline()))
      .catch((error: unknown) => log('debug', 'the agent cannot be online', error));
  }

  /** Resolves when something is pushed to the hirer; never, when nothing can be. */
  async news(signal: AbortSignal): Promise<void> {
    const { live } = await this.parts();
    await live.news(signal).catch(() => new Promise(() => undefined));
  }

  /** Something was changed from here. */
  changed(): void {
    void this.loaded?.then(({ resources, live }) => {
      resources.forget();
      live.hurry();
    });
  }

  /** A stream that the client listened to is over. */
  unlisten(stream: string): void {
    void this.loaded?.then(({ live }) => live.subscriptions.removeAll(stream));
  }

  stop(): void {
    this.stopped = true;
    void this.loaded?.then(({ live }) => live.stop());
  }

  private async load(): Promise<Parts> {
    const [{ Resources }, { Live }] = await Promise.all([import('./resources.js'), import('./live.js')]);
    const resources = new Resources(this.deps, () => this.agentUsed);
    return { resources, live: new Live(this.deps, resources, this.notify) };
  }
}
