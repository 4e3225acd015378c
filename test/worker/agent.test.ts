import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ErrorCode, HirewireError } from '../../src/errors.js';
import type { Agent, AgentAnswer, Asking } from '../../src/worker/agent.js';
import { promptOf } from '../../src/worker/prompt.js';
import { settled } from './support/clock.js';
import { Shop, type Worked } from './support/shop.js';

/** The worker's promises where an agent is asked instead of a program started. */

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(() => shop.close());

type Reply = (prompt: string, how: Asking) => Promise<AgentAnswer>;

/** An agent that replies so, one reply after the other; the last one for ever. */
function agentOf(...replies: Reply[]): Agent & { readonly prompts: string[] } {
  const prompts: string[] = [];
  return {
    name: 'double',
    prompts,
    ask: async (prompt, how) => {
      const reply = replies[Math.min(prompts.length, replies.length - 1)];
      prompts.push(prompt);
      if (!reply) throw new Error('this agent has no reply');
      return await reply(prompt, how);
    },
  };
}

const says = (text: string, more: Partial<AgentAnswer> = {}): Reply => {
  return async () => ({ text, files: [], leftOut: [], isError: false, ...more });
};

const fault = (code: ErrorCode, changed: 'no' | 'unknown' = 'no'): Reply => {
  return async () => {
    const message = 'The mounted server double is away.';
    throw new HirewireError({ code, message, changed, next: 'Wait.', retrySafe: changed === 'no' });
  };
};

/** Works until it is called off. */
const never: Reply = (_, { signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('called off'))));

const work = (agent: Agent, more: object = {}): Worked => shop.worker('', { program: agent, ...more }).start();

const looked = async (worked: Worked) => {
  await worked.look();
  await settled();
};

