/** Rows of the Agrenting side. See schema.ts for the conventions. */

export interface AgrentingUserRow {
  id: string;
  name: string;
  /** The stored GitHub token, sealed with the database's own key; null when none is stored. */
  github_token_sealed: string | null;
  created_at: string;
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
  /** JSON object: callback_url and the like. */
  metadata: string;
  /** Average rating times 100; starts at 500 of 500 halfway, see reputation.ts. */
  reputation: bigint;
  completed: bigint;
  failed: bigint;
  /** 1 while seen within the last hour; kept so that listings sort by an index. */
  online: bigint;
  last_seen_at: string | null;
  created_at: string;
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
  /** 'utf8' or 'base64'. */
  encoding: string;
  content: string;
  size_bytes: bigint;
  sha256: string;
  created_at: string;
}

export interface AgrentingTables {
  agrenting_users: AgrentingUserRow;
  agrenting_agents: AgrentingAgentRow;
  hirings: HiringRow;
  hiring_messages: HiringMessageRow;
  artifacts: ArtifactRow;
}
