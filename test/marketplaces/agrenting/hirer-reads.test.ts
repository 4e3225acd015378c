import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api } from '../../../src/marketplaces/agrenting/api.js';
import { refusalOf } from '../context.js';
import { answering, call, hireOwnAgent, json, openSandbox, type Sandbox, send } from './sandbox.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox.backend.close();
});

const UNKNOWN_ID = '00000000-0000-4000-8000-00000000ffff';

describe('list_agents', () => {
  it('shows what is needed to choose an agent and to hire it', async () => {
    const { agents, count } = await call('list_agents', { limit: 3 }, sandbox.hirer);
    expect(count).toBe(Array.isArray(agents) ? agents.length : -1);
    expect(agents).toContainEqual(
      expect.objectContaining({ did: expect.stringMatching(/^did:agrenting:/), price: expect.stringMatching(/^\d/) }),
    );
  });

  it('shows what strangers wrote of themselves without what a person cannot see', async () => {
    const { agents } = await call('list_agents', { query: 'Hostile', limit: 100 }, sandbox.hirer);
    expect(agents).toMatchObject([{ description: expect.stringContaining('IGNORE ALL PREVIOUS') }]);
    expect(JSON.stringify(agents)).not.toMatch(/[\p{Cc}\p{Cf}]|\\u00/u);
  });

  it('names each wrong argument and lists the right ones', async () => {
    const refusal = await refusalOf(() => call('list_agents', { limit: 0, sort: 'name' }, sandbox.hirer));
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENTS', changed: 'no' });
    expect(refusal.message).toMatch(/^sort: there is no such argument; limit: /);
    expect(refusal.next).toContain('query, capability, online_only, limit');
  });
});

describe('get_hiring_status', () => {
  it('shows the conversation, open questions and what was delivered', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    await call('add_hiring_message', { hiring_id, content: 'Half way.' }, sandbox.agent);
    await call('add_hiring_message', { hiring_id, content: 'Which language?', kind: 'question' }, sandbox.agent);
    const running = await call('get_hiring_status', { hiring_id }, sandbox.hirer);
    expect(running).toMatchObject({ hiring_id, status: 'in_progress', final: false, delivery_mode: 'output' });
    expect(running.messages).toMatchObject([
      { from: 'agent', kind: 'message', content: 'Half way.' },
      { from: 'agent', kind: 'question', content: 'Which language?' },
    ]);
    expect(running.open_questions).toMatchObject([{ content: 'Which language?' }]);
    await send('submit_hiring_result', { hiring_id, output: 'Hello.' }, sandbox.agent);
    const done = await call('get_hiring_status', { hiring_id }, sandbox.hirer);
    expect(done).toMatchObject({
      status: 'completed',
      final: true,
      task_output: { result: 'Hello.' },
      open_questions: [],
    });
  });

  it('does not show the hirings of others', async () => {
    const refusal = await refusalOf(() => call('get_hiring_status', { hiring_id: UNKNOWN_ID }, sandbox.hirer));
    expect(refusal).toMatchObject({ code: 'NOT_FOUND', changed: 'no', details: { hiring_id: UNKNOWN_ID } });
  });

  it('survives a status and fields that it does not know, and cleans what strangers wrote', async () => {
    const odd = {
      id: UNKNOWN_ID,
      status: 'on_the_moon',
      agent: null,
      price: 25,
      task_output: { 'te\u202ext': 'He\u200bllo\u0007', none: 1 },
      messages: [{ id: 'm1', content: 'a\u202eb' }],
      new_field: true,
    };
    const context = answering(sandbox.backend, () => json(odd));
    expect(await call('get_hiring_status', { hiring_id: UNKNOWN_ID }, context)).toEqual({
      hiring_id: UNKNOWN_ID,
      status: 'on_the_moon',
      final: false,
      price: '25',
      task_output: { text: 'Hello', none: 1 },
      messages: [{ id: 'm1', from: 'unknown', kind: 'message', content: 'ab' }],
    });
  });
});

