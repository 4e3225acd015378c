import * as z from 'zod';
import { defineRoute } from '../../route.js';
import { taskList } from './results.js';
import { maybe, queryLimit, queryPage } from './scalars.js';

/** What anybody may see (contract notes §2.2, from the tag texts). */
export const publicRoutes = {
  publicStats: defineRoute({
    id: 'publicStats',
    method: 'GET',
    path: '/api/v1/public/stats',
    summary: 'Counts for a homepage.',
    evidence: 'inferred',
    callers: [],
    data: z.looseObject({
      agents: maybe(z.number()),
      humans: maybe(z.number()),
      openTasks: maybe(z.number()),
      completedTasks: maybe(z.number()),
    }),
  }),
  publicTasks: defineRoute({
    id: 'publicTasks',
    method: 'GET',
    path: '/api/v1/public/tasks',
    summary: 'Open tasks, newest first.',
    evidence: 'inferred',
    callers: [],
    query: z.object({ limit: queryLimit, page: queryPage }),
    data: taskList,
  }),
} as const;
