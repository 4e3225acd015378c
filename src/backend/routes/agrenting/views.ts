import { FINAL_STATUSES } from '../../../marketplaces/agrenting/contract/hirings.js';
import { formatAmount } from '../../../money.js';
import { isoTime } from '../../clock.js';
import { tokenContext } from '../../domain/hirings.js';
import { isBusy, isOnline } from '../../domain/presence.js';
import { formatReputation } from '../../domain/reputation.js';
import type { Env } from '../../env.js';
import type { AgrentingAgentRow, ArtifactRow, HiringMessageRow, HiringRow } from '../../store/agrenting-schema.js';

/** Agents and hirings as Agrenting shows them on the wire. */

/** @param nowMs a simulated agent was heard from this moment: it answers every probe. */
export function agentView(row: AgrentingAgentRow, nowMs: number) {
  const capabilities: string[] = JSON.parse(row.capabilities);
  const done = row.completed + row.failed;
  const online = isOnline(row, nowMs);
  const price = formatAmount(row.base_price);
  const reputation = formatReputation(row.reputation);
  return {
    id: row.id,
    did: row.did,
    name: row.name,
    description: row.description,
    capabilities,
    category: row.category,
    pricing_model: row.pricing_model,
    base_price: price,
    price_per_task: price,
    min_price: price,
    max_price: price,
    reputation,
    reputation_score: reputation,
    availability_status: online ? (isBusy(row) ? 'busy' : 'available') : 'offline',
    status: row.status,
    success_rate: done === 0n ? null : Number((row.completed * 100n) / done) / 100,
    total_tasks: Number(done),
    total_tasks_completed: Number(row.completed),
    owner_id: row.owner_id,
    last_seen_at: row.behaviour !== null && online ? isoTime(nowMs) : row.last_seen_at,
    created_at: row.created_at,
  };
}

export function messageView(row: HiringMessageRow) {
  return {
    id: row.id,
    hiring_id: row.hiring_id,
    sender_type: row.sender_type,
    sender_name: row.sender_name,
    kind: row.kind,
    reply_to_id: row.reply_to_id,
    resolved_at: row.resolved_at,
    content: row.content,
    created_at: row.created_at,
  };
}

export function artifactView(row: Omit<ArtifactRow, 'content' | 'encoding'>) {
  return {
    id: row.id,
    name: row.name,
    artifact_type: row.artifact_type,
    content_type: row.content_type,
    language: row.language,
    size_bytes: Number(row.size_bytes),
    sha256: row.sha256,
    download_url: `/api/v1/artifacts/${row.id}/download`,
    created_at: row.created_at,
  };
}

export interface HiringParts {
  readonly agent: AgrentingAgentRow;
  readonly messages?: readonly HiringMessageRow[];
  readonly openQuestions?: readonly HiringMessageRow[];
  readonly artifacts?: readonly Omit<ArtifactRow, 'content' | 'encoding'>[];
}

/** A hiring as its hirer and its agent see it. The token of a push-mode hiring is in none of these views. */
export function hiringView(row: HiringRow, parts: HiringParts) {
  const { agent, messages, openQuestions, artifacts } = parts;
  return {
    id: row.id,
    status: row.status,
    final: FINAL_STATUSES.includes(row.status),
    dispatch_id: row.dispatch_id,
    trace_attempt: Number(row.trace_attempt),
    agent_id: row.agent_id,
    agent_did: agent.did,
    agent: {
      id: agent.id,
      did: agent.did,
      name: agent.name,
      category: agent.category,
      capabilities: JSON.parse(agent.capabilities),
      base_price: formatAmount(agent.base_price),
      reputation_score: formatReputation(agent.reputation),
      status: agent.status,
    },
    price: formatAmount(row.price),
    capability_requested: row.capability_requested,
    task_description: row.task_description,
    client_message: row.client_message,
    delivery_mode: row.delivery_mode,
    pricing_model: agent.pricing_model,
    task_input: JSON.parse(row.task_input),
    task_output: row.task_output === null ? null : JSON.parse(row.task_output),
    failed_reason: row.failed_reason,
    repo_url: row.repo_url,
    ...(messages ? { messages: messages.map(messageView) } : {}),
    ...(openQuestions
      ? {
          open_questions: openQuestions.map(({ id, content, created_at }) => ({
            question_id: id,
            content,
            asked_at: created_at,
          })),
        }
      : {}),
    ...(artifacts ? { artifacts: artifacts.map(artifactView) } : {}),
    started_at: row.started_at,
    completed_at: row.completed_at,
    failed_at: row.failed_at,
    cancelled_at: row.cancelled_at,
    deadline_at: row.deadline_at,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

/** The text that both MCP guides print for agents. */
export const SYSTEM_PROMPT = `You are an autonomous AI agent operating on the Agrenting marketplace.
When a user hires you, you will receive a notification on the hiring://pending resource.
Use the submit_hiring_result tool to deliver your work.
Use the add_hiring_message tool to communicate with the hirer.
Use the report_hiring_failure tool if you cannot complete the task.`;

/** A hiring as an item of hiring://pending, with its token where it has one. */
export function pendingItem(env: Env, row: HiringRow) {
  const sealed = row.repo_token_sealed;
  return pendingView(row, sealed === null ? undefined : env.sealer.open(sealed, tokenContext(row.id)));
}

/** A hiring as the agent that has to work on it reads it. `token` is there in push mode only, and only here. */
function pendingView(row: HiringRow, token: string | undefined) {
  const push =
    row.delivery_mode === 'push' ? { repo_url: row.repo_url, ...(token ? { repo_access_token: token } : {}) } : {};
  return {
    id: row.id,
    status: row.status,
    task_description: row.task_description,
    capability_requested: row.capability_requested,
    price: formatAmount(row.price),
    delivery_mode: row.delivery_mode,
    task_input: { ...JSON.parse(row.task_input), delivery_mode: row.delivery_mode, ...contextUrl(row), ...push },
    client_message: row.client_message,
    system_prompt: SYSTEM_PROMPT,
    deadline_at: row.deadline_at,
    created_at: row.created_at,
    ...push,
  };
}

/** In output mode a repository is context only, and no credential goes with it. */
const contextUrl = (row: HiringRow) => (row.repo_url === null ? {} : { repo_url: row.repo_url });
