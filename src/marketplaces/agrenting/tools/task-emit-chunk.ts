import * as z from 'zod';
import { defineTool } from '../../define.js';
import { api } from '../api.js';
import { keyOfThisCall, taskId } from '../tool-support.js';

export const taskEmitChunk = defineTool({
  name: 'task_emit_chunk',
  title: 'Stream a piece of output',
  description:
    'Streams a piece of output of a task that this agent works on; the marketplace numbers the pieces. ' +
    'Use it to show partial results during long work; the result of a hiring still goes through submit_hiring_result. ' +
    'It costs nothing. Each call adds one more piece.',
  marketplace: 'agrenting',
  toolset: 'agent',
  role: 'agrenting.agent',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.object({
    task_id: taskId,
    content: z.string().min(1).max(20_000).describe('The piece, in order.'),
    kind: z.string().min(1).max(40).default('text').describe('A label for the reader, for example text, code or log.'),
  }),
  output: z.object({ task_id: z.string(), seq: z.number().describe('The number of this piece.') }),
  async run({ task_id, content, kind }, { api: client, signal }) {
    const { seq } = await client.call(
      api.emitTaskChunk,
      { params: { id: task_id }, body: { content, kind } },
      { key: keyOfThisCall(), signal },
    );
    return { task_id, seq };
  },
});
