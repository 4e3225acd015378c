import type { z } from 'zod';
import type { Hiring, HiringMessage, pendingHiring } from '../marketplaces/agrenting/contract/hirings.js';
import { amount, repoUrl } from '../marketplaces/agrenting/contract/scalars.js';
import { asObject } from '../marketplaces/envelope.js';
import { cleanDeep, cleanLabel } from '../untrusted.js';
import type { Variables } from './environment.js';

export type PendingHiring = z.output<typeof pendingHiring>;

/** What a program is given for one hiring. */
export interface Task {
  /** What is known of the hiring, but for secrets. */
  readonly facts: TaskFacts;
  /** One JSON object, for its stdin and nothing else: it holds text by a stranger, and in push mode a token. */
  readonly stdin: string;
  /** Typed facts, in forms that mean nothing to a shell or to an option parser. */
  readonly variables: Variables;
  /** What must not show up anywhere while the program runs. */
  readonly secrets: readonly string[];
}

export interface TaskFacts {
  readonly hiring_id: string;
  readonly run: number;
  readonly task_description: string;
  readonly capability: string | null;
  readonly price: string | null;
  readonly currency: string;
  readonly task_input: Readonly<Record<string, unknown>>;
  readonly client_message: string | null;
  readonly deadline_at: string | null;
  readonly created_at: string | null;
  readonly delivery_mode: string;
  readonly repo_url: string | null;
  readonly messages: readonly ReturnType<typeof messageOf>[];
  readonly answers: ReturnType<typeof answersOf>;
}

const TOKEN = 'repo_access_token';

/**
 * @param item the hiring as it is listed for its agent: the only place where a push-mode token is.
 * @param hiring the same hiring with its conversation, when the marketplace shows it to agents.
 * @param run 1 for the first run.
 */
export function taskOf(item: PendingHiring, hiring: Hiring | undefined, run: number): Task {
  // In push mode the marketplace repeats the token inside the input; one place is enough.
  const { [TOKEN]: repeated, ...input } = asObject(item.task_input) ?? {};
  const push = item.delivery_mode === 'push';
  const token = item.repo_access_token ?? (typeof repeated === 'string' ? repeated : undefined);
  const repo = item.repo_url ?? hiring?.repo_url ?? undefined;
  const facts: TaskFacts = {
    hiring_id: item.id,
    run,
    task_description: item.task_description,
    capability: item.capability_requested ?? null,
    price: item.price ?? null,
    currency: 'USD',
    task_input: asObject(cleanDeep(input)) ?? {},
    client_message: item.client_message ?? null,
    deadline_at: item.deadline_at ?? null,
    created_at: item.created_at ?? null,
    delivery_mode: item.delivery_mode ?? 'output',
    repo_url: repo ?? null,
    messages: (hiring?.messages ?? []).map(messageOf),
    answers: answersOf(hiring?.messages ?? []),
  };
  const secret = push && token !== undefined ? { [TOKEN]: token } : {};
  return {
    facts,
    stdin: `${JSON.stringify({ ...facts, ...secret })}\n`,
    variables: {
      HIREWIRE_HIRING_ID: plain(item.id),
      HIREWIRE_CAPABILITY: plain(item.capability_requested ?? ''),
      HIREWIRE_PRICE: priceOf(item.price),
      HIREWIRE_DEADLINE_AT: timeOf(item.deadline_at),
      HIREWIRE_DELIVERY_MODE: push ? 'push' : 'output',
      HIREWIRE_REPO_URL: repoUrl.safeParse(repo).data ?? '',
    },
    secrets: token === undefined ? [] : [token],
  };
}

const messageOf = (message: HiringMessage) => ({
  from: message.sender_type ?? 'unknown',
  kind: message.kind ?? 'message',
  content: message.content,
  at: message.created_at ?? null,
});

/** What the hirer answered so far, each with its question. */
function answersOf(messages: readonly HiringMessage[]) {
  return messages
    .filter(({ kind }) => kind === 'answer')
    .map((answer) => ({
      question_id: answer.reply_to_id ?? null,
      question: messages.find(({ id }) => id === answer.reply_to_id)?.content ?? null,
      content: answer.content,
      at: answer.created_at ?? null,
    }));
}

/** One short line of letters, digits and harmless punctuation that does not begin like an option. */
const plain = (text: string): string =>
  cleanLabel(text, 100)
    .replace(/[^\p{L}\p{N} _.:+-]/gu, '_')
    .replace(/^[-\s]+/, '');

/** The price as a plain decimal; empty when the marketplace states it otherwise. */
export const priceOf = (price: string | null | undefined): string => amount.safeParse(price).data ?? '';

function timeOf(text: string | null | undefined): string {
  const ms = deadlineOf(text);
  return ms === undefined ? '' : new Date(ms).toISOString();
}

/** Milliseconds since the epoch; undefined when there is no deadline, or none that can be read. */
export function deadlineOf(text: string | null | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