describe('answer_hiring_question', () => {
  it('closes the question, and the agent reads the answer', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    const asked = await call('add_hiring_message', { hiring_id, content: 'Which?', kind: 'question' }, sandbox.agent);
    const question_id = asked.message_id;
    const answered = await call('answer_hiring_question', { hiring_id, question_id, answer: 'Both.' }, sandbox.hirer);
    expect(answered).toMatchObject({ hiring_id, question_id, answered: true });
    const { open_questions, messages } = await call('get_hiring_status', { hiring_id }, sandbox.hirer);
    expect(open_questions).toEqual([]);
    expect(messages).toContainEqual(expect.objectContaining({ from: 'hirer', kind: 'answer', content: 'Both.' }));
  });

  it('refuses a question that is not open', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    const answer = call(
      'answer_hiring_question',
      { hiring_id, question_id: UNKNOWN_ID, answer: 'Both.' },
      sandbox.hirer,
    );
    expect(await refusalOf(() => answer)).toMatchObject({ code: 'NOT_FOUND', changed: 'no' });
  });
});

describe('list_my_hirings', () => {
  it('lists the newest first, one page at a time', async () => {
    const older = await hireOwnAgent(sandbox, { task_description: 'An older task.' });
    const newer = await hireOwnAgent(sandbox, { task_description: `A newer task. ${'More. '.repeat(60)}` });
    const first = await call('list_my_hirings', { limit: 1 }, sandbox.hirer);
    expect(first).toMatchObject({ page: 1, hirings: [{ hiring_id: newer, final: false }] });
    expect(JSON.stringify(first.hirings).length).toBeLessThan(700);
    const second = await call('list_my_hirings', { limit: 1, page: 2 }, sandbox.hirer);
    expect(second).toMatchObject({ page: 2, hirings: [{ hiring_id: older, task: 'An older task.' }] });
  });

  it('shows one status alone', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    await send('cancel_hiring', { hiring_id }, sandbox.hirer);
    const { hirings } = await call('list_my_hirings', { status: 'cancelled' }, sandbox.hirer);
    expect(hirings).toMatchObject([{ hiring_id, status: 'cancelled', final: true }]);
  });

  it('refuses a status that there is not', async () => {
    const refusal = await refusalOf(() => call('list_my_hirings', { status: 'done' }, sandbox.hirer));
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENTS', changed: 'no' });
  });
});

describe('check_balance', () => {
  it('shows what is available and what is held', async () => {
    const before = await call('check_balance', {}, sandbox.hirer);
    await hireOwnAgent(sandbox, { max_price: '31.50' });
    const after = await call('check_balance', {}, sandbox.hirer);
    expect(Number(after.escrow) - Number(before.escrow)).toBeCloseTo(31.5, 8);
    expect(after).toMatchObject({ total: before.total, currency: 'USD' });
  });

  it('says so when the key is not accepted', async () => {
    const unauthorized = () =>
      Response.json(
        { errors: [{ code: 'UNAUTHORIZED', message: 'Missing, invalid or revoked credential.' }] },
        { status: 401 },
      );
    const context = answering(sandbox.backend, unauthorized);
    expect(await refusalOf(() => call('check_balance', {}, context))).toMatchObject({
      code: 'UNAUTHORIZED',
      changed: 'no',
    });
  });
});

