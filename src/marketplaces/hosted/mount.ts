import { isDeepStrictEqual } from 'node:util';
import type { MountSettings } from '../../config/mounts.js';
import { HirewireError } from '../../errors.js';
import { backoff } from '../../http/backoff.js';
import { log } from '../../log.js';
import type { Timers } from '../../timers.js';
import { type Definitions, readDefinitions } from './definitions.js';
import type { EdgeFetch } from './edge.js';
import { definitionChanged, inShort, unavailable } from './faults.js';
import { type Change, changesIn, pinnedWith, shownOf, withoutChanged } from './pins.js';
import type { CallOptions, HostedSession } from './session.js';
import type { MountState, StateFile } from './state.js';

/** One mounted server: connected when it is first needed, remembered when it is away, and never waited for by others. */

export interface MountDeps {
  readonly settings: MountSettings;
  readonly file: StateFile;
  readonly fetch: EdgeFetch;
  readonly timers: Timers;
  readonly version: string;
  /** What is shown of it has changed. */
  readonly onChanged: () => void;
  readonly onResourceUpdated: (uri: string) => void;
}

/** Definitions are looked at again before a call when nobody has looked for so long: not every server tells. */
const STALE_MS = 10 * 60_000;
/** However often a server says that its lists have changed. */
const SETTLE_MS = 1_000;
const MAX_LINKS = 500;

export class Mount {
  /** Undefined as long as nobody has ever looked. */
  private state: MountState | undefined;
  /** What is shown of it, in the words that are in use; undefined when nothing is known. */
  shown: Definitions | undefined;
  /** Definitions that are other ones now than those in use. */
  changes: readonly Change[] = [];
  readonly links = new Set<string>();
  private session: Promise<HostedSession> | undefined;
  private looking: Promise<void> | undefined;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private failures = 0;
  private notBefore = 0;
  private lastFault: unknown;
  private callOff: (() => void) | undefined;
  private isClosed = false;

  constructor(private readonly deps: MountDeps) {
    this.know(deps.file.read());
  }

  get settings(): MountSettings {
    return this.deps.settings;
  }

  /** Whether anybody has ever tried to reach it; its first look is worth a moment's wait. */
  get isKnown(): boolean {
    return this.state !== undefined;
  }

  get remembered(): MountState | undefined {
    return this.state;
  }

  /** Somebody has tried to reach it: it is not waited for again. */
  async noteTried(): Promise<void> {
    if (!this.isKnown) this.know(await this.remember((now) => now));
  }

