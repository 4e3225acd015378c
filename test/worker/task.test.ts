import { describe, expect, it } from 'vitest';
import { type Hiring, hiring, pendingHiring } from '../../src/marketplaces/agrenting/contract/hirings.js';
import { asObject } from '../../src/marketplaces/envelope.js';
import { taskOf } from '../../src/worker/task.js';
import { harmIn, PAYLOADS } from '../hostile-text.js';

const ID = '0d3a0000-0000-4000-8000-00000000000a';
const item = (more: object = {}) =>
  pendingHiring.parse({
    id: ID,
    status: 'in_progress',
    task_description: 'Summarise the page.',
    capability_requested: 'summarize',
    price: '5.00',
    delivery_mode: 'output',
    task_input: { url: 'https://example.com', delivery_mode: 'output' },
    client_message: 'Hello!',
    deadline_at: '2026-03-03T10:30:00.000Z',
    created_at: '2026-03-02T10:30:00.000Z',
    ...more,
  });
const jsonOf = (stdin: string) => ({ ...asObject(JSON.parse(stdin)) });

describe('a task', () => {
  it('is one JSON object on one line, and facts in variables', () => {
    const { stdin, variables, secrets } = taskOf(item(), undefined, 1);
    expect(stdin.match(/\n/g)).toHaveLength(1);
    expect(jsonOf(stdin)).toEqual({
      hiring_id: ID,
      run: 1,
      task_description: 'Summarise the page.',
      capability: 'summarize',
      price: '5.00',
      currency: 'USD',
      task_input: { url: 'https://example.com', delivery_mode: 'output' },
      client_message: 'Hello!',
      deadline_at: '2026-03-03T10:30:00.000Z',
      created_at: '2026-03-02T10:30:00.000Z',
      delivery_mode: 'output',
      repo_url: null,
      messages: [],
      answers: [],
    });
    expect(variables).toEqual({
      HIREWIRE_HIRING_ID: ID,
      HIREWIRE_CAPABILITY: 'summarize',
      HIREWIRE_PRICE: '5.00',
      HIREWIRE_DEADLINE_AT: '2026-03-03T10:30:00.000Z',
      HIREWIRE_DELIVERY_MODE: 'output',
      HIREWIRE_REPO_URL: '',
    });
    expect(secrets).toEqual([]);
  });

  it('has the conversation, and each answer with its question', () => {
    const messages = [
      {
        id: 'm1',
        sender_type: 'agent',
        kind: 'question',
        content: 'In which language?',
        created_at: '2026-03-02T10:31:00Z',
      },
      {
        id: 'm2',
        sender_type: 'hirer',
        kind: 'answer',
        reply_to_id: 'm1',
        content: 'English.',
        created_at: '2026-03-02T10:32:00Z',
      },
    ];
    const whole: Hiring = hiring.parse({ id: ID, status: 'in_progress', messages });
    const json = jsonOf(taskOf(item(), whole, 2).stdin);
    expect(json.run).toBe(2);
    expect(json.answers).toEqual([
      { question_id: 'm1', question: 'In which language?', content: 'English.', at: '2026-03-02T10:32:00Z' },
    ]);
    expect(json.messages).toHaveLength(2);
  });

  it('in push mode has the token once, on stdin only', () => {
    const token = 'ghp_canary0123456789abcdef';
    const push = {
      delivery_mode: 'push',
      repo_url: 'https://github.com/me/repo',
      repo_access_token: token,
      task_input: { repo_access_token: token, repo_url: 'https://github.com/me/repo', branch: 'main' },
    };
    const { stdin, variables, secrets } = taskOf(item(push), undefined, 1);
    expect(stdin.split(token)).toHaveLength(2);
    expect(jsonOf(stdin)).toMatchObject({ repo_access_token: token, task_input: { branch: 'main' } });
    expect(variables).toMatchObject({
      HIREWIRE_DELIVERY_MODE: 'push',
      HIREWIRE_REPO_URL: 'https://github.com/me/repo',
    });
    expect(JSON.stringify(variables)).not.toContain(token);
    expect(secrets).toEqual([token]);
  });

  it('in output mode has no token, even if the marketplace sent one', () => {
    const { stdin, secrets } = taskOf(item({ repo_access_token: 'ghp_canary0123456789abcdef' }), undefined, 1);
    expect(stdin).not.toContain('ghp_canary');
    expect(secrets).toEqual(['ghp_canary0123456789abcdef']);
  });

  it.each([
    'https://user:pass@github.com/a/b',
    'file:///etc/passwd',
    '--upload-pack=id',
    'https://github.com/-o/b',
    'ext::sh -c id',
  ])('hands the repository %j on as text only', (repo_url) => {
    expect(taskOf(item({ repo_url }), undefined, 1).variables.HIREWIRE_REPO_URL).toBe('');
  });

  it('written by an attacker is cleaned on stdin and means nothing in a variable', () => {
    for (const { name, text } of PAYLOADS) {
      const { stdin, variables } = taskOf(
        item({
          task_description: text,
          capability_requested: text,
          client_message: text,
          price: text,
          deadline_at: text,
          delivery_mode: text,
          repo_url: text,
          task_input: { [text.slice(0, 200)]: { nested: [text] } },
        }),
        undefined,
        1,
      );
      const shown = JSON.stringify(jsonOf(stdin)).replaceAll(/\\[nt]/g, '');
      expect(harmIn(shown), name).toEqual([]);
      for (const value of Object.values(variables)) {
        expect(value, name).toMatch(/^([\p{L}\p{N}\p{M}_.:+][\p{L}\p{N}\p{M} _.:+-]*)?$/u);
        expect(Array.from(value).length, name).toBeLessThanOrEqual(100);
      }
      expect(variables.HIREWIRE_PRICE, name).toBe('');
      expect(variables.HIREWIRE_REPO_URL, name).toBe('');
    }
    console.log(`figure: hostile tasks=${PAYLOADS.length}`);
  });
});
