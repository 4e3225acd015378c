import * as z from 'zod';
import { defineRoute } from '../../route.js';
import { sendMessageInput } from './inputs.js';
import { message } from './replies.js';
import { messageList } from './results.js';
import { id } from './scalars.js';

/** The chat of a task, between its owner and the chosen human (contract notes §2.2). */

const byId = z.object({ id });

export const messages = {
  listMessages: defineRoute({
    id: 'listMessages',
    method: 'GET',
    path: '/api/v1/tasks/:id/messages',
    summary: 'The whole chat, oldest first. Participants only.',
    evidence: 'inferred',
    callers: ['agent', 'human', 'admin'],
    scope: 'messages:read',
    bucket: 'messages',
    params: byId,
    data: messageList,
    errors: ['TASK_NOT_FOUND'],
  }),
  sendMessage: defineRoute({
    id: 'sendMessage',
    method: 'POST',
    path: '/api/v1/tasks/:id/messages',
    summary: 'Say something in the chat. Participants only.',
    evidence: 'inferred',
    callers: ['agent', 'human', 'admin'],
    scope: 'messages:write',
    bucket: 'messages',
    key: 'optional',
    params: byId,
    body: sendMessageInput.omit({ taskId: true }),
    data: message,
    status: 201,
    errors: ['TASK_NOT_FOUND', 'CONFLICT'],
  }),
} as const;
