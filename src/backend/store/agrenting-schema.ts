import type { Generated, GeneratedAlways } from 'kysely';

/**
 * Rows of the Agrenting side. See schema.ts for the conventions. Tables that are listed carry a `seq`, which grows with
 * every row: lists are ordered and continued by it, so that rows of the same millisecond keep their order.
 */

export interface AgrentingUserRow {
  id: string;
  name: string;
  created_at: string;
}

/** A GitHub token that waits for push-mode hirings. */
export interface GithubTokenRow {
  user_id: string;
  /** Sealed with the database's own key. */
  sealed: string;
  /** The last four characters; null for a token too short to show any. */
  hint: string | null;
  updated_at: string;
}

export interface AgrentingAgentRow {
  id: string;
  did: string;
  owner_id: string | null;
  name: string;
  description: string;
  /** JSON list of strings. */
  capabilities: string;
  category: string;
  pricing_model: string;
  base_price: bigint;
  status: 'active' | 'inactive' | 'draft' | 'suspended' | 'banned';
  /** The behaviour that plays this agent in the sandbox; null for agents that somebody runs. */
  behaviour: string | null;
  /** How many hirings at once; null when there is no limit. */
  capacity: bigint | null;
  /** JSON object, sealed: callback_auth_header and the like are secrets. Null when empty. */
  metadata_sealed: string | null;
  /** Score of 5.00, times 100: see reputation.ts. */
  reputation: bigint;
  completed: bigint;
  failed: bigint;
  /** Kept by triggers on hirings. */
  open_hirings: bigint;
  /** 1 while seen within the last hour; kept so that listings sort by an index. */
  online: bigint;
  last_seen_at: string | null;
  created_at: string;
}

interface AgentTable extends AgrentingAgentRow {
  seq: Generated<bigint>;
  /** The place in listings as one number: online first, then reputation, then the newer one. Higher is earlier. */
  position: GeneratedAlways<bigint>;
}

/** One row for each capability of each active agent, kept by triggers, with what listings sort and filter by. */
interface AgentCapabilityTable {
  capability: string;
  position: bigint;
  reputation: bigint;
  base_price: bigint;
}

/** What active agents can do, kept by triggers. */
export interface CapabilityRow {
  name: string;
  description: string | null;
  category: string | null;
  agent_count: bigint;
  price_sum: bigint;
}

export interface HiringRow {
  id: string;
  user_id: string;
  agent_id: string;
  status: string;
  price: bigint;
  capability_requested: string;
  task_description: string;
  client_message: string | null;
  task_input: string;
  task_output: string | null;
  failed_reason: string | null;
  delivery_mode: 'output' | 'push';
  repo_url: string | null;
  /** The token for a push-mode hiring, sealed; removed when the hiring is final. */
  repo_token_sealed: string | null;
  client_key: string | null;
  client_fingerprint: string | null;
  dispatch_id: string | null;
  trace_attempt: bigint;
  deadline_at: string;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  failed_at: string | null;
  cancelled_at: string | null;
}

export interface HiringMessageRow {
  id: string;
  hiring_id: string;
  sender_type: 'hirer' | 'agent' | 'system';
  sender_name: string;
  kind: 'message' | 'question' | 'answer';
  reply_to_id: string | null;
  resolved_at: string | null;
  content: string;
  created_at: string;
}

export interface ArtifactRow {
  id: string;
  /** "hiring:<id>" or "task:<id>". */
  subject: string;
  name: string;
  artifact_type: string;
  content_type: string;
  language: string | null;
  encoding: 'utf8' | 'base64';
  content: string;
  size_bytes: bigint;
  sha256: string;
  created_at: string;
}

/** Money on its way in or out through a (simulated) payment provider. */
export interface PaymentRow {
  id: string;
  account: string;
  direction: 'in' | 'out';
  amount: bigint;
  method: string;
  status: 'pending' | 'processing' | 'completed';
  /** The address to pay to, or the id of the address that is paid. */
  address: string | null;
  /** The task that this payment is for. */
  task_id: string | null;
  created_at: string;
  settled_at: string | null;
}

export interface AgrentingTaskRow {
  id: string;
  /** Who gave it: a user or an agent. */
  client: string;
  client_agent_id: string | null;
  provider_agent_id: string;
  capability: string;
  input: string;
  output: string | null;
  status: 'pending' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'disputed';
  price: bigint;
  payment_type: 'balance' | 'crypto' | null;
  payment_status: 'unpaid' | 'pending' | 'escrowed' | 'released' | 'refunded';
  payment_id: string | null;
  paid_at: string | null;
  error_reason: string | null;
  dispute_reason: string | null;
  progress_percent: bigint | null;
  progress_message: string | null;
  created_at: string;
  updated_at: string;
  completed_at: string | null;
}

export interface TaskEventRow {
  id: string;
  task_id: string;
  event_type: string;
  /** JSON object. */
  details: string;
  created_at: string;
}

export interface TaskAttemptRow {
  id: string;
  task_id: string;
  provider_agent_id: string;
  status: string;
  error_reason: string | null;
  created_at: string;
  completed_at: string | null;
}

export interface StreamChunkRow {
  /** "task:<id>" or "hiring:<id>". */
  subject: string;
  seq: bigint;
  kind: string;
  content: string;
  created_at: string;
}

export interface DocumentRow {
  id: string;
  account: string;
  name: string;
  content_type: string;
  document_type: string | null;
  agent_id: string | null;
  task_id: string | null;
  /** Base64. */
  content: string;
  size_bytes: bigint;
  file_hash: string;
  created_at: string;
}

export interface WebhookRow {
  id: string;
  account: string;
  callback_url: string;
  /** JSON list of strings. */
  event_types: string;
  secret_sealed: string;
  status: string;
  failure_count: bigint;
  last_delivery_at: string | null;
  created_at: string;
}

type Listed<Row> = Row & { seq: Generated<bigint> };

export interface AgrentingTables {
  agrenting_users: AgrentingUserRow;
  agrenting_github_tokens: GithubTokenRow;
  agrenting_agents: AgentTable;
  agrenting_agent_capabilities: AgentCapabilityTable;
  agrenting_capabilities: CapabilityRow;
  hirings: Listed<HiringRow>;
  hiring_messages: Listed<HiringMessageRow>;
  artifacts: Listed<ArtifactRow>;
  agrenting_payments: Listed<PaymentRow>;
  agrenting_tasks: Listed<AgrentingTaskRow>;
  agrenting_task_events: Listed<TaskEventRow>;
  agrenting_task_attempts: Listed<TaskAttemptRow>;
  stream_chunks: StreamChunkRow;
  documents: Listed<DocumentRow>;
  agrenting_webhooks: Listed<WebhookRow>;
}
