import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../../src/backend/index.js';
import { createBackend } from '../../../src/backend/index.js';
import { HirewireError } from '../../../src/errors.js';
import { refusalOf, type TestContext } from '../context.js';
import { answering, call, hireOwnAgent, json, openSandbox, type Sandbox, send } from './sandbox.js';

const UNKNOWN_ID = '00000000-0000-4000-8000-00000000ffff';

describe('wait_for_hirings in the sandbox', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await openSandbox();
  });
  afterEach(async () => {
    await sandbox.backend.close();
  });

  const wait = async (args: object) => await call('wait_for_hirings', args, sandbox.hirer);

  it('comes back when a hiring changes, long before the time is over', async () => {
    const [waiting, changing] = [await hireOwnAgent(sandbox), await hireOwnAgent(sandbox)];
    const startedAt = sandbox.hirer.now();
    const sleep = async (ms: number) => {
      await sandbox.hirer.sleep(ms);
      if (sandbox.hirer.now() - startedAt < 3_000) return;
      await send('submit_hiring_result', { hiring_id: changing, output: 'Hello.' }, sandbox.agent);
    };
    const args = { hiring_ids: [waiting, changing] };
    expect(await call('wait_for_hirings', args, { ...sandbox.hirer, sleep })).toEqual({
      hirings: [
        { hiring_id: waiting, status: 'in_progress', final: false, changed: false, open_questions: [] },
        { hiring_id: changing, status: 'completed', final: true, changed: true, open_questions: [] },
      ],
      timed_out: false,
    });
    expect(sandbox.hirer.now() - startedAt).toBeLessThan(6_000);
  });

  it('comes back for a question that is new, and not for one that is known', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    const question = { hiring_id, content: 'Which?', kind: 'question' };
    const { message_id } = await call('add_hiring_message', question, sandbox.agent);
    const open_questions = [expect.objectContaining({ question_id: message_id, content: 'Which?' })];
    const startedAt = sandbox.hirer.now();
    expect(await wait({ hiring_ids: [hiring_id] })).toMatchObject({
      hirings: [{ changed: true, open_questions }],
      timed_out: false,
    });
    expect(sandbox.hirer.now()).toBe(startedAt);
    expect(await wait({ hiring_ids: [hiring_id], known_question_ids: [message_id] })).toMatchObject({
      hirings: [{ changed: false, open_questions }],
      timed_out: true,
    });
    expect(sandbox.hirer.now() - startedAt).toBe(25_000);
  });

  it('comes back at once when all are final, and when it may not wait at all', async () => {
    const [done, running] = [await hireOwnAgent(sandbox), await hireOwnAgent(sandbox)];
    await send('report_hiring_failure', { hiring_id: done }, sandbox.agent);
    const startedAt = sandbox.hirer.now();
    expect(await wait({ hiring_ids: [done, done] })).toMatchObject({
      hirings: [{ hiring_id: done, status: 'failed', final: true, changed: false }],
      timed_out: false,
    });
    expect(sandbox.hirer.reported).toHaveLength(1);
    expect(await wait({ hiring_ids: [running], wait_seconds: 0 })).toMatchObject({ timed_out: true });
    expect(sandbox.hirer.now()).toBe(startedAt);
    expect(sandbox.hirer.reported).toHaveLength(1);
  });

  it('looks once even when the clock has moved on before the first look', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    let reads = 0;
    const now = () => {
      reads += 1;
      return sandbox.hirer.now() + reads;
    };
    const args = { hiring_ids: [hiring_id], wait_seconds: 0 };
    expect(await call('wait_for_hirings', args, { ...sandbox.hirer, now })).toMatchObject({
      hirings: [{ hiring_id, status: 'in_progress' }],
      timed_out: true,
    });
  });

  it('tells how long it has waited and how many are final', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    await wait({ hiring_ids: [hiring_id], wait_seconds: 5 });
    const { reported } = sandbox.hirer;
    expect(reported[0]).toMatchObject({ done: 0, total: 5, message: '0 of 1 hirings are final.' });
    expect(reported.at(-1)).toMatchObject({ done: 5, total: 5 });
    expect(reported.map(({ done }) => done)).toEqual(reported.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  it('stops when the call is cancelled', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    const cancelled = new HirewireError({
      code: 'CANCELLED',
      message: 'The wait was cancelled.',
      changed: 'no',
      next: 'Call again.',
      retrySafe: true,
    });
    let sleeps = 0;
    const sleep = async () => {
      sleeps += 1;
      throw cancelled;
    };
    const waiting = call('wait_for_hirings', { hiring_ids: [hiring_id] }, { ...sandbox.hirer, sleep });
    expect(await refusalOf(() => waiting)).toBe(cancelled.facts);
    expect(sleeps).toBe(1);
  });

  it('names the hiring that it does not know', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    const refusal = await refusalOf(() => wait({ hiring_ids: [hiring_id, UNKNOWN_ID] }));
    expect(refusal).toMatchObject({ code: 'NOT_FOUND', details: { hiring_id: UNKNOWN_ID } });
  });

  it('takes 1 to 25 ids and waits 25 seconds at most', async () => {
    for (const args of [
      { hiring_ids: [] },
      { hiring_ids: Array.from({ length: 26 }, () => UNKNOWN_ID) },
      { hiring_ids: [UNKNOWN_ID], wait_seconds: 26 },
    ]) {
      expect(await refusalOf(() => wait(args))).toMatchObject({ code: 'INVALID_ARGUMENTS' });
    }
  });
});

