import { isDeepStrictEqual } from 'node:util';
import type { ErrorFacts } from '../../../src/errors.js';
import { RESEND_MS } from '../../../src/spending/execute.js';
import type { Operation } from '../../../src/spending/journal.js';
import type { JournalFile } from '../../spending/support/bridge.js';
import { keyHash } from '../../spending/support/market.js';
import type { Intention, Scene } from './scene.js';

/**
 * What must hold after every step: at most one effect for each thing that was meant, an effect for everything that was
 * acknowledged, none for what was refused, one key for one request, none of them sent after 23 hours, balanced ledgers.
 */
export interface Books {
  readonly effects: number;
  readonly doubles: number;
  readonly lost: number;
  readonly violations: readonly string[];
  violate(what: string): void;
  /** Looks at every request that leaves. */
  watch(request: Request): Promise<void>;
  /** The model was told that it is done. */
  acknowledged(intention: Intention, operation: string, id: string): void;
  /** The model was told something else. */
  refused(intention: Intention, facts: ErrorFacts): Promise<void>;
  check(intentions: readonly Intention[]): Promise<void>;
  /** At the end: nothing is open that is younger than this, except where a secret is missing. */
  final(age: number): Promise<void>;
  keys(): Promise<string[]>;
  /** When the last effect of this note was noted. */
  doneAt(note: string): Promise<number | undefined>;
}

export function openBooks(file: JournalFile, scene: Scene): Books {
  const violations: string[] = [];
  const byKey = new Map<string, { note: string; item: string; count: number }>();
  const byNote = new Map<string, number>();
  const acks = new Map<string, { note: string; id: string }>();
  const requests = new Map<string, { content: string; first: number }>();
  const over = new Set<string>();
  const missing = new Set<string>();
  const quiet = new Set<string>();
  let effects = 0;

  const operations = (): Promise<Operation[]> => file.db.selectFrom('operations').selectAll().execute();
  const violate = (what: string): void => {
    if (violations.length < 20) violations.push(what);
  };

  async function learn(): Promise<void> {
    for (const { keyHash: hash, note, item } of await scene.effects()) {
      effects += 1;
      const known = byKey.get(hash);
      if (known) known.count += 1;
      else byKey.set(hash, { note, item, count: 1 });
      byNote.set(note, (byNote.get(note) ?? 0) + 1);
    }
  }

  function compare(operation: Operation): void {
    const { key, state, attempts, tool } = operation;
    const effect = byKey.get(keyHash(key));
    if (effect && effect.count > 1) violate(`${effect.count} effects under one key`);
    if (state === 'done' && !effect && !scene.silent.includes(tool)) {
      missing.add(key);
      violate('done in the journal, and no effect under its key');
    }
    if (state === 'refused' && effect)
      violate(`refused (${operation.error_code}) in the journal, and it has an effect`);
    if (attempts === 0n && effect) violate('an effect of an operation that was never begun');
    if (state === 'done' && effect && operation.result !== null && !operation.result.includes(effect.item)) {
      violate('the journal has the result of another effect');
    }
    const settled = state === 'done' || state === 'refused';
    if (settled !== (operation.args === null)) violate(`arguments of a ${state} operation`);
    if (state === 'done' && operation.result === null) violate('a done operation without its result');
  }

  return {
    violations,
    violate,
    get effects() {
      return effects;
    },
    get doubles() {
      return over.size;
    },
    get lost() {
      return missing.size;
    },
    async watch(request) {
      const key = scene.keyHeader(request);
      if (key === null) return;
      const content = `${request.method} ${request.url} ${await request.clone().text()}`;
      const known = requests.get(key);
      if (!known) requests.set(key, { content, first: scene.now() });
      else if (!isDeepStrictEqual(content, known.content)) violate('one key was sent for two different requests');
      else if (scene.now() - known.first > RESEND_MS) violate('a key was sent again after 23 hours');
    },
    acknowledged({ note, tool }, operation, id) {
      if (scene.silent.includes(tool.name)) quiet.add(note);
      const earlier = acks.get(operation);
      if (earlier && earlier.id !== id) violate('the same operation was acknowledged with two results');
      acks.set(operation, { note, id });
    },
    async refused({ note, tool }, facts) {
      const { code, changed, details = {} } = facts;
      if (code === 'INTERNAL') violate('INTERNAL');
      const id = details.operation_id;
      if (code === 'OUTCOME_UNKNOWN' && typeof id !== 'string') violate('an unknown outcome that cannot be looked up');
      if (code !== 'POSSIBLE_DUPLICATE') return;
      if (changed !== 'no') violate('a duplicate that changed something');
      await learn();
      const shown = JSON.stringify(details.earlier_result ?? {});
      const known = [...byKey.values()].some((effect) => effect.note === note && shown.includes(effect.item));
      if (!known && !scene.silent.includes(tool.name)) violate('POSSIBLE_DUPLICATE without the first result');
    },
    async check(intentions) {
      const before = effects;
      await learn();
      // Nothing but a transfer moves a balance; what others did meanwhile is looked at with the next one and at the end.
      if (effects !== before) await scene.audit().catch((error: unknown) => violate(String(error)));
      for (const { note, keys, keyless } of intentions) {
        const meant = keys.length + (keyless ? 1 : 0);
        if ((byNote.get(note) ?? 0) > meant) {
          over.add(note);
          violate(`${byNote.get(note)} effects, ${meant} were meant`);
        }
      }
      for (const operation of await operations()) compare(operation);
      for (const [key, { note, id }] of acks) {
        const effect = byKey.get(keyHash(key));
        if (quiet.has(note)) continue;
        if (effect?.note === note && effect.item === id) continue;
        missing.add(key);
        violate('acknowledged, and no such effect');
      }
    },
    async final(age) {
      await scene.audit().catch((error: unknown) => violate(String(error)));
      for (const { state, created_at, with_secret } of await operations()) {
        const open = state !== 'done' && state !== 'refused';
        if (open && with_secret === 0n && scene.now() - Number(created_at) < age) violate(`${state} at the end`);
      }
    },
    keys: async () => (await operations()).map(({ key }) => key),
    async doneAt(note) {
      if (!byNote.has(note)) return undefined;
      const hashes = new Set([...byKey].filter(([, effect]) => effect.note === note).map(([hash]) => hash));
      const ours = (await operations()).filter(({ key, state }) => state === 'done' && hashes.has(keyHash(key)));
      return ours.length === 0 ? undefined : Math.max(...ours.map(({ updated_at }) => Number(updated_at)));
    },
  };
}
