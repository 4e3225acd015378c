import { randomUUID } from 'node:crypto';
import { createAdaptorServer } from '@hono/node-server';
import { Server, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';

/**
 * The server that the suite expects, as far as its features can come through a mount: Hirewire mounts it, so that the suite
 * sees whether what another server offers and answers comes through as it is.
 */

/** A red point. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
/** The header of a sound without samples. */
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const text = (value) => ({ type: 'text', text: value });
const image = { type: 'image', data: PNG, mimeType: 'image/png' };
const resource = (uri, value) => ({ type: 'resource', resource: { uri, mimeType: 'text/plain', text: value } });
const NO_ARGUMENTS = { type: 'object', properties: {} };

const ADDRESS = { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } };
const DIALECT = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: { address: ADDRESS },
  properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
  additionalProperties: false,
};

/** By name: what a call returns. */
const TOOLS = {
  test_simple_text: async () => [text('This is a simple text response for testing.')],
  test_image_content: async () => [image],
  test_audio_content: async () => [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  test_embedded_resource: async () => [resource('test://embedded-resource', 'What is in it.')],
  test_multiple_content_types: async () => [text('Several:'), image, resource('test://mixed', 'One of them.')],
  test_tool_with_progress: async ({ _meta, notify }) => {
    const { progressToken } = _meta ?? {};
    for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
      await notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
    }
    return [text('Done.')];
  },
  test_error_handling: async () => {
    throw new Error('This tool always fails.');
  },
  json_schema_2020_12_tool: async () => [text('It takes an address.')],
};

const RESOURCES = {
  'test://static-text': { mimeType: 'text/plain', text: 'A text that stays as it is.' },
  'test://static-binary': { mimeType: 'image/png', blob: PNG },
  'test://watched-resource': { mimeType: 'text/plain', text: 'A text that is watched.' },
};

const user = (content) => ({ role: 'user', content });
const PROMPTS = {
  test_simple_prompt: { names: [], make: () => [user(text('A prompt without arguments.'))] },
  test_prompt_with_arguments: {
    names: ['arg1', 'arg2'],
    make: ({ arg1, arg2 }) => [user(text(`A prompt with arg1='${arg1}' and arg2='${arg2}'.`))],
  },
  test_prompt_with_embedded_resource: {
    names: ['resourceUri'],
    make: ({ resourceUri }) => [user(resource(resourceUri, 'What is in it.')), user(text('Look at it.'))],
  },
  test_prompt_with_image: { names: [], make: () => [user(image), user(text('Look at it.'))] },
};

function createServer() {
  const capabilities = { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {} };
  const server = new Server({ name: 'conformance-test-server', version: '1.0.0' }, { capabilities });
  server.setRequestHandler('tools/list', async () => ({
    tools: Object.keys(TOOLS).map((name) => ({
      name,
      description: `${name} of the conformance suite`,
      inputSchema: name.startsWith('json_schema') ? DIALECT : NO_ARGUMENTS,
    })),
  }));
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) =>
    TOOLS[params.name](mcpReq).then(
      (content) => ({ content }),
      (error) => ({ content: [text(error.message)], isError: true }),
    ),
  );
  server.setRequestHandler('resources/list', async () => ({
    resources: Object.entries(RESOURCES).map(([uri, { mimeType }]) => ({ uri, name: uri, mimeType })),
  }));
  server.setRequestHandler('resources/templates/list', async () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' }],
  }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }) => {
    const [, id] = /^test:\/\/template\/(.+)\/data$/.exec(uri) ?? [];
    const made = id && { mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true }) };
    return { contents: [{ uri, ...(RESOURCES[uri] ?? made) }] };
  });
  for (const method of ['resources/subscribe', 'resources/unsubscribe']) {
    server.setRequestHandler(method, async () => ({}));
  }
  server.setRequestHandler('prompts/list', async () => ({
    prompts: Object.entries(PROMPTS).map(([name, { names }]) => ({
      name,
      description: `${name} of the conformance suite`,
      arguments: names.map((each) => ({ name: each, description: each, required: true })),
    })),
  }));
  server.setRequestHandler('prompts/get', async ({ params }) => ({
    messages: PROMPTS[params.name].make(params.arguments ?? {}),
  }));
  server.setRequestHandler('completion/complete', async () => ({
    completion: { values: ['paris', 'park'], total: 2, hasMore: false },
  }));
  return server;
}

/** @returns where it is, and how to stop it. */
export async function serveTestServer() {
  const sessions = new Map();
  const open = async () => {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => sessions.set(id, transport),
    });
    await createServer().connect(transport);
    return transport;
  };
  const http = createAdaptorServer({
    fetch: async (request) =>
      (sessions.get(request.headers.get('mcp-session-id')) ?? (await open())).handleRequest(request),
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${http.address().port}/mcp`,
    stop: () => {
      http.close();
      http.closeAllConnections();
    },
  };
}
