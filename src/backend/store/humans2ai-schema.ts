import type { Generated } from 'kysely';
import type { TaskStatus } from '../../marketplaces/humans2ai/contract/replies.js';

/** Rows of the Humans2AI side. See schema.ts for the conventions. */

export interface Humans2aiUserRow {
  id: string;
  email: string;
  display_name: string;
  role: 'agent' | 'human' | 'admin';
  /** scrypt hash as "salt:hash"; null for accounts that cannot log in. */
  password: string | null;
  suspended: bigint;
  /** The behaviour that plays this person in the sandbox; null for accounts of somebody. */
  behaviour: string | null;
  created_at: string;
}

/** A refresh token is used once: another takes its place. */
export interface RefreshTokenRow {
  hash: string;
  user_id: string;
  /** When the password was last given; a refresh does not make a session fresh. */
  signed_in_at: string;
  expires_at: string;
}

export interface TaskRow {
  /** Order of creation. */
  seq: Generated<bigint>;
  id: string;
  agent_id: string;
  agent_name: string;
  human_id: string | null;
  status: TaskStatus;
  /** 1 once it was open to everybody; a task that never passed review stays hidden for ever. */
  live: bigint;
  title: string;
  description: string;
  category: string;
  budget: bigint;
  deadline: string;
  urgency: string;
  location: string | null;
  remote: bigint;
  /** JSON lists of strings. */
  requirements: string;
  skills_required: string;
  auto_approve: bigint;
  escrow_id: string;
  applicant_count: bigint;
  message_count: bigint;
  /** How often proof was submitted. */
  submission_version: bigint;
  submission_hash: string | null;
  rejection_reason: string | null;
  dispute_reason: string | null;
  /** How the budget was split, once it was paid out. */
  payout: bigint | null;
  fee: bigint | null;
  created_at: string;
  updated_at: string;
  assigned_at: string | null;
  submitted_at: string | null;
  completed_at: string | null;
  cancelled_at: string | null;
}

/** A combination of filters under which a task is listed. Kept by triggers. */
export interface TaskFacetRow {
  facet: string;
  seq: bigint;
}

export interface ApplicationRow {
  seq: Generated<bigint>;
  id: string;
  task_id: string;
  human_id: string;
  status: 'pending' | 'accepted' | 'rejected';
  message: string | null;
  applied_at: string;
}

export interface SubmissionRow {
  task_id: string;
  version: bigint;
  content: string;
  /** JSON list of URLs. */
  attachments: string;
  submitted_at: string;
}

export interface TaskMessageRow {
  seq: Generated<bigint>;
  id: string;
  task_id: string;
  sender_id: string;
  sender_role: string;
  content: string;
  created_at: string;
}

/** A confirmation token (hashed): good once, for one call of one tool by one account. */
export interface ConfirmationRow {
  token_hash: string;
  account: string;
  tool: string;
  /** SHA-256 of the canonical parameters. */
  params_hash: string;
  expires_at: string;
  used_at: string | null;
}

export interface Humans2aiWebhookRow {
  id: string;
  user_id: string;
  url: string;
  /** JSON list of event names. */
  events: string;
  active: bigint;
  secret_sealed: string;
  /** After a rotation the previous secret is good for one more hour. */
  previous_secret_sealed: string | null;
  previous_valid_until: string | null;
  created_at: string;
  updated_at: string;
}

/** A transfer in the history of one of its two sides. Kept by a trigger. */
export interface WalletTransactionRow {
  user_id: string;
  transfer_id: bigint;
  type: string;
}

export interface Humans2aiTables {
  h2a_users: Humans2aiUserRow;
  h2a_refresh_tokens: RefreshTokenRow;
  h2a_tasks: TaskRow;
  h2a_task_facets: TaskFacetRow;
  h2a_applications: ApplicationRow;
  h2a_submissions: SubmissionRow;
  h2a_messages: TaskMessageRow;
  h2a_confirmations: ConfirmationRow;
  h2a_webhooks: Humans2aiWebhookRow;
  h2a_transactions: WalletTransactionRow;
}
