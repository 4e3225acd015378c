import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendAudit } from '../../src/backend/domain/audit-log.js';
import { checkAudit } from '../../src/backend/store/inspect.js';
import type { Db } from '../../src/backend/store/schema.js';
import { openSandbox } from './agrenting/helpers.js';
import { HUMAN, openWorld, shanghai, type World } from './humans2ai/world.js';
import { at } from './support.js';

/** The audit log: what is written into it, and that nobody can change it unnoticed. */

const logsOf = async (world: World, query = '') =>
  Object((await world.rest('admin', 'GET', `/admin/audit-logs?limit=100${query}`)).body);

describe('the audit log', () => {
  it('has a line for every request that changed something, by whom, about what, and with which outcome', async () => {
    const world = await openWorld();
    const body = { email: 'audit@example.com', password: 'correct horse 1' };
    await world.call('POST', '/api/v1/public/auth/register', { body });
    await world.call('POST', '/api/v1/public/auth/login', { body: { ...body, password: 'wrong horse 1' } });
    const headers = { 'idempotency-key': 'once' };
    const made = await world.tool('create_task', shanghai, { headers });
    await world.tool('create_task', shanghai, { headers });
    const id = String(at(made.body, 'result', 'id'));
    await world.tool('cancel_task', { taskId: id });
    await world.tool('cancel_task', { taskId: id });
    await world.rest('human', 'POST', `/admin/tasks/${id}/approve`);
    // Reading leaves no line, nor does a stranger.
    await world.rest('agent', 'GET', '/wallet');
    await world.tool('get_wallet', {});
    await world.call('POST', '/api/v1/tasks', { key: 'sk_live_nobody', body: shanghai });
    const { logs, head } = await logsOf(world);
    expect(Object(logs).toReversed()).toMatchObject([
      { seq: 1, action: 'register', target: expect.stringMatching(/^user_/), status: 201 },
      { seq: 2, action: 'login', status: 401, error: 'AUTH_FAILED' },
      { seq: 3, action: 'create_task', actor: 'user_your_assistant', role: 'agent', target: id, replayed: false },
      { seq: 4, action: 'create_task', replayed: true },
      { seq: 5, action: 'cancel_task', target: id, status: 200 },
      { seq: 6, action: 'cancel_task', target: id, status: 409, error: 'CONFLICT' },
      { seq: 7, action: 'approveReview', actor: HUMAN, target: id, status: 403, error: 'FORBIDDEN' },
    ]);
    expect(logs).toHaveLength(7);
    expect(head).toEqual({ seq: 7, hash: at(logs, 0, 'hash') });
    expect(JSON.stringify(logs)).not.toContain('correct horse');
    await world.backend.close();
  });

  it('cannot be filled by somebody who may not, faster than the rate limit', async () => {
    const world = await openWorld();
    for (let n = 0; n < 510; n++) await world.rest('admin', 'POST', '/webhooks');
    const { seq } = await world.backend.env.db.selectFrom('audit_head').select('seq').executeTakeFirstOrThrow();
    expect(seq).toBe(500n);
    await world.backend.close();
  });

  it('is read by admins alone, page by page, by account and by action', async () => {
    const world = await openWorld();
    for (let n = 0; n < 5; n++) await world.createTask();
    for (const role of ['agent', 'human'] as const) {
      expect((await world.rest(role, 'GET', '/admin/audit-logs')).status).toBe(403);
    }
    const first = (await world.rest('admin', 'GET', '/admin/audit-logs?limit=2')).body;
    const second = (await world.rest('admin', 'GET', `/admin/audit-logs?limit=2&before=${at(first, 'nextBefore')}`))
      .body;
    const seqs = (page: unknown) => Object(at(page, 'logs')).map((entry: unknown) => at(entry, 'seq'));
    expect([...seqs(first), ...seqs(second)]).toEqual([5, 4, 3, 2]);
    expect(seqs(await logsOf(world, '&action=createTask&actor=user_your_assistant'))).toHaveLength(5);
    expect(seqs(await logsOf(world, '&actor=nobody'))).toEqual([]);
    await world.backend.close();
  });

  it('also has what came over a hosted MCP surface or moved the clock, and is gone with a change that is rolled back', async () => {
    const sandbox = await openSandbox();
    const agent = await sandbox.register();
    await sandbox.hire(agent.did);
    await sandbox.call('POST', '/sandbox/clock', { body: { advance_ms: 1 } });
    const { db } = sandbox.backend.env;
    const rows = await db.selectFrom('audit_log').select(['action', 'marketplace']).orderBy('seq').execute();
    expect(rows.map(({ action }) => action)).toEqual(['registerAgent', 'hireAgent', 'moveClock']);
    const failing = db.transaction().execute(async (tx) => {
      await appendAudit(tx, { ...ENTRY });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await checkAudit(db)).toMatchObject({ ok: true, head: { seq: 3n } });
    await sandbox.backend.close();
  });
});

const ENTRY = {
  at: '2026-03-02T10:30:00.000Z',
  marketplace: 'humans2ai',
  action: 'createTask',
  method: 'POST',
  path: '/api/v1/tasks',
  target: 'task_1',
  actor: 'user_1',
  role: 'agent',
  via: 'key',
  credential: 'c1',
  address: '127.0.0.1',
  status: 201n,
  error: null,
  key_hash: null,
  replayed: 0n,
} as const;

const ROWS = 40;
const RUNS = process.env.SOAK ? 5_000 : 400;
const TEXTS = [
  'at',
  'marketplace',
  'action',
  'method',
  'path',
  'target',
  'actor',
  'role',
  'via',
  'credential',
  'address',
];
const COLUMNS = [...TEXTS, 'error', 'key_hash', 'prev', 'hash', 'status', 'replayed'];

describe('somebody with the file in his hands', () => {
  let db: Db;
  let close: () => Promise<void>;
  const folder = mkdtempSync(join(tmpdir(), 'hirewire-test-'));
  beforeAll(async () => {
    const world = await openWorld({ database: join(folder, 'audit.db') });
    db = world.backend.env.db;
    close = () => world.backend.close();
    for (let n = 0; n < ROWS; n++) {
      await db.transaction().execute((tx) => appendAudit(tx, { ...ENTRY, target: `task_${n % 3}` }));
    }
  });
  afterAll(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    `UPDATE audit_log SET actor = 'user_2' WHERE seq = 3`,
    'DELETE FROM audit_log WHERE seq = 40',
    'UPDATE audit_head SET seq = 39',
    'DELETE FROM audit_head',
    `INSERT INTO audit_log SELECT 99, at, marketplace, action, method, path, target, actor, role, via, credential, address, status, error, key_hash, replayed, prev, 'x' FROM audit_log WHERE seq = 1`,
  ])('is stopped by the database itself: %s', async (statement) => {
    await expect(sql.raw(statement).execute(db)).rejects.toThrow(/append-only|at its end/);
  });

  it('is found out, whatever row is edited, removed, inserted or moved', async () => {
    const row = fc.integer({ min: 1, max: ROWS });
    const tampering = fc.oneof(
      fc.record({ kind: fc.constant('edit'), row, column: fc.constantFrom(...COLUMNS), other: row }),
      fc.record({ kind: fc.constantFrom('delete', 'insert', 'swap', 'cut'), row, other: row, column: fc.constant('') }),
    );
    let found = 0;
    await fc.assert(
      fc.asyncProperty(tampering, async ({ kind, row, column, other }) => {
        fc.pre(kind !== 'swap' || row !== other);
        const attempt = db.transaction().execute(async (tx) => {
          const triggers = await sql<{ name: string; sql: string }>`
            SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'`.execute(tx);
          for (const { name } of triggers.rows) await sql.raw(`DROP TRIGGER ${name}`).execute(tx);
          for (const statement of statements(kind, row, other, column)) await sql.raw(statement).execute(tx);
          for (const trigger of triggers.rows) await sql.raw(trigger.sql).execute(tx);
          const finding = await checkAudit(tx);
          throw new Finding(finding.ok);
        });
        const finding = await attempt.catch((error: unknown) => error);
        expect(finding).toBeInstanceOf(Finding);
        expect(finding).toMatchObject({ unnoticed: false });
        found += 1;
      }),
      { numRuns: RUNS, seed: 7 },
    );
    expect(await checkAudit(db)).toMatchObject({ ok: true, head: { seq: BigInt(ROWS) } });
    console.log(`figure: audit-tamperings=${found} unnoticed=0 seed=7`);
  });

  it('who makes a whole new chain is found out by a head that was kept elsewhere', async () => {
    const kept = await db
      .selectFrom('audit_log')
      .select(['seq', 'hash'])
      .where('seq', '=', 20n)
      .executeTakeFirstOrThrow();
    expect(await checkAudit(db, kept)).toMatchObject({ ok: true });
    expect(await checkAudit(db, { ...kept, hash: 'f'.repeat(64) })).toMatchObject({ ok: false, seq: 20n });
    expect(await checkAudit(db, { ...kept, seq: 41n })).toMatchObject({ ok: false, seq: 41n });
  });

  it('who takes the rules out of the database is found out', async () => {
    const without = db.transaction().execute(async (tx) => {
      await sql.raw('DROP TRIGGER audit_log_no_update').execute(tx);
      throw new Finding((await checkAudit(tx)).ok);
    });
    await expect(without).rejects.toMatchObject({ unnoticed: false });
  });
});

