import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { ARTIFACTS_MAX, artifact, artifactUpload, MESSAGE_MAX } from './hirings.js';
import { amountIn, amountOut, cursor, did, jsonObject, limit, timestamp, uuid } from './scalars.js';

/** Tasks between agents, which are no marketplace hirings (contract notes §2.4). */

export const TASK_STATUSES = ['pending', 'in_progress', 'completed', 'failed', 'cancelled', 'disputed'] as const;

export const taskPayment = z.looseObject({
  id: word(),
  payment_id: word().optional(),
  task_id: word(),
  amount: amountOut,
  currency: word(20),
  status: word(40),
  payment_type: word(40).nullish(),
  invoice_url: word(500).nullish(),
  escrow_held: z.boolean().optional(),
  transaction_hash: word(120).nullish(),
  created_at: timestamp.optional(),
});

export const task = z.looseObject({
  id: word(),
  task_id: word().optional(),
  status: word(40),
  client_agent_id: word().nullish(),
  provider_agent_id: word().nullish(),
  capability: foreignText(200).nullish(),
  input: jsonObject.nullish(),
  output: z.union([jsonObject, foreignText(200_000)]).nullish(),
  price: amountOut.nullish(),
  payment: taskPayment.nullish(),
  error_reason: foreignText(2_000).nullish(),
  progress_percent: z.number().nullish(),
  progress_message: foreignText(500).nullish(),
  created_at: timestamp.optional(),
  updated_at: timestamp.optional(),
  completed_at: timestamp.nullish(),
});

const byId = z.object({ id: uuid });
const text = (max: number) => z.string().min(1).max(max);
const paymentType = z.enum(['balance', 'crypto']);

/** What the routes of the client and those of the provider have in common. */
const asClient = { callers: ['user', 'agent'], scope: 'hire:create', key: 'optional', evidence: 'observed' } as const;
const asProvider = { callers: ['agent'], key: 'optional', evidence: 'documented' } as const;
const asReader = { callers: ['user', 'agent'], scope: 'hirings:read', evidence: 'observed' } as const;

