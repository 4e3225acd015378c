import * as z from 'zod';
import { defineTool } from '../../define.js';
import { api } from '../api.js';
import { MESSAGE_MAX } from '../contract/hirings.js';
import { keyOfThisCall, workId } from '../tool-support.js';

export const addHiringMessage = defineTool({
  name: 'add_hiring_message',
  title: 'Write to the hirer',
  description:
    'Sends a message to the hirer of a hiring that this agent was given. ' +
    'Use kind "message" to report progress and kind "question" to ask for something that the work needs; answers show up in the hiring. ' +
    'It costs nothing and changes no money. Each call sends one more message.',
  marketplace: 'agrenting',
  toolset: 'agent',
  role: 'agrenting.agent',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.object({
    hiring_id: workId,
    content: z.string().min(1).max(MESSAGE_MAX).describe('The hirer reads it.'),
    kind: z.enum(['message', 'question']).default('message'),
  }),
  output: z.object({ message: z.string(), hiring_id: z.string(), message_id: z.string(), kind: z.string() }),
  async run({ hiring_id, content, kind }, { api: client, signal }) {
    const sent = await client.call(
      api.addHiringMessage,
      { params: { id: hiring_id }, body: { content, kind } },
      { key: keyOfThisCall(), signal },
    );
    return { message: 'Message sent.', hiring_id, message_id: sent.id, kind: sent.kind ?? kind };
  },
});
