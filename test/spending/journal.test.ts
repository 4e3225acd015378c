import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal } from '../../src/spending/journal.js';
import { openPolicy } from '../../src/spending/policy.js';
import { allOperations, type JournalFile, openJournalFile, operationOf, refusalOf, tokenOf } from './support/bridge.js';
import { openStage, paying, type Stage } from './support/stage.js';
import { pay } from './support/tools.js';

let folder: string;
let file: string;
let stage: Stage;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hirewire-journal-'));
  file = join(folder, 'data', 'operations.db');
  stage = await openStage('agrenting', { journalFile: file });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

/** From now on this statement fails, as it would on a full disk. */
const broken = (statement: string) =>
  sql
    .raw(`CREATE TRIGGER full BEFORE ${statement} BEGIN SELECT RAISE(ABORT, 'disk full'); END`)
    .execute(stage.journal.db);

describe('a journal that cannot be used', () => {
  it('because another program holds it locked moves no money, and says so', async () => {
    const other = openJournalFile(file);
    await sql`PRAGMA busy_timeout = 20`.execute(stage.journal.db);
    await other.db.connection().execute(async (connection) => {
      await sql`BEGIN IMMEDIATE`.execute(connection);
      const refusal = await refusalOf(() => stage.bridge().call(pay, paying()));
      expect(refusal).toMatchObject({ code: 'JOURNAL_UNAVAILABLE', changed: 'no', retrySafe: true });
      expect(stage.writes).toHaveLength(0);
      await sql`ROLLBACK`.execute(connection);
    });
    await other.close();
    expect(operationOf(await stage.bridge().call(pay, paying())).outcome).toBe('done');
  });

  it('because its file is damaged or no file is refused when it is opened', () => {
    const damaged = join(folder, 'damaged.db');
    writeFileSync(damaged, 'this is no database, but it is long enough to look like a file with something in it');
    for (const path of [damaged, folder]) {
      expect(() => Journal.open(path, Date.now)).toThrowError(
        expect.objectContaining({ facts: expect.objectContaining({ code: 'JOURNAL_UNAVAILABLE', changed: 'no' }) }),
      );
    }
  });

  it('when an operation is to be written down sends nothing', async () => {
    await broken('INSERT ON operations');
    expect(await refusalOf(() => stage.bridge().call(pay, paying()))).toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
      changed: 'no',
    });
    expect(stage.writes).toHaveLength(0);
  });

  it('when the sending is to be noted sends nothing, and does not say that it is over', async () => {
    await broken('INSERT ON attempts');
    const refusal = await refusalOf(() => stage.bridge().call(pay, paying()));
    expect(refusal).toMatchObject({ code: 'OUTCOME_UNKNOWN', changed: 'unknown' });
    expect(stage.writes).toHaveLength(0);
  });

  it('when the answer is to be noted does not turn a payment into an error', async () => {
    await broken("UPDATE OF state ON operations WHEN NEW.state = 'done'");
    expect(operationOf(await stage.bridge().call(pay, paying())).outcome).toBe('done');
    await sql`DROP TRIGGER full`.execute(stage.journal.db);
    expect(operationOf(await stage.bridge().call(pay, paying())).outcome).toBe('done');
    expect(await stage.effects()).toBe(1);
  });

  it('when a refusal is to be noted does not promise that nothing will change', async () => {
    await broken("UPDATE OF state ON operations WHEN NEW.state = 'refused'");
    const tooMuch = paying('yacht', { amount: '900.00' });
    const refusal = await refusalOf(() => stage.bridge().call(pay, tooMuch));
    expect(refusal).toMatchObject({ code: 'OUTCOME_UNKNOWN', changed: 'unknown' });
  });
});

