import { setTimeout } from 'node:timers/promises';
import { ClientConfigError } from './client.js';
import type { Disk } from './disk.js';

const WAIT_MS = 25;
const PATIENCE_MS = 5_000;
/** A change takes milliseconds: a lock this old was left behind, whoever has its process number now. */
const LEFT_BEHIND_MS = 60_000;

/** Runs something while no other Hirewire does it for the same file. A lock whose holder has gone is taken over. */
export async function withLock<T>(disk: Disk, lock: string, run: () => T): Promise<T> {
  for (let waited = 0; !disk.create(lock, Buffer.from(String(process.pid)), undefined); waited += WAIT_MS) {
    const holder = disk.read(lock);
    const taken = disk.facts(lock)?.modifiedMs ?? Date.now();
    if (holder && (!lives(holder) || Date.now() - taken > LEFT_BEHIND_MS)) disk.remove(lock);
    else if (waited >= PATIENCE_MS) {
      throw new ClientConfigError(`another "hirewire connect" is at it; if none is, delete ${lock}`);
    } else await setTimeout(WAIT_MS);
  }
  try {
    return run();
  } finally {
    disk.remove(lock);
  }
}

/** Whether the process with this number still runs. Half a number is that of one that is just writing it. */
function lives(holder: Uint8Array): boolean {
  const pid = Number(Buffer.from(holder).toString('utf8'));
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
