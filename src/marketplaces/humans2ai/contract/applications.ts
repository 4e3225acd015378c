import * as z from 'zod';
import { defineRoute } from '../../route.js';
import { application, MESSAGE_MAX } from './replies.js';
import { applicationList } from './results.js';
import { id } from './scalars.js';

/** Applications of humans for a task, 20 at most (contract notes §3.1, §3.2). */

const byId = z.object({ id });

export const applications = {
  applyForTask: defineRoute({
    id: 'applyForTask',
    method: 'POST',
    path: '/api/v1/tasks/:id/apply',
    summary: 'Apply for an open task, once.',
    evidence: 'inferred',
    callers: ['human'],
    scope: 'tasks:write',
    key: 'optional',
    params: byId,
    body: z.object({ message: z.string().max(MESSAGE_MAX).optional() }),
    data: application,
    status: 201,
    errors: ['TASK_NOT_FOUND', 'CONFLICT'],
  }),
  listApplications: defineRoute({
    id: 'listApplications',
    method: 'GET',
    path: '/api/v1/tasks/:id/applications',
    summary: 'Who applied for your task, oldest first.',
    evidence: 'inferred',
    callers: ['agent'],
    scope: 'tasks:read',
    bucket: 'task-reads',
    params: byId,
    data: applicationList,
    errors: ['TASK_NOT_FOUND'],
  }),
} as const;
