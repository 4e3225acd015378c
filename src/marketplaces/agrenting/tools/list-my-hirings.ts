import * as z from 'zod';
import { defineTool } from '../../define.js';
import { api } from '../api.js';
import { HIRING_STATUSES } from '../contract/hirings.js';
import { listedHiring, listedHiringOf } from '../views.js';

export const listMyHirings = defineTool({
  name: 'list_my_hirings',
  title: 'List my hirings',
  description:
    'Lists your hirings on Agrenting, newest first, without their results and messages. ' +
    'Use it to find a hiring_id or to see what is still running, then get_hiring_status for one of them. Reads only.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    status: z.enum(HIRING_STATUSES).optional().describe('Only hirings with this status.'),
    limit: z.number().int().min(1).max(100).optional().describe('How many on a page; 20 when left out.'),
    page: z.number().int().min(1).max(100_000).optional().describe('From 1.'),
  }),
  output: z.object({
    hirings: z.array(listedHiring),
    page: z.number(),
    total_pages: z.number(),
    total: z.number(),
  }),
  async run(query, { api: client, signal }) {
    const { hirings, page, total_pages, total } = await client.call(api.listHirings, { query }, { signal });
    return { hirings: hirings.map(listedHiringOf), page, total_pages, total };
  },
});
