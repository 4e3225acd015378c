import { defineTool } from '../../define.js';
import { tools } from '../api.js';
import { callTool } from '../client.js';
import { sendMessageInput } from '../contract/inputs.js';
import { messageView, shown } from '../views.js';

export const sendMessage = defineTool({
  name: 'send_message',
  title: 'Send a message',
  description:
    'Sends a message to the human in the chat of a task on Humans2AI. ' +
    'Use it to answer a question or to give details; only participants of the task can write. ' +
    'It is free. It cannot be taken back, and calling it twice sends it twice: never write secrets into it.',
  marketplace: 'humans2ai',
  toolset: 'tasks',
  role: 'humans2ai.agent',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  input: sendMessageInput.extend({ content: sendMessageInput.shape.content.describe('What to say.') }),
  output: messageView,
  async run(args, { api, signal }) {
    return shown(messageView, await callTool(api, tools.send_message, args, { signal }));
  },
});