/** Carries what was found out of a transaction that is rolled back. */
class Finding extends Error {
  constructor(readonly unnoticed: boolean) {
    super('rolled back');
  }
}

function statements(kind: string, row: number, other: number, column: string): string[] {
  if (kind === 'delete') return [`DELETE FROM audit_log WHERE seq = ${row}`];
  // The end is taken away, and the head made to fit the rest but for its number.
  if (kind === 'cut') return [`DELETE FROM audit_log WHERE seq >= ${row}`];
  if (kind === 'swap') {
    return [
      `UPDATE audit_log SET seq = -1 WHERE seq = ${row}`,
      `UPDATE audit_log SET seq = ${row} WHERE seq = ${other}`,
      `UPDATE audit_log SET seq = ${other} WHERE seq = -1`,
    ];
  }
  if (kind === 'insert') {
    const columns = ['at', 'marketplace', 'action', 'method', 'path', 'target', 'actor', 'role', 'via', 'credential'];
    const rest = ['address', 'status', 'error', 'key_hash', 'replayed', 'prev'];
    const all = [...columns, ...rest].join(', ');
    return [
      `UPDATE audit_log SET seq = -seq WHERE seq > ${row}`,
      `UPDATE audit_log SET seq = 1 - seq WHERE seq < 0`,
      `INSERT INTO audit_log (seq, ${all}, hash) SELECT ${row + 1}, ${all}, '${'e'.repeat(64)}' FROM audit_log WHERE seq = ${row}`,
    ];
  }
  const value = ['status', 'replayed'].includes(column) ? `1 - ${column}` : `coalesce(${column}, '') || 'x'`;
  return [`UPDATE audit_log SET ${column} = ${value} WHERE seq = ${row}`];
}
