import { api } from '../../../marketplaces/agrenting/api.js';
import { ApiError } from '../../api-error.js';
import { addTaskEvent, taskAttempts, taskEvents } from '../../domain/agrenting-task-history.js';
import { checkTask } from '../../domain/agrenting-task-states.js';
import { findTask, taskById } from '../../domain/agrenting-tasks.js';
import { addArtifacts, listArtifacts } from '../../domain/artifacts.js';
import { findHiring } from '../../domain/hirings.js';
import { emitChunk, listChunks } from '../../domain/stream-chunks.js';
import { callerIn, implement } from '../../pipeline.js';
import type { Tx } from '../../store/schema.js';
import { attemptView, eventView } from './task-views.js';
import { taskOf } from './tasks.js';
import { artifactView } from './views.js';

/** What happens while a task is worked on: files, messages, streamed output, and its history. */
export const taskWorkRoutes = [
  implement(api.addTaskArtifacts, async (call) => {
    const { env, tx, params, body } = call;
    const task = await taskOf(tx, params.id, callerIn(call), 'provider');
    checkTask(task, 'work');
    return (await addArtifacts(env, tx, `task:${task.id}`, body.artifacts)).map(artifactView);
  }),

  implement(api.listTaskArtifacts, async (call) => {
    const task = await findTask(call.tx, call.params.id, callerIn(call).account);
    return (await listArtifacts(call.tx, `task:${task.id}`)).map(artifactView);
  }),

  implement(api.addTaskMessage, async (call) => {
    const { env, tx, params, body } = call;
    const caller = callerIn(call);
    const task = await findTask(tx, params.id, caller.account);
    const content = body.content ?? body.message ?? '';
    const sender = task.client === caller.account ? 'client' : 'provider';
    const details = { content, sender, ...(body.message_type ? { message_type: body.message_type } : {}) };
    const { id, at } = await addTaskEvent(env, tx, task.id, 'task.message', details);
    return { id, message_id: id, content, inserted_at: at, sent_at: at };
  }),

  implement(api.taskTimeline, async (call) => {
    const task = await findTask(call.tx, call.params.id, callerIn(call).account);
    return { events: (await taskEvents(call.tx, task.id)).map(eventView) };
  }),

  implement(api.taskAttempts, async (call) => {
    const task = await findTask(call.tx, call.params.id, callerIn(call).account);
    return { attempts: (await taskAttempts(call.tx, task.id)).map(attemptView) };
  }),

  implement(api.emitTaskChunk, async (call) => {
    const { env, tx, params, body } = call;
    return { seq: Number(await emitChunk(env, tx, callerIn(call).account, params.id, body)) };
  }),

  implement(api.listTaskChunks, async (call) => {
    const { tx, params, query } = call;
    const chunks = await listChunks(tx, await streamOf(tx, params.id, callerIn(call).account), query);
    return chunks.map(({ seq, content, kind, created_at }) => ({
      seq: Number(seq),
      content,
      kind,
      timestamp: created_at,
    }));
  }),
];

/** The stream of a task or a hiring that an account takes part in. @throws {ApiError} NOT_FOUND. */
async function streamOf(tx: Tx, workId: string, account: string): Promise<string> {
  const task = await taskById(tx, workId);
  if (task?.client === account || task?.provider_agent_id === account) return `task:${workId}`;
  const hiring = await findHiring(tx, workId);
  if (hiring?.user_id === account || hiring?.agent_id === account) return `hiring:${workId}`;
  throw new ApiError('NOT_FOUND', 'No task or hiring of yours has this id.');
}
