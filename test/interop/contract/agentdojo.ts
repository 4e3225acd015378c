import { api } from '../../../src/marketplaces/agentdojo/api.js';
import { casesFor } from './case.js';

/** AgentDojo over REST, as whoever sets servers up uses it. The demo account's server has the number 1. */

const call = casesFor('agentdojo');
const me = 'dojo';
const nobody = '00000000-0000-4000-8000-000000000000';
const word = { type: 'object' as const, properties: { text: { type: 'string' } }, required: ['text'] };

export const dojoCases = [
  call(api.createToolkit, 'a toolkit', me, () => ({ body: { name: 'words', description: 'About words' } }), {
    keep: { toolkit: 'id' },
  }),
  call(api.createToolkit, 'a name that is taken', me, () => ({ body: { name: 'words' } }), { fails: 'CONFLICT' }),
  call(
    api.createTool,
    'a tool of the account',
    me,
    (known) => ({
      body: { toolkit_id: known.get('toolkit'), name: 'count', function_name: 'count_words', input_schema: word },
    }),
    { keep: { tool: 'id' } },
  ),
  call(
    api.createTool,
    'a name that the toolkit has',
    me,
    (known) => ({ body: { toolkit_id: known.get('toolkit'), name: 'count', function_name: 'count_words' } }),
    { fails: 'CONFLICT' },
  ),
  call(
    api.createTool,
    'a schema that points elsewhere',
    me,
    (known) => ({
      body: {
        toolkit_id: known.get('toolkit'),
        name: 'lost',
        function_name: 'count_words',
        input_schema: { type: 'object' as const, properties: { text: { $ref: 'https://example.com/text.json' } } },
      },
    }),
    { fails: 'VALIDATION_ERROR' },
  ),
  call(
    api.createTool,
    'a toolkit that is not there',
    me,
    () => ({ body: { toolkit_id: nobody, name: 'count', function_name: 'count_words' } }),
    { fails: 'NOT_FOUND' },
  ),
  call(api.listToolkits, 'a page', me, () => ({ query: { limit: 2 } }), { text: /notifications.*text/s }),
  call(api.getToolkit, 'with its tools', me, (known) => ({ params: { id: known.get('toolkit') } }), {
    text: /"function_name":"count_words"/,
  }),
  call(api.getTools, 'all', me, undefined, { text: /"dangerous":false/ }),
  call(api.listTools, 'all, as MCP lists them', me, undefined, { text: /inputSchema/ }),
  call(api.callTool, 'a call', me, () => ({ body: { name: 'count', arguments: { text: 'one two three' } } }), {
    text: /"text":"3"/,
  }),
  call(api.callTool, 'arguments that do not fit', me, () => ({ body: { name: 'count', arguments: { text: 3 } } }), {
    fails: 'VALIDATION_ERROR',
  }),
  call(api.callTool, 'a tool that is not there', me, () => ({ body: { name: 'no-such-tool' } }), {
    fails: 'NOT_FOUND',
  }),

  call(
    api.createServer,
    'a server with a toolkit',
    me,
    (known) => ({ body: { name: 'Word Server!', toolkits: [{ toolkit_id: known.get('toolkit') }] } }),
    { text: /"slug":"word-server".*"api_key":"sk_server_/ },
  ),
  call(api.createServer, 'a slug that is taken', me, () => ({ body: { name: 'Other', slug: 'my-server' } }), {
    fails: 'CONFLICT',
  }),
  call(api.createServer, 'a slug that is reserved', me, () => ({ body: { name: 'hirer' } }), { fails: 'CONFLICT' }),
  call(api.createServer, 'a name without a slug in it', me, () => ({ body: { name: '寿司' } }), {
    fails: 'VALIDATION_ERROR',
  }),
  call(
    api.createServer,
    'a toolkit that is not there',
    me,
    () => ({
      body: { name: 'Third', toolkits: [{ toolkit_id: nobody }] },
    }),
    { fails: 'NOT_FOUND' },
  ),
  call(api.listServers, 'all with their tools', me, () => ({ query: { include_tools: 'true' as const } }), {
    text: /"send-notification".*"total":2,"limit":20,"offset":0/,
  }),
  call(api.getServer, 'the newest', me, () => ({ params: { id: 2 } }), { text: /"name":"count"/ }),
  call(
    api.updateServerTool,
    'a tool off',
    me,
    (known) => ({
      params: { id: 2, toolId: known.get('tool') },
      body: { is_active: false },
    }),
    { text: /"is_active":false/ },
  ),
  call(
    api.removeServerTools,
    'a tool less',
    me,
    (known) => ({
      params: { id: 2 },
      body: { tool_ids: [known.get('tool')] },
    }),
    { text: /"tools":\[\]/ },
  ),
  call(
    api.removeServerTools,
    'a tool that is not on it',
    me,
    (known) => ({
      params: { id: 2 },
      body: { tool_ids: [known.get('tool')] },
    }),
    { fails: 'NOT_FOUND' },
  ),
  call(
    api.addServerTools,
    'it again',
    me,
    (known) => ({
      params: { id: 2 },
      body: { tool_ids: [known.get('tool'), known.get('tool')] },
    }),
    { text: /"name":"count"/ },
  ),

  call(
    api.createResource,
    'a resource',
    me,
    () => ({
      body: { server_id: 2, uri: 'words://all', name: 'Words', text: 'one two three' },
    }),
    { text: /"mimeType":"text\/plain"/ },
  ),
  call(
    api.createResource,
    'a URI that the server has',
    me,
    () => ({
      body: { server_id: 2, uri: 'words://all', name: 'Words', text: '' },
    }),
    { fails: 'CONFLICT' },
  ),
  call(api.listResources, 'of both servers', me, undefined, { text: /db:\/\/users.*words:\/\/all/ }),
  call(api.readResource, 'its text', me, () => ({ body: { uri: 'words://all' } }), { text: /one two three/ }),
  call(api.subscribeResource, 'a wish', me, () => ({ body: { uri: 'words://all' } })),
  call(api.subscribeResource, 'what is not there', me, () => ({ body: { uri: 'words://none' } }), {
    fails: 'NOT_FOUND',
  }),
  call(api.listSubscriptions, 'the wish', me, undefined, {
    text: /^\{"subscriptions":\[\{"uri":"words:\/\/all"\}\]\}$/,
  }),
  call(api.unsubscribeResource, 'no wish', me, () => ({ body: { uri: 'words://all' } })),

  call(
    api.updateToolkit,
    'another name',
    me,
    (known) => ({
      params: { id: known.get('toolkit') },
      body: { name: 'lexis' },
    }),
    { text: /"description":null/ },
  ),
  call(
    api.updateToolkit,
    'a name that is taken',
    me,
    (known) => ({
      params: { id: known.get('toolkit') },
      body: { name: 'text' },
    }),
    { fails: 'CONFLICT' },
  ),
  call(api.deleteToolkit, 'the toolkit', me, (known) => ({ params: { id: known.get('toolkit') } })),
  call(api.getServer, 'without the tools of the toolkit', me, () => ({ params: { id: 2 } }), { text: /"tools":\[\]/ }),
  call(api.deleteServer, 'the server', me, () => ({ params: { id: 2 } })),
  call(api.deleteServer, 'it again', me, () => ({ params: { id: 2 } }), { fails: 'NOT_FOUND' }),
];