describe('the file', () => {
  it('is written through to the disk before anything is sent', async () => {
    const read = async (name: string) =>
      (await sql.raw<Record<string, unknown>>(`PRAGMA ${name}`).execute(stage.journal.db)).rows[0];
    expect(await read('journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(await read('synchronous')).toEqual({ synchronous: 2n });
    const seen: string[] = [];
    stage.wire = async (request) => {
      if (request.method !== 'GET') {
        const other = openJournalFile(file);
        seen.push(...(await allOperations(other)).map(({ state }) => state));
        await other.close();
      }
      return await stage.market.fetch(request);
    };
    await stage.bridge().call(pay, paying());
    expect(seen).toEqual(['sent']);
  });

  it("lies in a folder that is nobody else's", () => {
    expect(statSync(join(folder, 'data')).mode & 0o077).toBe(0);
  });

  it('lets nothing that is settled be settled again', async () => {
    await stage.bridge().call(pay, paying('coffee', { idempotency_key: 'a-key' }));
    for (const state of ['refused', 'unknown', 'sent', 'prepared'] as const) {
      const update = stage.journal.db.updateTable('operations').set({ state }).where('key', '=', 'a-key').execute();
      await expect(update).rejects.toThrow('an operation is settled once');
    }
    const journal = Journal.over(stage.journal, () => stage.time);
    expect(await journal.begin('a-key')).toBeUndefined();
    expect(await journal.refuse('a-key', undefined, { code: 'X', keyLookedUp: true })).toBe(false);
    await journal.lost('a-key', 'X');
    await journal.done('a-key', { id: 'other' });
    expect(await journal.byKey('a-key')).toMatchObject({ state: 'done', result: expect.not.stringContaining('other') });
  });

  it('keeps ids, states and amounts of an answer, and drops the arguments', async () => {
    await stage.bridge().call(pay, paying('a note of several words'));
    const [operation] = await allOperations(stage.journal);
    expect(operation?.args).toBeNull();
    expect(JSON.parse(operation?.result ?? '')).toEqual({
      id: expect.any(String),
      status: 'held',
      payee: 'did:a',
      amount: '2.50',
    });
  });
});

describe('a confirmation that is used twice at the same moment', () => {
  it('is refused the second time, and nothing hangs', async () => {
    const bridge = stage.bridge({ policy: { confirm: 'token' } });
    const confirmation_token = tokenOf(await bridge.call(pay, paying()));
    const keys = Array.from({ length: 8 }, (_, index) => `key-number-${index}`);
    const calls = keys.map((idempotency_key) =>
      bridge.call(pay, paying('coffee', { idempotency_key, confirmation_token })),
    );
    const settled = await Promise.allSettled(calls);
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toHaveLength(7);
    for (const reason of refused) expect(reason).toMatchObject({ facts: { code: 'CONFIRMATION_USED', changed: 'no' } });
    expect(await stage.effects()).toBe(1);
  });

  it('is refused when it expired or was declined while the preview was read', async () => {
    const journal = Journal.over(stage.journal, () => stage.time);
    const bridge = stage.bridge({ policy: { confirm: 'token' } });
    const slowly = async (meanwhile: (row: { id: string }) => Promise<void>, note: string) => {
      const confirmation_token = tokenOf(await bridge.call(pay, paying(note)));
      const [row] = await journal.waiting();
      stage.wire = async (request) => {
        const response = await stage.market.fetch(request);
        if (row) await meanwhile(row);
        return response;
      };
      const refusal = await refusalOf(() => bridge.call(pay, paying(note, { confirmation_token })));
      stage.wire = (request) => stage.market.fetch(request);
      return refusal.code;
    };
    expect(await slowly(({ id }) => journal.burn(id), 'declined')).toBe('CONFIRMATION_VOID');
    const late = async () => {
      stage.time += 300_000;
    };
    expect(await slowly(late, 'late')).toBe('CONFIRMATION_EXPIRED');
    expect(await stage.effects()).toBe(0);
  });
});

describe('the last look at a confirmation', () => {
  it('is in the transaction that uses it up: what expired or was declined a moment before is refused', async () => {
    const journal = Journal.over(stage.journal, () => stage.time);
    const bridge = stage.bridge({ policy: { confirm: 'token' } });
    const wait = async () => {
      stage.time += 300_000;
    };
    for (const [note, code, meanwhile] of [
      ['late', 'CONFIRMATION_EXPIRED', wait],
      ['declined', 'CONFIRMATION_VOID', (id: string) => journal.burn(id)],
    ] as const) {
      await bridge.call(pay, paying(note));
      const [row] = await journal.waiting();
      if (!row) throw new Error('nothing waits');
      await meanwhile(row.id);
      const operation = {
        key: `key of ${note}`,
        tool: 'pay',
        marketplace: 'agrenting',
        role: 'agrenting.hirer',
        account: 'a',
        origin: 'o',
        credential: 'c',
        digest: row.digest,
        args: '{}',
        with_secret: 0n,
        amount: 1n,
        currency: 'USD',
        spends: 1n,
        payee: 'did:a',
        confirmed_by: 'token',
      };
      const refusal = await refusalOf(() => journal.prepare(operation, { policy: openPolicy, confirmation: row.id }));
      expect(refusal).toMatchObject({ code, changed: 'no' });
      expect(await journal.byKey(operation.key)).toBeUndefined();
    }
  });
});

/** Also compiles the type: a journal over a file that is open already. */
const over = (journal: JournalFile) => Journal.over(journal, Date.now);

describe('two journals over one file', () => {
  it('see the same operations', async () => {
    await stage.bridge().call(pay, paying('coffee', { idempotency_key: 'a-key' }));
    const second = openJournalFile(file);
    expect(await over(second).byKey('a-key')).toMatchObject({ state: 'done' });
    await second.close();
  });
});
