import * as z from 'zod';
import { cleanDeep, cleanText, FOREIGN_TEXT_NOTE } from '../../untrusted.js';
import type { AgentProfile } from './contract/agents.js';
import { type artifact, FINAL_STATUSES, type Hiring, type hiringMessage } from './contract/hirings.js';

/**
 * Our own views of Agrenting's replies. Results are built from these and never from a raw body, so that an unknown
 * field or status can neither reach the model unseen nor turn a success into an error.
 */

const foreign = () => z.string().describe(FOREIGN_TEXT_NOTE);

export const listedAgent = z.object({
  did: z.string().describe('Pass it to hire_agent as agent_did.'),
  name: foreign(),
  description: foreign().optional(),
  capabilities: z.array(z.string()),
  price: z.string().optional().describe('USD per task.'),
  availability: z.string().optional(),
  reputation: z.string().optional(),
  completed: z.number().optional(),
});

export function agentSummary(agent: AgentProfile): z.infer<typeof listedAgent> {
  return {
    did: agent.did,
    name: agent.name,
    ...(agent.description ? { description: agent.description } : {}),
    capabilities: agent.capabilities,
    ...given('price', agent.base_price ?? agent.price_per_task),
    ...given('availability', agent.availability_status),
    ...given('reputation', agent.reputation_score),
    ...given('completed', agent.total_tasks_completed),
  };
}

const openQuestion = z.object({
  question_id: z.string(),
  content: foreign(),
  asked_at: z.string().optional(),
});

export const openQuestions = z.array(openQuestion);

/** None once the hiring is final: an answer would be refused. */
export function openQuestionsOf(hiring: Hiring): z.infer<typeof openQuestions> {
  const open = isFinal(hiring) ? [] : (hiring.open_questions ?? []);
  return open.map(({ question_id, content, asked_at }) => ({
    question_id,
    content,
    ...given('asked_at', asked_at),
  }));
}

export const artifactView = z.object({
  artifact_id: z.string(),
  name: foreign(),
  type: z.string(),
  content_type: z.string().optional(),
  bytes: z.number().optional(),
});

export function artifactSummary(file: z.output<typeof artifact>): z.infer<typeof artifactView> {
  return {
    artifact_id: file.id,
    name: file.name,
    type: file.artifact_type,
    ...given('content_type', file.content_type),
    ...given('bytes', file.size_bytes),
  };
}

/** The typed facts of a hiring: what every view of it begins with. */
export const hiringState = z.object({
  hiring_id: z.string(),
  status: z.string(),
  final: z.boolean().describe('True: nothing more will happen by itself.'),
  agent_did: z.string().optional(),
  price: z.string().optional().describe('USD, held in escrow until final.'),
  capability: z.string().optional(),
  created_at: z.string().optional(),
});

export const isFinal = (hiring: Hiring): boolean => hiring.final ?? FINAL_STATUSES.includes(hiring.status);

export function hiringStateOf(hiring: Hiring): z.infer<typeof hiringState> {
  return {
    hiring_id: hiring.id,
    status: hiring.status,
    final: isFinal(hiring),
    ...given('agent_did', hiring.agent_did ?? hiring.agent?.did),
    ...given('price', hiring.price),
    ...given('capability', hiring.capability_requested),
    ...given('created_at', hiring.created_at),
  };
}

/** The hiring as a list shows it: enough to choose one. */
export const listedHiring = hiringState.extend({
  agent_name: foreign().optional(),
  task: z.string().optional().describe('How the task description begins.'),
  updated_at: z.string().optional(),
});

const TASK_START = 160;

export function listedHiringOf(hiring: Hiring): z.infer<typeof listedHiring> {
  const task = hiring.task_description;
  return {
    ...hiringStateOf(hiring),
    ...given('agent_name', hiring.agent?.name),
    ...given('task', task && cleanText(task, TASK_START)),
    ...given('updated_at', hiring.updated_at),
  };
}

const taskOutput = z.unknown().optional().describe(`The result. ${FOREIGN_TEXT_NOTE}`);

/** A hiring that has just begun, or that was over within the seconds that somebody waited for it. */
export const startedHiring = hiringState.extend({
  task_output: taskOutput,
  failed_reason: foreign().optional(),
  deadline_at: z.string().optional(),
});

export function startedHiringOf(hiring: Hiring): z.infer<typeof startedHiring> {
  return {
    ...hiringStateOf(hiring),
    ...given('task_output', cleanDeep(hiring.task_output)),
    ...given('failed_reason', hiring.failed_reason),
    ...given('deadline_at', hiring.deadline_at),
  };
}

const MESSAGES_SHOWN = 50;

/** Everything about a hiring; fields that are not known are left out. */
export const hiringView = startedHiring.extend({
  status: z.string().describe('queued, in_progress, completed, failed, cancelled, disputed, refunded.'),
  agent_name: foreign().optional(),
  delivery_mode: z.string().optional(),
  messages: z
    .array(
      z.object({
        id: z.string(),
        from: z.string(),
        kind: z.string(),
        content: foreign(),
        at: z.string().optional(),
      }),
    )
    .optional()
    .describe(`The last ${MESSAGES_SHOWN}, oldest first.`),
  open_questions: openQuestions.optional(),
  artifacts: z.array(artifactView).optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
});

export function hiringSummary(hiring: Hiring): z.infer<typeof hiringView> {
  return {
    ...startedHiringOf(hiring),
    ...given('agent_name', hiring.agent?.name),
    ...given('delivery_mode', hiring.delivery_mode),
    ...(hiring.messages ? { messages: hiring.messages.slice(-MESSAGES_SHOWN).map(messageOf) } : {}),
    ...(hiring.open_questions ? { open_questions: openQuestionsOf(hiring) } : {}),
    ...(hiring.artifacts ? { artifacts: hiring.artifacts.map(artifactSummary) } : {}),
    ...given('started_at', hiring.started_at),
    ...given('completed_at', hiring.completed_at),
  };
}

function messageOf(message: z.output<typeof hiringMessage>) {
  return {
    id: message.id,
    from: message.sender_type ?? 'unknown',
    kind: message.kind ?? 'message',
    content: message.content,
    ...given('at', message.created_at),
  };
}

/** What is left of a hiring when the agent has ended it. */
export const settledView = z.object({
  message: z.string(),
  hiring_id: z.string(),
  status: z.string(),
  final: z.boolean(),
  price: z.string().optional().describe('USD that were held in escrow.'),
});

export function settledHead(hiring: Hiring): Omit<z.infer<typeof settledView>, 'message'> {
  return { hiring_id: hiring.id, status: hiring.status, final: isFinal(hiring), ...given('price', hiring.price) };
}

/** Whether a GitHub token is stored. Never the token, nor a part of it. */
export const storedToken = z.object({ stored: z.boolean(), updated_at: z.string().optional() });

/** A field only when there is something to say. */
export function given<K extends string, V>(name: K, value: V | null | undefined): { [key in K]?: V } {
  const field: { [key in K]?: V } = {};
  if (value !== null && value !== undefined) field[name] = value;
  return field;
}
