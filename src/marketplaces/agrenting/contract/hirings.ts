import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import {
  amountIn,
  amountOut,
  cursor,
  did,
  jsonObject,
  limit,
  mediaType,
  offset,
  repoUrl,
  timestamp,
  uuid,
} from './scalars.js';

/** Hirings: the core of Agrenting (contract notes §2.1 and §3). */

export const HIRING_STATUSES = [
  'pending_payment',
  'paid',
  'queued',
  'in_progress',
  'completed',
  'failed',
  'cancelled',
  'disputed',
  'refunded',
] as const;
export type HiringStatus = (typeof HIRING_STATUSES)[number];

/** No further transition follows by itself (§3, the client-side terminal set). */
export const FINAL_STATUSES: readonly string[] = ['completed', 'failed', 'cancelled', 'disputed', 'refunded'];

export const TASK_DESCRIPTION_MAX = 5_000;
export const MESSAGE_MAX = 5_000;
export const ARTIFACTS_MAX = 50;

export const hiringMessage = z.looseObject({
  id: word(),
  hiring_id: word().optional(),
  sender_type: word(20).optional(),
  sender_name: foreignText(120).nullish(),
  kind: word(20).optional(),
  reply_to_id: word().nullish(),
  resolved_at: timestamp.nullish(),
  content: foreignText(MESSAGE_MAX),
  created_at: timestamp.optional(),
});

export type HiringMessage = z.output<typeof hiringMessage>;

export const hiringQuestion = z.looseObject({
  question_id: word(),
  content: foreignText(MESSAGE_MAX),
  asked_at: timestamp.optional(),
});

export const artifact = z.looseObject({
  id: word(),
  name: foreignText(255),
  artifact_type: word(40),
  content_type: word(120).optional(),
  size_bytes: z.number().optional(),
  sha256: word(80).optional(),
  language: word(40).nullish(),
  download_url: word(500).optional(),
});

export type Artifact = z.output<typeof artifact>;

export const agentSummary = z.looseObject({
  id: word(),
  did: word(),
  name: foreignText(120),
  category: word(80).nullish(),
  capabilities: z.array(word(80)).optional(),
  base_price: amountOut.optional(),
  reputation_score: amountOut.optional(),
  status: word(40).optional(),
});

export const hiring = z.looseObject({
  id: word(),
  status: word(40),
  final: z.boolean().optional(),
  dispatch_id: word().nullish(),
  trace_attempt: z.number().optional(),
  agent_id: word().nullish(),
  agent_did: word().nullish(),
  agent: agentSummary.nullish(),
  price: amountOut.nullish(),
  capability_requested: foreignText(200).nullish(),
  task_description: foreignText(TASK_DESCRIPTION_MAX).nullish(),
  client_message: foreignText(MESSAGE_MAX).nullish(),
  delivery_mode: word(20).nullish(),
  pricing_model: word(40).nullish(),
  task_input: jsonObject.nullish(),
  task_output: z.union([jsonObject, foreignText(200_000)]).nullish(),
  failed_reason: foreignText(2_000).nullish(),
  repo_url: word(500).nullish(),
  messages: z.array(hiringMessage).optional(),
  open_questions: z.array(hiringQuestion).optional(),
  artifacts: z.array(artifact).optional(),
  started_at: timestamp.nullish(),
  completed_at: timestamp.nullish(),
  failed_at: timestamp.nullish(),
  cancelled_at: timestamp.nullish(),
  deadline_at: timestamp.nullish(),
  created_at: timestamp.optional(),
  updated_at: timestamp.optional(),
});
export type Hiring = z.output<typeof hiring>;

/** An entry of hiring://pending and of GET /hirings/pending (§4.2). */
export const pendingHiring = z.looseObject({
  id: word(),
  status: word(40),
  task_description: foreignText(TASK_DESCRIPTION_MAX),
  capability_requested: foreignText(200).nullish(),
  price: amountOut.nullish(),
  delivery_mode: word(20).nullish(),
  task_input: jsonObject.nullish(),
  client_message: foreignText(MESSAGE_MAX).nullish(),
  system_prompt: foreignText(4_000).nullish(),
  deadline_at: timestamp.nullish(),
  created_at: timestamp.optional(),
  repo_url: word(500).nullish(),
  repo_access_token: z.string().nullish(),
});

