import { api } from '../../../marketplaces/agrenting/api.js';
import { ApiError } from '../../api-error.js';
import { agentById } from '../../domain/agents.js';
import { taskById } from '../../domain/agrenting-tasks.js';
import { addArtifacts, artifactResponse, findArtifact, listArtifacts } from '../../domain/artifacts.js';
import { addMessage, listMessages } from '../../domain/hiring-messages.js';
import { findHiring } from '../../domain/hirings.js';
import { callerIn, implement } from '../../pipeline.js';
import type { Tx } from '../../store/schema.js';
import { pageOf } from './agents.js';
import { ownHiring } from './hirings.js';
import { artifactView, messageView } from './views.js';

/** What both sides say in a hiring, and the files that the agent delivers. */
export const deliveryRoutes = [
  implement(api.listHiringMessages, async (call) => {
    const hiring = await ownHiring(call.tx, call.params.id, callerIn(call));
    return pageOf(await listMessages(call.tx, hiring.id, call.query), messageView);
  }),

  implement(api.addHiringMessage, async (call) => {
    const { env, tx, params, body } = call;
    const caller = callerIn(call);
    const hiring = await ownHiring(tx, params.id, caller);
    const fromAgent = caller.kind === 'agent';
    const message = await addMessage(env, tx, hiring, {
      sender: fromAgent ? 'agent' : 'hirer',
      senderName: fromAgent ? (await agentById(tx, hiring.agent_id)).name : 'hirer',
      content: body.content,
      kind: body.kind,
      replyTo: body.reply_to_id,
    });
    return messageView(message);
  }),

  implement(api.listHiringArtifacts, async (call) => {
    const hiring = await ownHiring(call.tx, call.params.id, callerIn(call));
    return (await listArtifacts(call.tx, `hiring:${hiring.id}`)).map(artifactView);
  }),

  implement(api.addHiringArtifacts, async (call) => {
    const { env, tx, params, body } = call;
    const hiring = await ownHiring(tx, params.id, callerIn(call));
    if (hiring.status !== 'in_progress') {
      throw new ApiError('CONFLICT', 'Artifacts can be attached only while the hiring is in progress.');
    }
    return (await addArtifacts(env, tx, `hiring:${hiring.id}`, body.artifacts)).map(artifactView);
  }),

  implement(api.downloadArtifact, async (call) => {
    const artifact = await findArtifact(call.tx, call.params.id);
    if (!artifact || !(await takesPart(call.tx, artifact.subject, callerIn(call).account))) {
      throw new ApiError('NOT_FOUND', 'No artifact of yours has this id.');
    }
    return artifactResponse(artifact);
  }),
];

/** Whether an account is one of the two sides of a hiring or a task. */
async function takesPart(tx: Tx, subject: string, account: string): Promise<boolean> {
  const [kind, id = ''] = subject.split(':');
  if (kind === 'hiring') {
    const hiring = await findHiring(tx, id);
    return hiring?.user_id === account || hiring?.agent_id === account;
  }
  const task = await taskById(tx, id);
  return task?.client === account || task?.provider_agent_id === account;
}
