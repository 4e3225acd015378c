import type { Alarms } from '../alarms.js';
import type { Clock } from '../clock.js';
import { EventStream, KEEP_ALIVE } from './event-stream.js';
import { type PingPurpose, Session, type SessionFacts, type SurfaceName, updateOf } from './session.js';

/** Documented: a comment every 15 seconds. Sessions take turns, so that no second carries them all. */
const KEEP_ALIVE_SECONDS = 15;
const SECOND_MS = 1_000;
/** A session of Streamable HTTP without a stream is forgotten after this long (S0 names ten minutes). */
const IDLE_MS = 600_000;

/**
 * The clients that are connected to this process, by session and by account. Other processes on the same database have
 * their own: what happens there is not pushed here.
 */
export class Sessions {
  private readonly byId = new Map<string, Session>();
  private readonly byAccount = new Map<string, Set<Session>>();
  /** The session's turn is its place in here. */
  private readonly turns = Array.from({ length: KEEP_ALIVE_SECONDS }, () => new Set<Session>());
  private opened = 0;
  private turn = 0;
  private stopTurning: (() => void) | undefined;

  constructor(
    private readonly alarms: Alarms,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.byId.size;
  }

  open(facts: SessionFacts): Session {
    const session = new Session(facts, this.clock.now());
    this.byId.set(facts.id, session);
    const name = accountName(facts.surface, facts.account);
    const ofAccount = this.byAccount.get(name) ?? new Set();
    this.byAccount.set(name, ofAccount.add(session));
    this.turns[this.opened % KEEP_ALIVE_SECONDS]?.add(session);
    this.opened += 1;
    if (!this.stopTurning) this.startTurning();
    return session;
  }

  find(surface: SurfaceName, id: string): Session | undefined {
    const session = this.byId.get(id);
    return session?.facts.surface === surface ? session : undefined;
  }

  /** A stream for a session; an SSE session is over when it is. */
  streamFor(session: Session): EventStream {
    const stream = new EventStream(() => {
      if (session.facts.transport === 'sse') this.close(session);
    });
    session.attach(stream);
    return stream;
  }

  close(session: Session): void {
    if (!this.byId.delete(session.facts.id)) return;
    const name = accountName(session.facts.surface, session.facts.account);
    const ofAccount = this.byAccount.get(name);
    ofAccount?.delete(session);
    if (ofAccount?.size === 0) this.byAccount.delete(name);
    for (const turn of this.turns) turn.delete(session);
    session.end();
    if (this.byId.size > 0) return;
    this.stopTurning?.();
    this.stopTurning = undefined;
  }

  closeAll(): void {
    for (const session of [...this.byId.values()]) this.close(session);
  }

  of(surface: SurfaceName, account: string): readonly Session[] {
    return [...(this.byAccount.get(accountName(surface, account)) ?? [])];
  }

  /** Tells every subscribed session of an account that resources changed. Waits for nobody. */
  updated(surface: SurfaceName, account: string, uris: readonly string[]): void {
    const sessions = this.of(surface, account);
    if (sessions.length === 0) return;
    for (const uri of uris) {
      const chunk = updateOf(uri);
      for (const session of sessions) session.tell(uri, chunk);
    }
  }

  /** Whether an agent can be pinged. */
  isConnected(agentId: string): boolean {
    return this.of('agent', agentId).some((session) => session.isConnected);
  }

  /** Pings every connected session of an agent. @returns how many were asked. */
  ping(agentId: string, purpose: PingPurpose): number {
    return this.of('agent', agentId).filter((session) => session.ping(purpose)).length;
  }

  private startTurning(): void {
    const since = this.clock.now();
    this.stopTurning = this.alarms.set(SECOND_MS, () => {
      this.startTurning();
      // More than one turn is due when the clock was moved.
      const seconds = Math.floor((this.clock.now() - since) / SECOND_MS);
      for (let n = 0; n < Math.min(seconds, KEEP_ALIVE_SECONDS); n += 1) this.takeTurn();
    });
  }

  private takeTurn(): void {
    this.turn = (this.turn + 1) % KEEP_ALIVE_SECONDS;
    const now = this.clock.now();
    for (const session of [...(this.turns[this.turn] ?? [])]) {
      if (session.isConnected) session.send(KEEP_ALIVE);
      else if (now - session.usedAt >= (session.facts.idleMs ?? IDLE_MS)) this.close(session);
    }
  }
}

const accountName = (surface: SurfaceName, account: string): string => `${surface}:${account}`;
