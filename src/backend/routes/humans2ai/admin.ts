import { api } from '../../../marketplaces/humans2ai/api.js';
import { listUsers, setSuspended } from '../../domain/accounts.js';
import { auditHead, listAudit } from '../../domain/audit-log.js';
import { declineTask, openTask, ruleTask } from '../../domain/task-moves.js';
import { callerIn, implement } from '../../pipeline.js';
import { visibleTask } from './access.js';
import { adminUserView, auditView, taskView } from './views.js';

export const adminRoutes = [
  implement(api.approveReview, async (call) => {
    const task = await visibleTask(call.tx, call.params.id, callerIn(call));
    return taskView(await openTask(call.env, call.tx, task), true);
  }),
  implement(api.declineReview, async (call) => {
    const task = await visibleTask(call.tx, call.params.id, callerIn(call));
    return taskView(await declineTask(call.env, call.tx, task), true);
  }),
  implement(api.ruleDispute, async (call) => {
    const task = await visibleTask(call.tx, call.params.id, callerIn(call));
    return taskView(await ruleTask(call.env, call.tx, task, call.body), true);
  }),
  implement(api.listUsers, async ({ tx, query: { limit, after } }) => {
    const rows = await listUsers(tx, limit + 1, after);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { users: page.map(adminUserView), ...(rows.length > limit && last ? { nextAfter: last.id } : {}) };
  }),
  implement(api.suspendUser, async (call) => adminUserView(await setSuspended(call.tx, call.params.id, true))),
  implement(api.reinstateUser, async (call) => adminUserView(await setSuspended(call.tx, call.params.id, false))),
  implement(api.listAuditLogs, async ({ tx, query }) => {
    const { limit, before, actor, action } = query;
    const from = before === undefined ? undefined : BigInt(before);
    const rows = await listAudit(tx, { limit: limit + 1, before: from, actor, action });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const head = await auditHead(tx);
    return {
      logs: page.map(auditView),
      ...(rows.length > limit && last ? { nextBefore: Number(last.seq) } : {}),
      head: { seq: Number(head.seq), hash: head.hash },
    };
  }),
];