  /** Looks what it offers; several at once look once. @throws when it cannot be reached. */
  look(): Promise<void> {
    this.looking ??= this.lookNow().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /**
   * Sends one request to it. A request that it cannot have seen, because its session was forgotten, is sent once more.
   * @param item the definition that the request goes by; one that has changed is refused.
   */
  async request(
    method: string,
    params: Record<string, unknown>,
    options: CallOptions,
    item?: { readonly kind: Change['kind']; readonly name: string },
  ): Promise<Record<string, unknown>> {
    if (this.deps.timers.now() - this.lookedAt > STALE_MS) await this.look();
    if (item) this.refuseChanged(item);
    const session = await this.connect();
    try {
      return await session.request(method, params, options);
    } catch (error) {
      if (!isForgotten(error)) throw error;
      await session.close();
      await this.look();
      if (item) this.refuseChanged(item);
      return await (await this.connect()).request(method, params, options);
    }
  }

  /**
   * The person has looked at these changes and accepted them.
   * @returns false, and nothing is accepted, when they are not what is offered now.
   */
  async accept(changes: readonly Change[]): Promise<boolean> {
    let isSame = false;
    const state = await this.deps.file.change((now) => {
      const { offered, pinned } = now;
      isSame = offered !== undefined && isDeepStrictEqual(changesIn(pinned, offered), changes);
      return isSame && offered ? { ...now, pinned: pinnedWith(withoutChanged(pinned, changes), offered) } : now;
    });
    this.know(state);
    return isSame;
  }

  /** A resource that an answer of it points to, and that it lists nowhere. */
  noteLink(uri: string): void {
    this.links.delete(uri);
    this.links.add(uri);
    const [oldest] = this.links;
    if (this.links.size > MAX_LINKS && oldest !== undefined) this.links.delete(oldest);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.callOff?.();
    await this.session?.then((session) => session.close()).catch(() => undefined);
  }

  private refuseChanged({ kind, name }: { readonly kind: Change['kind']; readonly name: string }): void {
    const isChanged = () => this.changes.some((change) => change.kind === kind && change.name === name);
    if (!isChanged()) return;
    // The person may have accepted it meanwhile, in a terminal.
    this.know(this.deps.file.read() ?? this.state);
    if (isChanged()) throw definitionChanged(this.settings.name, kind, name);
    this.deps.onChanged();
  }

  private async lookNow(): Promise<void> {
    const before = JSON.stringify(this.shown);
    const connecting = this.connect();
    const session = await connecting;
    const offered = await readDefinitions(session).catch(async (error: unknown) => {
      await this.failed(connecting, error);
      throw error;
    });
    this.lookedAt = this.deps.timers.now();
    this.failures = 0;
    const { wire, server, offers } = session;
    const known = { wire, server, completions: offers.completions, seen_at: this.iso() };
    this.know(
      await this.remember(({ failed_at: _, failure: __, ...now }) => ({
        ...now,
        ...known,
        offered,
        pinned: pinnedWith(now.pinned, offered),
      })),
    );
    if (JSON.stringify(this.shown) !== before) this.deps.onChanged();
    if (this.changes.length === 0) return;
    const { name } = this.settings;
    log('warn', `mount ${name}: ${this.changes.length} definitions have changed; see: hirewire mount accept ${name}`);
  }

  private connect(): Promise<HostedSession> {
    const { settings, timers } = this.deps;
    if (this.session) return this.session;
    this.refuseTooSoon();
    // The MCP client is the heaviest part of a bridge, and what is remembered is shown without it.
    const session = import('./find-wire.js').then(({ findWire }) =>
      findWire(settings, this.state?.wire, {
        name: settings.name,
        version: this.deps.version,
        fetch: this.deps.fetch,
        onListChanged: () => this.lookLater(SETTLE_MS),
        onResourceUpdated: this.deps.onResourceUpdated,
      }),
    );
    this.session = session;
    session.then(
      ({ ended }) => ended.then(() => this.lost(session)).then(() => this.lookLater(backoff(0, timers))),
      (error: unknown) => this.failed(session, error),
    );
    return session;
  }

  /** Who asks again and again does not hammer a server that is down. @throws the last fault, and when to come again. */
  private refuseTooSoon(): void {
    const wait = this.notBefore - this.deps.timers.now();
    if (wait <= 0) return;
    const retryAfter = Math.ceil(wait / 1_000);
    const fault = this.lastFault;
    if (fault instanceof HirewireError) throw new HirewireError({ ...fault.facts, retryAfter });
    throw unavailable(this.settings.name, 'is not reached at the moment', { retryAfter });
  }

  /** Its next session may be with another version of it: it is looked at before it is used. */
  private lost(session: Promise<HostedSession>): void {
    if (this.session !== session) return;
    this.session = undefined;
    this.lookedAt = Number.NEGATIVE_INFINITY;
  }

  private async failed(session: Promise<HostedSession>, error: unknown): Promise<void> {
    const { timers, settings } = this.deps;
    if (this.isClosed || this.session !== session) return;
    this.lost(session);
    session.then((open) => open.close()).catch(() => undefined);
    const wait = Math.max(backoff(this.failures, timers), retryAfterOf(error));
    this.failures += 1;
    this.lastFault = error;
    this.notBefore = timers.now() + wait;
    this.lookLater(wait);
    log('debug', `mount ${settings.name} is not there`, error);
    this.know(await this.remember((now) => ({ ...now, failed_at: this.iso(), failure: inShort(error) })));
  }

  /** What cannot be written down is known as long as this process lives: a full disk is no reason to lose a server. */
  private async remember(edit: (now: MountState) => MountState): Promise<MountState> {
    try {
      return await this.deps.file.change(edit);
    } catch (error) {
      log('warn', `what is known of mount ${this.settings.name} cannot be written down`, error);
      return edit(this.state ?? this.deps.file.empty);
    }
  }

  private know(state: MountState | undefined): void {
    const { offered, pinned } = state ?? {};
    this.state = state;
    this.shown = offered && pinned && shownOf(pinned, offered);
    this.changes = offered && pinned ? changesIn(pinned, offered) : [];
  }

  /** Looks while nobody waits. One look at a time is planned, however many reasons there are. */
  lookLater(ms: number): void {
    if (this.isClosed || this.callOff) return;
    this.callOff = this.deps.timers.after(ms, () => {
      this.callOff = undefined;
      this.look().catch((error: unknown) => log('debug', `mount ${this.settings.name} cannot be looked at`, error));
    });
  }

  private iso(): string {
    return new Date(this.deps.timers.now()).toISOString();
  }
}

/** It does not know our session any more: a request was refused before anything was done. */
const isForgotten = (error: unknown): boolean =>
  error instanceof HirewireError && (error.facts.httpStatus === 404 || error.facts.httpStatus === 400);

const retryAfterOf = (error: unknown): number =>
  error instanceof HirewireError ? (error.facts.retryAfter ?? 0) * 1_000 : 0;
