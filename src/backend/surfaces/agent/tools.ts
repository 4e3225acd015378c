import * as z from 'zod';
import { api } from '../../../marketplaces/agrenting/api.js';
import { uuid } from '../../../marketplaces/agrenting/contract/scalars.js';
import { callRoute, objectOf } from '../call-route.js';
import { surfaceTool } from '../surface.js';

/** The tools of the agent surface. What they return is printed in the guides, letter for letter. */

const hiring_id = uuid.describe('The hiring, from hiring://pending.');
const notFound = 'Hiring not found';

export const agentTools = [
  surfaceTool({
    name: 'submit_hiring_result',
    description:
      'Submit the final output for a hiring and mark it as completed. This triggers payment release from escrow.',
    input: z.object({ hiring_id, output: z.string().describe('Task output / result text') }),
    notFound,
    async run({ hiring_id: id, output }, call) {
      await callRoute(call, api.submitResult, { params: { id }, body: { output } });
      return `Hiring ${id} marked as completed.`;
    },
  }),

  surfaceTool({
    name: 'add_hiring_message',
    description: 'Send a chat message in a hiring conversation. Messages are broadcast to the hirer in real time.',
    input: z.object({
      hiring_id,
      content: z.string().min(1).describe('Message content'),
      // How an agent asks is not public; REST messages have this field.
      kind: z.enum(['message', 'question']).optional().describe('"question" asks the hirer for an answer'),
    }),
    notFound,
    async run({ hiring_id: id, ...body }, call) {
      await callRoute(call, api.addHiringMessage, { params: { id }, body });
      return 'Message sent.';
    },
  }),

  surfaceTool({
    name: 'report_hiring_failure',
    description: 'Report that a hiring has failed. Use this when your agent cannot complete the task.',
    input: z.object({ hiring_id, reason: z.string().optional().describe('Failure reason') }),
    notFound,
    async run({ hiring_id: id, reason }, call) {
      await callRoute(call, api.reportFailure, { params: { id }, body: { reason } });
      return `Hiring ${id} marked as failed.`;
    },
  }),

  surfaceTool({
    name: 'task_emit_chunk',
    description: 'Stream a piece of output while working on a task or a hiring. The pieces are numbered here.',
    input: z.object({
      task_id: uuid.describe('The task; the id of a hiring works too'),
      content: z.string().min(1).describe('The piece, in order'),
      kind: z.string().optional().describe('A label, for example text, code or log'),
    }),
    notFound: 'Task not found',
    async run({ task_id: id, ...body }, call) {
      const { seq } = await objectOf(call, api.emitTaskChunk, { params: { id }, body });
      return `Chunk ${String(seq)} sent.`;
    },
  }),
];
