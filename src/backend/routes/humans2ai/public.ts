import { api } from '../../../marketplaces/humans2ai/api.js';
import { counter, paginationView } from '../../domain/paging.js';
import { listTasks } from '../../domain/task-list.js';
import { implement } from '../../pipeline.js';
import { taskView } from './views.js';

export const publicRoutes = [
  implement(api.publicStats, async ({ tx }) => {
    const count = async (name: string) => Number(await counter(tx, `h2a:${name}`));
    return {
      agents: await count('users:agent'),
      humans: await count('users:human'),
      openTasks: await count('tasks:p|s=open'),
      completedTasks: await count('tasks:p|s=completed'),
    };
  }),
  implement(api.publicTasks, async ({ tx, query }) => {
    const { rows, total } = await listTasks(tx, { status: 'open', ...query });
    return { tasks: rows.map((row) => taskView(row, false)), pagination: paginationView(query, total) };
  }),
];