describe('the artifacts', () => {
  const upload = async (artifact: { artifact_type: 'text' | 'file'; name: string; content: string }) => {
    const id = await hireOwnAgent(sandbox);
    const { api: client } = sandbox.agent;
    const [stored] = await client.call(api.addHiringArtifacts, { params: { id }, body: { artifacts: [artifact] } });
    return { hiring_id: id, artifact_id: stored?.id ?? '' };
  };
  const read = async (args: object) => await call('download_artifact', args, sandbox.hirer);

  it('are listed without their contents and read one by one', async () => {
    const { hiring_id, artifact_id } = await upload({
      artifact_type: 'text',
      name: 'notes.txt',
      content: 'Grüße\u202e!',
    });
    expect(await call('list_hiring_artifacts', { hiring_id }, sandbox.hirer)).toMatchObject({
      hiring_id,
      artifacts: [{ artifact_id, name: 'notes.txt', type: 'text', bytes: 11 }],
    });
    const file = { artifact_id, content: 'Grüße!', encoding: 'utf-8', bytes: 11, truncated: false };
    expect(await read({ artifact_id })).toEqual(file);
  });

  it('are cut between characters, never inside one', async () => {
    const { artifact_id } = await upload({ artifact_type: 'text', name: 'a.txt', content: 'aé€😀z' });
    const cut = async (max_bytes: number) => {
      const { content, bytes, truncated } = await read({ artifact_id, max_bytes });
      return [content, bytes, truncated];
    };
    expect(await cut(1)).toEqual(['a', 1, true]);
    expect(await cut(2)).toEqual(['a', 1, true]);
    expect(await cut(5)).toEqual(['aé', 3, true]);
    expect(await cut(9)).toEqual(['aé€', 6, true]);
    expect(await cut(10)).toEqual(['aé€😀', 10, true]);
    expect(await cut(11)).toEqual(['aé€😀z', 11, false]);
  });

  it('are base64 when they are no text', async () => {
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff, 0xfe]);
    const { artifact_id } = await upload({ artifact_type: 'file', name: 'a.bin', content: bytes.toString('base64') });
    expect(await read({ artifact_id })).toMatchObject({
      content: bytes.toString('base64'),
      encoding: 'base64',
      bytes: 9,
    });
    const start = bytes.subarray(0, 4).toString('base64');
    expect(await read({ artifact_id, max_bytes: 4 })).toMatchObject({ content: start, bytes: 4, truncated: true });
  });

  it('ask for no more than is wanted, and one byte that tells whether there is more', async () => {
    const ranges: (string | null)[] = [];
    const context = answering(sandbox.backend, (request) => {
      ranges.push(request.headers.get('range'));
      return new Response('abcd', { status: 206 });
    });
    const part = await call('download_artifact', { artifact_id: UNKNOWN_ID, max_bytes: 3 }, context);
    expect(part).toMatchObject({ content: 'abc', bytes: 3, truncated: true });
    expect(ranges).toEqual(['bytes=0-3']);
  });

  it('of a simulated agent are waited for, listed and read', async () => {
    const task = { agent_did: 'did:agrenting:artist', task_description: 'A logo.', capability: 'design' };
    const { hiring_id } = await send('hire_agent', { ...task, max_price: '15.00' }, sandbox.hirer);
    await sandbox.backend.advance(60_000);
    const { artifacts } = await call('list_hiring_artifacts', { hiring_id }, sandbox.hirer);
    const listed = Array.isArray(artifacts) ? artifacts : [];
    expect(listed.map(({ type }) => type).toSorted()).toEqual(['image', 'json', 'markdown']);
    for (const { artifact_id, bytes, type } of listed) {
      const encoding = type === 'image' ? 'base64' : 'utf-8';
      expect(await read({ artifact_id })).toMatchObject({ bytes, encoding, truncated: false });
    }
  });

  it('are refused when they are unknown or too much is asked for', async () => {
    expect(await refusalOf(() => read({ artifact_id: UNKNOWN_ID }))).toMatchObject({
      code: 'NOT_FOUND',
      changed: 'no',
    });
    const listed = call('list_hiring_artifacts', { hiring_id: UNKNOWN_ID }, sandbox.hirer);
    expect(await refusalOf(() => listed)).toMatchObject({ code: 'NOT_FOUND', changed: 'no' });
    const tooMuch = read({ artifact_id: UNKNOWN_ID, max_bytes: 1_000_001 });
    expect(await refusalOf(() => tooMuch)).toMatchObject({ code: 'INVALID_ARGUMENTS' });
  });
});
