/** Time, ids and randomness as the backend sees them: injected, so that tests are deterministic and time can be moved. */
import { createHash, randomBytes } from 'node:crypto';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** The system clock plus an offset that the sandbox can move forward. */
export class MovableClock implements Clock {
  private readonly moved: (() => void)[] = [];

  constructor(
    private readonly base: Clock,
    private offset = 0,
  ) {}
  now(): number {
    return this.base.now() + this.offset;
  }
  /** The time of everybody else, who does not move with the sandbox. */
  wall(): number {
    return this.base.now();
  }
  /** @returns the new offset in milliseconds. */
  advance(ms: number): number {
    this.offset += ms;
    if (ms > 0) for (const listener of this.moved) listener();
    return this.offset;
  }
  /** Told whenever the clock was moved. */
  onMove(listener: () => void): void {
    this.moved.push(listener);
  }
}

/** A source of random bytes. */
export type Random = (bytes: number) => Uint8Array;
export const systemRandom: Random = (bytes) => randomBytes(bytes);

/** Repeatable bytes from a seed, for tests and demos. Never for credentials of anything real. */
export function seededRandom(seed: string): Random {
  let counter = 0;
  return (bytes) => {
    const out = Buffer.alloc(bytes);
    for (let at = 0; at < bytes; at += 32) {
      createHash('sha256').update(`${seed}:${counter++}`).digest().copy(out, at);
    }
    return out;
  };
}

export class Ids {
  constructor(private readonly random: Random) {}
  /** A version 4 UUID. */
  uuid(): string {
    const bytes = Buffer.from(this.random(16));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
  /** A prefixed id such as task_1f0c… in the manner of Humans2AI: 80 random bits. */
  prefixed(prefix: string): string {
    return `${prefix}_${Buffer.from(this.random(10)).toString('hex')}`;
  }
  /** An unguessable secret: prefix and 256 random bits. */
  secret(prefix: string): string {
    return `${prefix}${Buffer.from(this.random(32)).toString('base64url')}`;
  }
}

/** What is stored of a secret. Secrets here have 256 random bits, so a plain hash is enough. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const isoTime = (ms: number): string => new Date(ms).toISOString();
