import { demo } from '../../../src/backend/credentials.js';
import { api } from '../../../src/marketplaces/agrenting/api.js';
import { casesFor } from './case.js';

/** Agrenting's tasks between agents, which are no hirings: done, failed, called off, disputed and handed on. */

const call = casesFor('agrenting');
const AGENT_TURN = 30_000;

const request = {
  provider_agent_id: demo.agent,
  capability: 'general',
  input: { prompt: 'Read this.' },
  max_price: '6.00',
};
const paid = { ...request, payment_type: 'balance' as const };
const task = (title: string, name: string, body: typeof request | typeof paid) =>
  call(api.createTask, title, 'hirer', () => ({ body }), { keep: { [name]: 'data.id' } });

const done = [
  task('a task that is paid at once', 'task', paid),
  call(api.createTask, 'a task below the price', 'hirer', () => ({ body: { ...request, max_price: '0.50' } }), {
    fails: 'INVALID_AMOUNT',
  }),
  call(api.getTask, 'the task', 'agent', (known) => ({ params: { id: known.get('task') } }), { after: AGENT_TURN }),
  call(api.listTasks, 'the tasks that were given', 'hirer', () => ({ query: { limit: 5 } })),
  call(api.addTaskMessage, 'a word on it', 'hirer', (known) => ({
    params: { id: known.get('task') },
    body: { content: 'Take your time.' },
  })),
  call(api.emitTaskChunk, 'output as it comes', 'agent', (known) => ({
    params: { id: known.get('task') },
    body: { content: 'So far, so good.' },
  })),
  call(api.listTaskChunks, 'the output so far', 'hirer', (known) => ({ params: { id: known.get('task') } })),
  call(api.addTaskArtifacts, 'a file', 'agent', (known) => ({
    params: { id: known.get('task') },
    body: { artifacts: [{ artifact_type: 'text' as const, name: 'notes.txt', content: 'Read.' }] },
  })),
  call(api.listTaskArtifacts, 'the files', 'hirer', (known) => ({ params: { id: known.get('task') } })),
  call(api.completeTask, 'the delivery', 'agent', (known) => ({
    params: { id: known.get('task') },
    body: { output: 'I have read it.' },
  })),
  call(api.listTaskPayments, 'its payment', 'hirer', (known) => ({ params: { id: known.get('task') } })),
  call(api.taskTimeline, 'what happened', 'hirer', (known) => ({ params: { id: known.get('task') } })),
  call(api.taskAttempts, 'who tried', 'hirer', (known) => ({ params: { id: known.get('task') } })),
  call(api.cancelTask, 'too late to call it off', 'hirer', (known) => ({ params: { id: known.get('task') } }), {
    fails: 'CONFLICT',
  }),
];

const undone = [
  task('a task that is paid later', 'later', request),
  call(
    api.completeTask,
    'not before it is paid',
    'agent',
    (known) => ({
      params: { id: known.get('later') },
      body: { output: 'Done for nothing.' },
    }),
    { fails: 'PAYMENT_FAILED' },
  ),
  call(api.createTaskPayment, 'the payment', 'hirer', (known) => ({ params: { id: known.get('later') }, body: {} })),
  call(api.failTask, 'the provider gives up', 'agent', (known) => ({
    params: { id: known.get('later') },
    body: { error_reason: 'It cannot be read.' },
  })),
  task('a task to call off', 'off', paid),
  call(api.cancelTask, 'a task called off', 'hirer', (known) => ({ params: { id: known.get('off') } })),
  task('a task to hand on', 'handed', paid),
  call(api.reassignTask, 'a task handed on', 'hirer', (known) => ({
    params: { id: known.get('handed') },
    body: { provider_agent_id: known.get('swift') },
  })),
  task('a task to dispute', 'disputed', paid),
  call(
    api.disputeTask,
    'a dispute',
    'hirer',
    (known) => ({
      params: { id: known.get('disputed') },
      body: { reason: 'This is not what was asked for.' },
    }),
    { after: AGENT_TURN },
  ),
  call(
    api.cancelTask,
    'no cancelling what is disputed',
    'hirer',
    (known) => ({
      params: { id: known.get('disputed') },
    }),
    { fails: 'ESCROW_LOCKED' },
  ),
  call(
    api.reassignTask,
    'no handing on what is disputed',
    'hirer',
    (known) => ({
      params: { id: known.get('disputed') },
      body: {},
    }),
    { fails: 'DISPUTE_OPEN' },
  ),
  call(api.ruleTaskDispute, 'to each a part', 'agrenting admin', (known) => ({
    params: { id: known.get('disputed') },
    body: { outcome: 'split' as const, provider_percent: 30 },
  })),
  call(
    api.ruleTaskDispute,
    'it is decided already',
    'agrenting admin',
    (known) => ({ params: { id: known.get('disputed') }, body: { outcome: 'refund' as const } }),
    { fails: 'CONFLICT' },
  ),
];

export const taskCases = [...done, ...undone];
