import { demo } from '../../../src/backend/credentials.js';
import { api, type ToolName, tools } from '../../../src/marketplaces/humans2ai/api.js';
import { type Case, casesFor, type Known } from './case.js';
import { photos, REASON } from './humans2ai.js';

/** The fifteen tools behind POST /api/v1/mcp, each in its good case, and what the envelope itself refuses. */

const call = casesFor('humans2ai');

type Input = Record<string, unknown>;

/** Success in the envelope, byte for byte. */
const RESULT = /^\{"result":\{.*\},"error":null\}$/s;

function good(
  tool: ToolName,
  as: string | undefined,
  input: (known: Known) => Input,
  keep?: Readonly<Record<string, string>>,
): Case {
  const send = (known: Known) => ({ body: { tool, input: input(known) } });
  const base = call(api.mcp, tool, as, send, { text: RESULT, ...(keep ? { keep } : {}) });
  return { ...base, replays: tools[tool].financial, data: tools[tool].result };
}

/** A refusal in the envelope, byte for byte but for the words. */
const refusal = (code: string) =>
  new RegExp(
    String.raw`^\{"result":null,"error":\{"code":"${code}","message":"(?:[^"\\]|\\.)+"(,"details":\{.+\})?\}\}$`,
  );

function bad(title: string, as: string | undefined, body: { tool: string; input?: Input }, code: string, key?: string) {
  const send = () => ({ body, ...(key === undefined ? {} : { key }) });
  return call(api.mcp, title, as, send, { fails: code, text: refusal(code) });
}

const ofTask =
  (name: string, more: Input = {}) =>
  (known: Known) => ({ taskId: known.get(name), ...more });

const goodTools = [
  good('register', undefined, () => ({ email: 'bob@example.com', password: 'example-passw0rd' })),
  good('login', undefined, () => ({ email: 'bob@example.com', password: 'example-passw0rd' })),
  good('create_task', 'assistant', () => photos(40), { tool: 'result.id' }),
  good('list_tasks', 'assistant', () => ({ limit: 3 })),
  good('get_task', 'human', ofTask('tool')),
  call(api.applyForTask, 'a human applies (tool)', 'human', (known) => ({ params: { id: known.get('tool') } })),
  good('list_applicants', 'assistant', ofTask('tool')),
  good('select_applicant', 'assistant', ofTask('tool', { humanId: demo.humans2aiHuman })),
  good('send_message', 'human', ofTask('tool', { content: 'On my way.' })),
  good('get_messages', 'assistant', ofTask('tool')),
  call(api.submitProof, 'proof (tool)', 'human', (known) => ({
    params: { id: known.get('tool') },
    body: { content: 'Here they are.' },
  })),
  good('reject_submission', 'assistant', ofTask('tool', { reason: REASON })),
  call(api.submitProof, 'better proof (tool)', 'human', (known) => ({
    params: { id: known.get('tool') },
    body: { content: 'Here are the right ones.' },
  })),
  good('approve_submission', 'assistant', ofTask('tool')),
  good('get_wallet', 'assistant', () => ({})),
  good('get_transactions', 'assistant', () => ({ limit: 2 })),
  good('create_task', 'assistant', () => photos(41), { toolOff: 'result.id' }),
  good(
    'request_confirmation',
    'assistant',
    (known) => ({
      tool: 'cancel_task',
      params: { taskId: known.get('toolOff') },
    }),
    { toolConfirmation: 'result.confirmationToken' },
  ),
  good('cancel_task', 'assistant', (known) => ({
    taskId: known.get('toolOff'),
    confirmationToken: known.get('toolConfirmation'),
  })),
];

const badTools = [
  bad('a tool that is none', 'assistant', { tool: 'delete_everything' }, 'MCP_ERROR'),
  bad('no credential', undefined, { tool: 'get_wallet' }, 'UNAUTHORIZED'),
  bad('a permission that is missing', 'readOnly', { tool: 'create_task', input: photos(10) }, 'FORBIDDEN', 'k-1'),
  bad('a human where an agent is asked for', 'human', { tool: 'create_task', input: photos(10) }, 'FORBIDDEN', 'k-2'),
  bad('a financial tool without a key', 'assistant', { tool: 'create_task', input: photos(10) }, 'VALIDATION_ERROR'),
  bad('an input that is incomplete', 'assistant', { tool: 'create_task', input: {} }, 'VALIDATION_ERROR', 'k-3'),
  bad('a task that is not there', 'assistant', { tool: 'get_task', input: { taskId: 'task_xyz' } }, 'TASK_NOT_FOUND'),
];

/** No input at all is an empty one. */
const bare = {
  ...call(api.mcp, 'a tool without input', 'assistant', () => ({ body: { tool: 'get_wallet' } }), { text: RESULT }),
  replays: false,
};

export const toolCases: readonly Case[] = [...goodTools, bare, ...badTools];