describe('an agent', () => {
  it('is given the task as one text, and its answer is delivered and paid', async () => {
    const agent = agentOf(says('The answer.'));
    const id = await shop.market.hire('Say something.');
    const worked = work(agent);
    await shop.until(worked.event('delivered'));
    expect(agent.prompts).toHaveLength(1);
    expect(agent.prompts[0]).toMatch(/^Say something\./);
    const hiring = await shop.market.hiring(id);
    expect(hiring).toMatchObject({ status: 'completed', task_output: { result: 'The answer.' } });
    expect(await shop.market.books(id)).toEqual({ releases: 1, balanced: true });
  });

  it.each<readonly [string, Reply, string]>([
    ['says that it could not do it', says('No such page.', { isError: true }), 'No such page.'],
    ['answers nothing', says('  '), 'The agent ended without a result.'],
    ['answers without end', says('x'.repeat(200_001)), 'The agent wrote more than 200000 bytes of output.'],
  ])('that %s fails the hiring', async (_, reply, reason) => {
    const id = await shop.market.hire('Do it.');
    const worked = work(agentOf(reply));
    expect(await shop.until(worked.event('failed')).then(() => worked.event('failed'))).toMatchObject({ reason });
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'failed' });
    expect(await shop.market.books(id)).toEqual({ releases: 0, balanced: true });
  });

  it('says how far it is, and delivers files', async () => {
    const id = await shop.market.hire('Draw it.');
    const files = [{ name: 'note.md', artifact_type: 'markdown' as const, content: '# Note' }];
    const agent = agentOf(async (_, { progress }) => {
      progress('Half done.');
      return { text: 'Done.', files, leftOut: ['song.wav (too large)'], isError: false };
    });
    await shop.until(work(agent).event('delivered'));
    const messages = (await shop.market.messages(id)).join('\n');
    expect(messages).toContain('Half done.');
    expect(messages).toContain('Not delivered: song.wav (too large)');
    expect(await shop.market.files(id)).toEqual(['note.md']);
  });

  it('that is away is asked again later, and no attempt is counted', async () => {
    const id = await shop.market.hire('Be patient.');
    const agent = agentOf(fault('UNAVAILABLE'), fault('RATE_LIMITED'), fault('UNAVAILABLE'), says('At last.'));
    const worked = work(agent);
    for (let n = 0; n < 3; n += 1) {
      await shop.until(worked.event('left', n));
      await shop.clock.advance(60_000);
      await looked(worked);
    }
    await shop.until(worked.event('delivered'));
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'completed', task_output: { result: 'At last.' } });
    expect((await shop.journal(id)).runs).toBe(1n);
  });

  it('that was lost in the middle is asked as often as --attempts says', async () => {
    const id = await shop.market.hire('Keep the line.');
    const agent = agentOf(fault('OUTCOME_UNKNOWN', 'unknown'));
    const worked = work(agent);
    for (let n = 0; n < 2; n += 1) {
      await shop.until(worked.event('left', n));
      await shop.clock.advance(60_000);
      await looked(worked);
    }
    await shop.until(worked.event('failed'));
    expect(agent.prompts).toHaveLength(2);
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'failed' });
  });

  it.each<ErrorCode>(['UNAUTHORIZED', 'DEFINITION_CHANGED', 'NOT_FOUND'])(
    'that cannot be used at all (%s) ends the worker, and the hiring stays as it is',
    async (code) => {
      const id = await shop.market.hire('Try.');
      const worked = work(agentOf(fault(code)));
      await shop.until(worked.ended.catch(() => undefined));
      await expect(worked.ended).rejects.toThrow(
        'The agent of --agent cannot be used: The mounted server double is away.',
      );
      expect(await shop.market.hiring(id)).toMatchObject({ status: 'in_progress' });
      expect((await shop.journal(id)).runs).toBe(0n);
    },
  );

  it('is called off when the hirer cancels, and when its time is over', async () => {
    const cancelled = await shop.market.hire('Cancel me.');
    const first = work(agentOf(never));
    await shop.until(first.event('taken'));
    await shop.market.call('POST', `/hirings/${cancelled}/cancel`, {});
    await looked(first);
    await shop.until(first.event('dropped'));
    await first.stop();
    const slow = await shop.market.hire('Take your time.');
    const second = work(agentOf(never), { timeoutMs: 5_000 });
    await shop.until(second.event('failed'));
    expect(await second.event('failed')).toMatchObject({ reason: 'The agent took longer than 5 seconds.' });
    expect(await shop.market.hiring(slow)).toMatchObject({ status: 'failed' });
  });

  it('gets no credential and no work in push mode', async () => {
    const repo_url = 'https://example.com/r.git';
    const id = await shop.market.hire('Push it.', {
      delivery_mode: 'push',
      repo_url,
      repo_access_token: 'ghp_0123456789abcdef0123456789abcdef0123',
    });
    const agent = agentOf(says('Pushed.'));
    await shop.until(work(agent).event('failed'));
    expect(agent.prompts).toEqual([]);
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'failed' });
  });

  it('is asked again by the next worker when the first one was stopped, and paid once', async () => {
    const id = await shop.market.hire('Survive.');
    const first = work(agentOf(never));
    await shop.until(first.event('taken'));
    await first.stop();
    const row = await shop.journal(id);
    expect([row.state, row.pid, row.owner]).toEqual(['running', null, null]);
    const second = work(agentOf(says('Survived.')));
    await shop.until(second.event('delivered'));
    expect(await shop.market.books(id)).toEqual({ releases: 1, balanced: true });
  });
});

describe('the text for an agent', () => {
  const facts = {
    hiring_id: 'h',
    run: 1,
    task_description: 'Sum it up.',
    capability: null,
    price: null,
    currency: 'USD',
    task_input: {},
    client_message: null,
    deadline_at: null,
    created_at: null,
    delivery_mode: 'output',
    repo_url: null,
    messages: [],
    answers: [],
  };

  it('is the task alone, where nothing else is known', () => {
    expect(promptOf(facts)).toBe('Sum it up.');
  });

  it('has whatever is known, and nothing of an empty part', () => {
    const messages = [{ from: 'client', kind: 'answer', content: 'In French.', at: null }];
    const text = promptOf({
      ...facts,
      client_message: 'Hello!',
      task_input: { pages: 3, delivery_mode: 'output' },
      messages,
    });
    expect(text.split('\n\n')).toEqual([
      'Sum it up.',
      'Message of the client:\nHello!',
      'Input:\n{\n  "pages": 3\n}',
      'Conversation so far:\n- client: In French.',
    ]);
  });
});
