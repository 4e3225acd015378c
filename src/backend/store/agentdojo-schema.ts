import type { Generated } from 'kysely';

/** Rows of the AgentDojo side. See schema.ts for the conventions. */

export interface DojoServerRow {
  id: Generated<bigint>;
  account: string;
  slug: string;
  name: string;
  description: string | null;
  is_active: bigint;
  /** Requests to its MCP endpoint. */
  request_count: bigint;
  last_used_at: string | null;
  created_at: string;
}

export interface DojoToolkitRow {
  id: string;
  account: string;
  name: string;
  description: string | null;
  created_at: string;
}

export interface DojoToolRow {
  /** Order of creation. */
  seq: Generated<bigint>;
  id: string;
  account: string;
  toolkit_id: string;
  name: string;
  display_name: string;
  description: string;
  /** What runs: see actors/dojo-functions.ts. */
  function_name: string;
  /** JSON Schema. */
  input_schema: string;
  dangerous: bigint;
  timeout_seconds: bigint;
  usage_count: bigint;
}

/** A tool that is offered by a server. */
export interface DojoServerToolRow {
  server_id: bigint;
  tool_id: string;
  /** As MCP lists it: the tool's own name, or with its toolkit's in front where that is taken. */
  name: string;
  is_active: bigint;
}

export interface DojoResourceRow {
  id: Generated<bigint>;
  account: string;
  server_id: bigint;
  uri: string;
  name: string;
  description: string | null;
  mime_type: string;
  text: string;
}

export interface DojoPromptRow {
  server_id: bigint;
  name: string;
  description: string;
  /** JSON list of {name, description, required}. */
  arguments: string;
  /** Its text, with {{name}} where an argument goes. */
  template: string;
}

export interface DojoSubscriptionRow {
  account: string;
  uri: string;
}

export interface AgentdojoTables {
  dojo_servers: DojoServerRow;
  dojo_toolkits: DojoToolkitRow;
  dojo_tools: DojoToolRow;
  dojo_server_tools: DojoServerToolRow;
  dojo_resources: DojoResourceRow;
  dojo_prompts: DojoPromptRow;
  dojo_subscriptions: DojoSubscriptionRow;
}