/** A marketplace whose list says little: no questions, and a message leaves the entry as it was. */
describe('wait_for_hirings with many hirings', () => {
  const ids = Array.from({ length: 25 }, (_, index) => `00000000-0000-4000-8000-0000000000${index + 10}`);
  let backend: Backend;
  let context: TestContext;
  let asked: { path: string; at: number }[];
  let questions: Set<string>;
  let completed: Set<string>;
  let listed: string[];

  beforeAll(async () => {
    backend = await createBackend({ seed: 'empty', clock: { now: () => 1_800_000_000_000 } });
  });
  afterAll(async () => {
    await backend.close();
  });
  beforeEach(() => {
    asked = [];
    questions = new Set();
    completed = new Set();
    listed = ids;
    const entry = (id: string) => ({ id, status: completed.has(id) ? 'completed' : 'in_progress', updated_at: 'then' });
    context = answering(backend, (request) => {
      const { pathname } = new URL(request.url);
      asked.push({ path: pathname, at: backend.env.clock.now() });
      if (pathname.endsWith('/hirings')) {
        return json({ hirings: listed.map(entry), total: 25, page: 1, per_page: 100, total_pages: 1 });
      }
      const id = pathname.split('/').at(-1) ?? '';
      return json({
        ...entry(id),
        open_questions: questions.has(id) ? [{ question_id: `q-${id}`, content: 'Which?' }] : [],
      });
    });
  });

  const wait = async (args: object = {}) => await call('wait_for_hirings', { hiring_ids: ids, ...args }, context);
  const inAnyMinute = () =>
    Math.max(...asked.map(({ at }) => asked.filter((other) => other.at >= at && other.at < at + 60_000).length));

  it('never sends more than 100 requests a minute, however often it is called', async () => {
    for (let calls = 0; calls < 6; calls += 1) await wait();
    expect(inAnyMinute()).toBeLessThanOrEqual(100);
    expect(asked.length).toBeGreaterThan(100);
  });

  it('keeps to that with three waits side by side', async () => {
    await Promise.all([wait({ hiring_ids: ids.slice(0, 3) }), wait({ hiring_ids: ids.slice(3, 6) }), wait()]);
    expect(inAnyMinute()).toBeLessThanOrEqual(100);
  });

  it('says so instead of guessing when there is no room for a look', async () => {
    for (let calls = 0; calls < 3; calls += 1) await wait({ wait_seconds: 0 });
    const before = asked.length;
    const refusal = await refusalOf(() => wait({ wait_seconds: 0 }));
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', changed: 'no', retrySafe: true, retryAfter: 65 });
    expect(asked.length).toBe(before);
  });

  it('reads the list instead of every hiring, and each of them in turn', async () => {
    await wait();
    const details = asked.filter(({ path }) => !path.endsWith('/hirings')).slice(ids.length);
    const lists = asked.filter(({ path }) => path.endsWith('/hirings'));
    expect(details.length).toBeLessThanOrEqual(lists.length);
    expect(new Set(details.map(({ path }) => path)).size).toBe(details.length);
  });

  it('comes back for a status that the list shows', async () => {
    const sleep = async (ms: number) => {
      await context.sleep(ms);
      completed.add(ids[7] ?? '');
    };
    const { hirings, timed_out } = await call('wait_for_hirings', { hiring_ids: ids }, { ...context, sleep });
    expect(timed_out).toBe(false);
    const changed = Array.isArray(hirings) ? hirings.filter((hiring) => hiring.changed) : [];
    expect(changed).toEqual([
      { hiring_id: ids[7], status: 'completed', final: true, changed: true, open_questions: [] },
    ]);
  });

  it('finds a question that the list does not show', async () => {
    const few = ids.slice(0, 5);
    const sleep = async (ms: number) => {
      await context.sleep(ms);
      questions.add(few[3] ?? '');
    };
    const { timed_out } = await call('wait_for_hirings', { hiring_ids: few }, { ...context, sleep });
    expect(timed_out).toBe(false);
  });

  it('reads those one by one that are too old for the first page of the list', async () => {
    listed = ids.slice(5);
    const { hirings } = await wait({ wait_seconds: 0 });
    expect(hirings).toHaveLength(25);
  });
});