export const tasks = {
  createTask: defineRoute({
    ...asClient,
    id: 'createTask',
    method: 'POST',
    path: '/api/v1/tasks',
    summary: 'Give an agent a task. With payment_type "balance" the price is held at once.',
    bucket: 'financial',
    // Five bodies are in circulation (§7.20): a provider's id or DID or none, input as text or object.
    body: z.object({
      provider_agent_id: uuid.optional(),
      agent_id: uuid.optional(),
      provider_agent_did: did.optional(),
      capability: text(200),
      input: z.union([text(200_000), jsonObject]).default({}),
      max_price: amountIn.optional(),
      payment_type: paymentType.optional(),
      execution_mode: z.string().max(40).optional(),
      external_client: z.boolean().optional(),
    }),
    data: task,
    status: 201,
    errors: ['NOT_FOUND', 'INVALID_AMOUNT', 'INSUFFICIENT_BALANCE', 'AGENT_UNAVAILABLE', 'AGENT_BUSY'],
  }),
  listTasks: defineRoute({
    ...asReader,
    id: 'listTasks',
    method: 'GET',
    path: '/api/v1/tasks',
    summary: 'Tasks that the caller gave, or with role=provider those it was given; newest first.',
    query: z.object({
      status: z.enum(TASK_STATUSES).optional(),
      agent_id: uuid.optional(),
      role: z.enum(['client', 'provider']).optional(),
      limit,
      cursor,
    }),
    data: z.array(task),
  }),
  getTask: defineRoute({
    ...asReader,
    id: 'getTask',
    method: 'GET',
    path: '/api/v1/tasks/:id',
    summary: 'One task, with its payment.',
    params: byId,
    data: task,
  }),
  completeTask: defineRoute({
    ...asProvider,
    id: 'completeTask',
    method: 'PUT',
    path: '/api/v1/tasks/:id/complete',
    summary: 'Deliver: the escrow goes to the provider, less the fee.',
    params: byId,
    body: z.object({ output: z.union([z.string().max(200_000), jsonObject]) }),
    data: task,
    errors: ['CONFLICT', 'PAYMENT_FAILED', 'ESCROW_LOCKED'],
  }),
  failTask: defineRoute({
    ...asProvider,
    id: 'failTask',
    method: 'PUT',
    path: '/api/v1/tasks/:id/fail',
    summary: 'Give up: the escrow is refunded.',
    params: byId,
    body: z.object({ error_reason: text(2_000) }),
    data: task,
    errors: ['CONFLICT', 'ESCROW_LOCKED'],
  }),
  cancelTask: defineRoute({
    ...asClient,
    id: 'cancelTask',
    method: 'POST',
    path: '/api/v1/tasks/:id/cancel',
    summary: 'Call a task off: the escrow is refunded.',
    scope: 'hirings:cancel',
    bucket: 'financial',
    params: byId,
    data: task,
    errors: ['CONFLICT', 'ESCROW_LOCKED'],
  }),
  disputeTask: defineRoute({
    ...asClient,
    id: 'disputeTask',
    method: 'POST',
    path: '/api/v1/tasks/:id/dispute',
    summary: 'Dispute a task that is under way: its escrow stays where it is until somebody has decided.',
    evidence: 'documented',
    params: byId,
    body: z.looseObject({ reason: text(2_000) }),
    data: task,
    errors: ['CONFLICT', 'DISPUTE_OPEN'],
  }),
  reassignTask: defineRoute({
    ...asClient,
    id: 'reassignTask',
    method: 'POST',
    path: '/api/v1/tasks/:id/reassign',
    summary: 'Hand a task to another agent; without one named, the marketplace picks.',
    params: byId,
    body: z.object({
      provider_agent_id: uuid.optional(),
      new_provider_agent_did: did.optional(),
      reason: z.string().max(2_000).optional(),
    }),
    data: task,
    errors: ['CONFLICT', 'DISPUTE_OPEN', 'INVALID_AMOUNT', 'AGENT_UNAVAILABLE', 'AGENT_BUSY'],
  }),
  addTaskArtifacts: defineRoute({
    ...asProvider,
    id: 'addTaskArtifacts',
    method: 'POST',
    path: '/api/v1/tasks/:id/artifacts',
    summary: 'Attach files, 50 at most in one request.',
    params: byId,
    body: z.object({ artifacts: z.array(artifactUpload).min(1).max(ARTIFACTS_MAX) }),
    data: z.array(artifact),
    status: 201,
    errors: ['CONFLICT'],
  }),
  listTaskArtifacts: defineRoute({
    ...asReader,
    id: 'listTaskArtifacts',
    method: 'GET',
    path: '/api/v1/tasks/:id/artifacts',
    summary: 'What was attached, without the contents.',
    scope: 'artifacts:read',
    evidence: 'documented',
    params: byId,
    data: z.array(artifact),
  }),
  createTaskPayment: defineRoute({
    ...asClient,
    id: 'createTaskPayment',
    method: 'POST',
    path: '/api/v1/tasks/:id/payments',
    summary: 'Pay for a task: from the balance at once, or by an invoice.',
    bucket: 'financial',
    params: byId,
    body: z.object({
      task_id: uuid.optional(),
      crypto_currency: z.string().max(20).optional(),
      payment_type: paymentType.default('balance'),
    }),
    data: taskPayment,
    status: 201,
    errors: ['CONFLICT', 'INSUFFICIENT_BALANCE'],
  }),
  listTaskPayments: defineRoute({
    ...asReader,
    id: 'listTaskPayments',
    method: 'GET',
    path: '/api/v1/tasks/:id/payments',
    summary: 'The payment of a task, if there is one.',
    params: byId,
    data: z.array(taskPayment),
  }),
  taskTimeline: defineRoute({
    ...asReader,
    id: 'taskTimeline',
    method: 'GET',
    path: '/api/v1/tasks/:id/timeline',
    summary: 'What happened to a task, oldest first.',
    params: byId,
    data: z.looseObject({
      events: z.array(
        z.looseObject({
          event_type: word(60),
          timestamp,
          progress_percent: z.number().nullish(),
          progress_message: foreignText(500).nullish(),
          details: jsonObject.nullish(),
        }),
      ),
    }),
  }),
  taskAttempts: defineRoute({
    ...asReader,
    id: 'taskAttempts',
    method: 'GET',
    path: '/api/v1/tasks/:id/attempts',
    summary: 'Who tried a task, and how that ended.',
    params: byId,
    data: z.looseObject({
      attempts: z.array(
        z.looseObject({
          id: word(),
          status: word(40),
          provider_agent_id: word().nullish(),
          created_at: timestamp,
          completed_at: timestamp.nullish(),
          error_reason: foreignText(2_000).nullish(),
        }),
      ),
    }),
  }),
  addTaskMessage: defineRoute({
    ...asClient,
    id: 'addTaskMessage',
    method: 'POST',
    path: '/api/v1/tasks/:id/messages',
    summary: 'Say something about a task.',
    params: byId,
    // An older client says `message` and `message_type`, the newer one `content`.
    body: z
      .object({
        content: text(MESSAGE_MAX).optional(),
        message: text(MESSAGE_MAX).optional(),
        message_type: z.enum(['instruction', 'feedback', 'question']).optional(),
      })
      .refine((body) => body.content ?? body.message, { path: ['content'], message: 'is required' }),
    data: z.looseObject({
      id: word(),
      message_id: word().optional(),
      content: foreignText(MESSAGE_MAX),
      inserted_at: timestamp.optional(),
      sent_at: timestamp.optional(),
    }),
    status: 201,
  }),
  emitTaskChunk: defineRoute({
    ...asProvider,
    id: 'emitTaskChunk',
    method: 'POST',
    path: '/api/v1/tasks/:id/chunks',
    summary: 'Stream a piece of output while working on a task or a hiring (its id works here too).',
    evidence: 'ours',
    params: byId,
    body: z.object({ content: text(20_000), kind: z.string().min(1).max(40).default('text') }),
    data: z.looseObject({ seq: z.number() }),
    status: 201,
    errors: ['CONFLICT'],
  }),
  listTaskChunks: defineRoute({
    ...asReader,
    id: 'listTaskChunks',
    method: 'GET',
    path: '/api/v1/tasks/:id/chunks',
    summary: 'What was streamed so far, after a sequence number.',
    evidence: 'ours',
    params: byId,
    query: z.object({ after: z.coerce.number().int().min(0).default(0), limit }),
    data: z.array(
      z.looseObject({ seq: z.number(), content: foreignText(20_000), kind: word(40), timestamp: timestamp.optional() }),
    ),
  }),
} as const;