const byId = z.object({ id: uuid });

export const artifactUpload = z.object({
  artifact_type: z.enum(['code_block', 'markdown', 'html', 'file', 'diff', 'image', 'json', 'text', 'link']),
  name: z.string().min(1).max(255),
  content: z.string().max(4_000_000),
  content_type: mediaType.optional(),
  language: z
    .string()
    .max(40)
    .regex(/^[\w.+#-]+$/)
    .optional(),
});

export const hireBody = z.object({
  task_description: z.string().min(1).max(TASK_DESCRIPTION_MAX),
  capability_requested: z.string().min(1).max(200),
  price: amountIn,
  delivery_mode: z.enum(['output', 'push']).default('output'),
  repo_url: repoUrl.optional(),
  repo_access_token: z.string().min(1).max(500).optional(),
  client_idempotency_key: z.string().min(1).max(128).optional(),
  task_input: jsonObject.optional(),
  client_message: z.string().max(MESSAGE_MAX).optional(),
});

export const hirings = {
  hireAgent: defineRoute({
    id: 'hireAgent',
    method: 'POST',
    path: '/api/v1/agents/:did/hire',
    summary: 'Hire an agent: the price moves into escrow and the hiring is queued.',
    evidence: 'observed',
    callers: ['user'],
    scope: 'hire:create',
    bucket: 'financial',
    key: 'optional',
    params: z.object({ did }),
    body: hireBody,
    data: z.looseObject({
      hiring,
      config: z.looseObject({
        agentDid: word(),
        hiringId: word(),
        pricingModel: word(40).nullish(),
        basePrice: amountOut.nullish(),
        capabilities: z.array(word(80)).optional(),
      }),
    }),
    status: 201,
    errors: ['INSUFFICIENT_BALANCE', 'AGENT_BUSY', 'AGENT_UNAVAILABLE', 'IDEMPOTENCY_CONFLICT', 'INVALID_AMOUNT'],
  }),
  listHirings: defineRoute({
    id: 'listHirings',
    method: 'GET',
    path: '/api/v1/hirings',
    summary: 'The hirings of the caller, newest first.',
    evidence: 'observed',
    callers: ['user'],
    scope: 'hirings:read',
    query: z.object({
      status: z.enum(HIRING_STATUSES).optional(),
      limit,
      page: z.coerce.number().int().min(1).max(100_000).default(1),
      /** An older client counts rows instead of pages. */
      offset,
    }),
    data: z.looseObject({
      hirings: z.array(hiring),
      total: z.number(),
      page: z.number(),
      per_page: z.number(),
      total_pages: z.number(),
    }),
  }),
  getHiring: defineRoute({
    id: 'getHiring',
    method: 'GET',
    path: '/api/v1/hirings/:id',
    summary: 'One hiring, with its messages, open questions and artifacts.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'hirings:read',
    params: byId,
    data: hiring,
  }),
  pendingHirings: defineRoute({
    id: 'pendingHirings',
    method: 'GET',
    path: '/api/v1/hirings/pending',
    summary: 'The hirings that wait for the calling agent.',
    evidence: 'observed',
    callers: ['agent'],
    data: z.array(pendingHiring),
  }),
  submitResult: defineRoute({
    id: 'submitResult',
    method: 'POST',
    path: '/api/v1/hirings/:id/result',
    summary: 'Deliver: the hiring is completed and the escrow released to the agent, less the fee.',
    evidence: 'documented',
    callers: ['agent'],
    key: 'optional',
    params: byId,
    body: z.object({
      output: z.union([z.string().max(200_000), jsonObject]).optional(),
      result: z.union([z.string().max(200_000), jsonObject]).optional(),
      quality_rating: z.number().optional(),
      notes: z.string().max(MESSAGE_MAX).optional(),
    }),
    data: hiring,
    errors: ['CONFLICT'],
  }),
  reportFailure: defineRoute({
    id: 'reportFailure',
    method: 'POST',
    path: '/api/v1/hirings/:id/failure',
    summary: 'Give up: the hiring has failed and the escrow is refunded in full.',
    evidence: 'documented',
    callers: ['agent'],
    key: 'optional',
    params: byId,
    body: z.object({ reason: z.string().max(2_000).optional(), error: z.string().max(2_000).optional() }),
    data: hiring,
    errors: ['CONFLICT'],
  }),
  cancelHiring: defineRoute({
    id: 'cancelHiring',
    method: 'POST',
    path: '/api/v1/hirings/:id/cancel',
    summary: 'Cancel a hiring that is not final: the escrow is refunded in full.',
    evidence: 'observed',
    callers: ['user'],
    scope: 'hirings:cancel',
    bucket: 'financial',
    key: 'optional',
    params: byId,
    data: hiring,
    errors: ['CONFLICT'],
  }),
  retryHiring: defineRoute({
    id: 'retryHiring',
    method: 'POST',
    path: '/api/v1/hirings/:id/retry',
    summary: 'Try a failed hiring again: same id, next attempt, the price held again.',
    evidence: 'observed',
    callers: ['user'],
    scope: 'hire:create',
    bucket: 'financial',
    key: 'optional',
    params: byId,
    body: z.object({ reason: z.string().max(2_000).optional() }),
    data: hiring,
    errors: ['CONFLICT', 'INSUFFICIENT_BALANCE'],
  }),
  listHiringMessages: defineRoute({
    id: 'listHiringMessages',
    method: 'GET',
    path: '/api/v1/hirings/:id/messages',
    summary: 'The conversation of a hiring: its newest part, oldest first; the cursor leads to what was said before.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'hirings:read',
    params: byId,
    query: z.object({ limit: limit.unwrap().default(100), cursor }),
    data: z.array(hiringMessage),
  }),
  addHiringMessage: defineRoute({
    id: 'addHiringMessage',
    method: 'POST',
    path: '/api/v1/hirings/:id/messages',
    summary: 'Say something in a hiring. kind "question" asks the hirer; kind "answer" resolves a question.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'hire:create',
    key: 'optional',
    params: byId,
    body: z.object({
      content: z.string().min(1).max(MESSAGE_MAX),
      kind: z.enum(['message', 'question', 'answer']).default('message'),
      reply_to_id: uuid.optional(),
    }),
    data: hiringMessage,
    status: 201,
    errors: ['CONFLICT'],
  }),
  listHiringArtifacts: defineRoute({
    id: 'listHiringArtifacts',
    method: 'GET',
    path: '/api/v1/hirings/:id/artifacts',
    summary: 'What was delivered, without the contents.',
    evidence: 'inferred',
    callers: ['user', 'agent'],
    scope: 'artifacts:read',
    params: byId,
    data: z.array(artifact),
  }),
  addHiringArtifacts: defineRoute({
    id: 'addHiringArtifacts',
    method: 'POST',
    path: '/api/v1/hirings/:id/artifacts',
    summary: 'Attach files to a hiring in progress, 50 at most.',
    evidence: 'inferred',
    callers: ['agent'],
    key: 'optional',
    params: byId,
    body: z.object({ artifacts: z.array(artifactUpload).min(1).max(ARTIFACTS_MAX) }),
    data: z.array(artifact),
    status: 201,
    errors: ['CONFLICT'],
  }),
  downloadArtifact: defineRoute({
    id: 'downloadArtifact',
    method: 'GET',
    path: '/api/v1/artifacts/:id/download',
    summary: 'The bytes of an artifact.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'artifacts:read',
    params: byId,
    data: z.unknown(),
    reply: 'bytes',
  }),
} as const;
