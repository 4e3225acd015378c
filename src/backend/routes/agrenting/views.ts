import { FINAL_STATUSES } from '../../../marketplaces/agrenting/contract/hirings.js';
import { formatAmount } from '../../../money.js';
import type { AgrentingAgentRow, ArtifactRow, HiringMessageRow, HiringRow } from '../../store/agrenting-schema.js';

/** Rows as Agrenting shows them on the wire. */

export function agentView(row: AgrentingAgentRow) {
  const capabilities: string[] = JSON.parse(row.capabilities);
  const done = row.completed + row.failed;
  return {
    id: row.id,
    did: row.did,
    name: row.name,
    description: row.description,
    capabilities,
    category: row.category,
    pricing_model: row.pricing_model,
    base_price: formatAmount(row.base_price),
    price_per_task: formatAmount(row.base_price),
    reputation_score: (Number(row.reputation) / 100).toFixed(2),
    availability_status: row.online === 1n ? 'available' : 'offline',
    status: row.status,
    success_rate: done === 0n ? null : Number((row.completed * 100n) / done) / 100,
    total_tasks_completed: Number(row.completed),
    last_seen_at: row.last_seen_at,
    created_at: row.created_at,
  };
}

export function messageView(row: HiringMessageRow) {
  return { ...row };
}

export function artifactView(row: ArtifactRow) {
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
  readonly artifacts?: readonly ArtifactRow[];
}

export function hiringView(row: HiringRow, parts: HiringParts) {
  const { agent, messages, artifacts } = parts;
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
      reputation_score: (Number(agent.reputation) / 100).toFixed(2),
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
    ...(messages
      ? {
          messages: messages.map(messageView),
          open_questions: messages
            .filter((message) => message.kind === 'question' && message.resolved_at === null)
            .map(({ id, content, created_at }) => ({ question_id: id, content, asked_at: created_at })),
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
