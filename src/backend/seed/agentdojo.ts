import { demo } from '../credentials.js';
import { createResource } from '../domain/dojo-resources.js';
import { offerTool } from '../domain/dojo-server-tools.js';
import { createServer } from '../domain/dojo-servers.js';
import { createToolkit } from '../domain/dojo-toolkits.js';
import { createTool } from '../domain/dojo-tools.js';
import type { Env } from '../env.js';
import type { Tx } from '../store/schema.js';

const MESSAGE = { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] };
const TEXT = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };

/** The server of AgentDojo's protocol reference, word for word, and a toolkit that is on no server yet. */
export async function seedAgentdojo(env: Env, tx: Tx): Promise<void> {
  const account = demo.agentdojo;
  const toolOf = (toolkit_id: string, name: string, description: string, input_schema: object) =>
    createTool(env, tx, account, {
      toolkit_id,
      name,
      description,
      function_name: name.replaceAll('-', '_'),
      input_schema,
      dangerous: false,
      timeout_seconds: 30,
    });

  const { row: server } = await createServer(env, tx, account, { name: 'my-server', slug: demo.agentdojoSlug });
  const notifications = await createToolkit(env, tx, account, { name: 'notifications' });
  await offerTool(tx, server, await toolOf(notifications.id, 'send-notification', 'Send a push notification', MESSAGE));
  await createResource(tx, server, {
    uri: 'db://users',
    name: 'User Directory',
    description: 'Read-only user data',
    mimeType: 'application/json',
    text: '[{"id": 1, "name": "Alice"}]',
  });
  await tx
    .insertInto('dojo_prompts')
    .values({
      server_id: server.id,
      name: 'summarize-topic',
      description: 'Summarize a topic in a style',
      arguments: JSON.stringify([
        { name: 'topic', description: 'The topic to summarize', required: true },
        { name: 'style', description: 'The writing style', required: true },
      ]),
      template: 'Summarize the following {{topic}} in {{style}} style.',
    })
    .execute();

  const text = await createToolkit(env, tx, account, { name: 'text', description: 'Work on texts' });
  await toolOf(text.id, 'summarize-text', 'Summarize a text in one line', TEXT);
  await toolOf(text.id, 'count-words', 'Count the words of a text', TEXT);
}
