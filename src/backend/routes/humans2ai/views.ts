import { amountToJson } from '../../../money.js';
import type { Registered } from '../../domain/accounts.js';
import { type Application, MAX_APPLICATIONS } from '../../domain/applications.js';
import { withoutInstructions } from '../../domain/prompt-filter.js';
import type { Session } from '../../domain/sessions.js';
import type { Task } from '../../domain/task-record.js';
import type { WalletState, WalletTransaction } from '../../domain/wallet.js';
import type {
  Humans2aiUserRow,
  Humans2aiWebhookRow,
  SubmissionRow,
  TaskMessageRow,
} from '../../store/humans2ai-schema.js';
import type { AuditRow } from '../../store/operate-schema.js';
import type { CredentialRow } from '../../store/schema.js';

/** Rows as Humans2AI shows them on the wire. Fields that do not apply are left out, as in the documents' samples. */

const list = (json: string): string[] => JSON.parse(json);
const when = <T>(value: T | null, field: string): Record<string, T> => (value === null ? {} : { [field]: value });

/** Fields that a human wrote, cleaned for an agent and marked when something was taken out; for people as they are. */
function written(fields: Readonly<Record<string, string | null>>, forAgent: boolean): Record<string, string | true> {
  const given = Object.entries(fields).flatMap(([name, text]) => (text === null ? [] : [[name, text] as const]));
  if (!forAgent) return Object.fromEntries(given);
  const cleaned = given.map(([name, text]) => [name, withoutInstructions(text)] as const);
  const sanitized = cleaned.some(([, { changed }]) => changed);
  return {
    ...Object.fromEntries(cleaned.map(([name, { text }]) => [name, text])),
    ...(sanitized ? { sanitized: true as const } : {}),
  };
}

/** What everybody may know of a task. */
function publicTask(row: Task) {
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    category: row.category,
    status: row.status,
    budget: amountToJson(row.budget),
    deadline: row.deadline,
    urgency: row.urgency,
    ...when(row.location, 'location'),
    remote: row.remote === 1n,
    requirements: list(row.requirements),
    skillsRequired: list(row.skills_required),
    autoApprove: row.auto_approve === 1n,
    escrowId: row.escrow_id,
    agentId: row.agent_id,
    agentName: row.agent_name,
    ...(row.human_id === null ? {} : { humanId: row.human_id, humanDisplayId: row.human_id }),
    applicantCount: Number(row.applicant_count),
    maxApplications: MAX_APPLICATIONS,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...when(row.assigned_at, 'assignedAt'),
    ...when(row.submitted_at, 'submittedAt'),
    ...when(row.completed_at, 'completedAt'),
    ...when(row.cancelled_at, 'cancelledAt'),
  };
}

/**
 * A task; its participants also see what passed between them.
 * @param forAgent whether an agent reads it: then what the human wrote is cleaned.
 */
export function taskView(row: Task, participant: boolean, submission?: SubmissionRow, forAgent = false) {
  if (!participant) return publicTask(row);
  return {
    ...publicTask(row),
    ...when(row.rejection_reason, 'rejectionReason'),
    ...written({ disputeReason: row.dispute_reason }, forAgent),
    submissionVersion: Number(row.submission_version),
    ...when(row.submission_hash, 'submissionHash'),
    ...(submission
      ? {
          submission: {
            ...written({ content: submission.content }, forAgent),
            attachments: list(submission.attachments).map((link) => (forAgent ? withoutInstructions(link).text : link)),
            submittedAt: submission.submitted_at,
            version: Number(submission.version),
          },
        }
      : {}),
    ...(row.payout === null ? {} : { payment: paymentView(row) }),
  };
}

export const paymentView = (row: Task) => ({
  humanPayout: amountToJson(row.payout ?? 0n),
  platformFee: amountToJson(row.fee ?? 0n),
  total: amountToJson(row.budget),
  ...when(refundedOf(row), 'refunded'),
});

/** What went back of a budget that was split. */
function refundedOf(row: Task): number | null {
  const rest = row.budget - (row.payout ?? 0n) - (row.fee ?? 0n);
  return row.payout !== null && rest > 0n ? amountToJson(rest) : null;
}

export const applicationView = (row: Application, forAgent: boolean) => ({
  id: row.id,
  taskId: row.task_id,
  humanId: row.human_id,
  humanDisplayId: row.human_id,
  status: row.status,
  ...written({ message: row.message }, forAgent),
  appliedAt: row.applied_at,
});

export const messageView = (row: Omit<TaskMessageRow, 'seq'>, forAgent: boolean) => ({
  id: row.id,
  taskId: row.task_id,
  senderId: row.sender_id,
  senderRole: row.sender_role,
  content: row.content,
  ...written({ content: row.content }, forAgent && row.sender_role === 'human'),
  createdAt: row.created_at,
});

export const transactionView = (row: WalletTransaction) => ({
  id: `tx_${row.id}`,
  type: row.type,
  amount: amountToJson(row.amount),
  ...(row.subject.startsWith('task:') ? { taskId: row.subject.slice('task:'.length) } : {}),
  ...when(row.escrow_id, 'escrowId'),
  createdAt: row.created_at,
});

export const walletView = (state: WalletState, recent: readonly WalletTransaction[], currency: string) => ({
  balance: amountToJson(state.balance),
  frozenBalance: amountToJson(state.frozen),
  totalEarned: amountToJson(state.earned),
  totalSpent: amountToJson(state.spent),
  currency,
  recentTransactions: recent.map(transactionView),
});

export const userView = (row: Humans2aiUserRow, balance: bigint) => ({
  id: row.id,
  email: row.email,
  role: row.role,
  displayName: row.display_name,
  balance: amountToJson(balance),
  createdAt: row.created_at,
});

export const adminUserView = (row: Humans2aiUserRow) => ({
  id: row.id,
  role: row.role,
  displayName: row.display_name,
  suspended: row.suspended !== 0n,
  createdAt: row.created_at,
});

export const sessionView = (session: Session) => ({
  idToken: session.idToken,
  refreshToken: session.refreshToken,
  // Firebase states seconds as text.
  expiresIn: String(session.expiresInSeconds),
});

export const newKeyView = (apiKey: Registered['apiKey'], permissions: readonly string[]) => ({
  key: apiKey.secret,
  id: apiKey.id,
  permissions: [...permissions],
});

export const apiKeyView = (row: CredentialRow) => ({
  id: row.id,
  name: row.name,
  hint: `…${row.hint}`,
  permissions: row.scopes.split(' ').filter(Boolean),
  ...(row.allowed_ips === null ? {} : { allowedIps: list(row.allowed_ips) }),
  ...when(row.expires_at, 'expiresAt'),
  createdAt: row.created_at,
});

export const webhookView = (row: Humans2aiWebhookRow) => ({
  id: row.id,
  url: row.url,
  events: list(row.events),
  active: row.active === 1n,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const auditView = (row: AuditRow) => ({
  seq: Number(row.seq),
  at: row.at,
  marketplace: row.marketplace,
  action: row.action,
  method: row.method,
  path: row.path,
  ...when(row.target, 'target'),
  ...when(row.actor, 'actor'),
  ...when(row.role, 'role'),
  ...when(row.via, 'via'),
  ...when(row.credential, 'credentialId'),
  address: row.address,
  status: Number(row.status),
  ...when(row.error, 'error'),
  replayed: row.replayed === 1n,
  hash: row.hash,
  previousHash: row.prev,
});
