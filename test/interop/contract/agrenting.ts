import { demo } from '../../../src/backend/credentials.js';
import { api } from '../../../src/marketplaces/agrenting/api.js';
import { casesFor, type Known } from './case.js';

/** Agrenting as a hirer and an agent use it, from the listing to the payout: the good calls and what they refuse. */

const call = casesFor('agrenting');
const AGENT_TURN = 30_000;
const nobody = '00000000-0000-4000-8000-000000000000';

const order = (price: string) => ({
  task_description: 'Summarize the attached report in five sentences.',
  capability_requested: 'summarize',
  price,
});
const did = (name: string) => `did:agrenting:${name}`;
const aDelivery = (known: Known) => ({
  params: { id: known.get('webhook'), deliveryId: known.get('delivery') },
});
const noDelivery = (known: Known) => ({
  params: { id: known.get('webhook'), deliveryId: `dlv_${'0'.repeat(20)}` },
});

const market = [
  call(api.listAgents, 'the first page of agents', 'hirer', () => ({ query: { limit: 2 } }), {
    keep: { cursor: 'meta.pagination.cursor' },
  }),
  call(api.listAgents, 'the next page of agents', 'hirer', (known) => ({
    query: { limit: 2, cursor: known.get('cursor') },
  })),
  call(api.discoverAgents, 'the best agents for a capability', 'hirer', () => ({ query: { capability: 'summarize' } })),
  call(api.getAgent, 'one agent by its DID', 'hirer', () => ({ params: { did: did('swift') } }), {
    keep: { swift: 'data.id' },
  }),
  call(api.getAgent, 'a DID that nobody has', 'hirer', () => ({ params: { did: did('nobody') } }), {
    fails: 'NOT_FOUND',
  }),
  call(api.listCapabilities, 'what agents can do', 'hirer', () => ({ query: { limit: 3 } })),
  call(
    api.registerAgent,
    'a new agent of the hirer',
    'hirer',
    () => ({ body: { agent: { name: 'Nova', did: did('nova'), capabilities: ['research'], base_price: '3.00' } } }),
    { keep: { nova: 'data.agent.id', novaKey: 'data.api_key' } },
  ),
  call(
    api.registerAgent,
    'a price that is none',
    'hirer',
    () => ({ body: { agent: { name: 'Nil', capabilities: ['research'], base_price: '-3.00' } } }),
    { fails: 'INVALID_AMOUNT' },
  ),
  call(api.updateAgent, 'a change of the new agent', 'hirer', (known) => ({
    params: { id: known.get('nova') },
    body: { agent: { description: 'Finds things out.', base_price: '4.00' } },
  })),
];

const hiring = [
  call(api.getBalance, 'the money before', 'hirer'),
  call(
    api.hireAgent,
    'a hire',
    'hirer',
    () => ({ params: { did: did('swift') }, body: order('2.00'), key: 'first-hire' }),
    { keep: { hiring: 'data.hiring.id' } },
  ),
  call(
    api.hireAgent,
    'the same key for another price',
    'hirer',
    () => ({ params: { did: did('swift') }, body: order('3.00'), key: 'first-hire' }),
    { fails: 'IDEMPOTENCY_MISMATCH' },
  ),
  call(
    api.hireAgent,
    'more than there is',
    'hirer',
    () => ({ params: { did: did('swift') }, body: order('5000.00') }),
    {
      fails: 'INSUFFICIENT_BALANCE',
    },
  ),
  call(api.hireAgent, 'a price of zero', 'hirer', () => ({ params: { did: did('swift') }, body: order('0') }), {
    fails: 'INVALID_AMOUNT',
  }),
  call(
    api.hireAgent,
    'an agent that is busy',
    'hirer',
    () => ({ params: { did: did('busy') }, body: order('12.00') }),
    {
      fails: 'AGENT_BUSY',
    },
  ),
  call(api.addHiringMessage, 'a word to the agent', 'hirer', (known) => ({
    params: { id: known.get('hiring') },
    body: { content: 'Plain words, please.' },
  })),
  call(api.listHiringMessages, 'what was said', 'hirer', (known) => ({ params: { id: known.get('hiring') } })),
  call(api.getHiring, 'the hiring, delivered', 'hirer', (known) => ({ params: { id: known.get('hiring') } }), {
    after: AGENT_TURN,
    text: /"status":"completed"/,
  }),
  call(api.getHiring, 'a hiring that is not there', 'hirer', () => ({ params: { id: nobody } }), {
    fails: 'NOT_FOUND',
  }),
  call(api.cancelHiring, 'too late to cancel', 'hirer', (known) => ({ params: { id: known.get('hiring') } }), {
    fails: 'CONFLICT',
  }),
  call(api.listHirings, 'the hirings', 'hirer', () => ({ query: { status: 'completed' as const, limit: 5 } })),
  call(
    api.hireAgent,
    'a hire that brings files',
    'hirer',
    () => ({ params: { did: did('artist') }, body: order('15.00') }),
    { keep: { drawn: 'data.hiring.id' } },
  ),
  call(api.listHiringArtifacts, 'the files', 'hirer', (known) => ({ params: { id: known.get('drawn') } }), {
    after: AGENT_TURN,
    keep: { artifact: 'data.0.id' },
  }),
  call(api.downloadArtifact, 'the bytes of a file', 'hirer', (known) => ({ params: { id: known.get('artifact') } })),
  call(api.hireAgent, 'a hire to call off', 'hirer', () => ({ params: { did: did('steady') }, body: order('5.00') }), {
    keep: { calledOff: 'data.hiring.id' },
  }),
  call(api.cancelHiring, 'a hire called off', 'hirer', (known) => ({ params: { id: known.get('calledOff') } })),
  call(api.hireAgent, 'a hire that fails', 'hirer', () => ({ params: { did: did('faulty') }, body: order('1.00') }), {
    keep: { failed: 'data.hiring.id' },
  }),
  call(
    api.retryHiring,
    'a failed hire tried again',
    'hirer',
    (known) => ({ params: { id: known.get('failed') }, body: { reason: 'Perhaps this time.' } }),
    { after: AGENT_TURN },
  ),
];

const working = [
  call(api.pendingHirings, 'an agent comes online', 'agent'),
  call(api.hireAgent, 'the agent is hired', 'hirer', () => ({ params: { did: demo.agentDid }, body: order('5.00') }), {
    keep: { work: 'data.hiring.id' },
  }),
  call(api.pendingHirings, 'its work', 'agent', undefined, { after: AGENT_TURN }),
  call(
    api.addHiringMessage,
    'a question',
    'agent',
    (known) => ({ params: { id: known.get('work') }, body: { content: 'Which language?', kind: 'question' as const } }),
    { keep: { question: 'data.id' } },
  ),
  call(api.addHiringMessage, 'its answer', 'hirer', (known) => ({
    params: { id: known.get('work') },
    body: { content: 'English.', kind: 'answer' as const, reply_to_id: known.get('question') },
  })),
  call(api.emitTaskChunk, 'output as it comes', 'agent', (known) => ({
    params: { id: known.get('work') },
    body: { content: 'The report says' },
  })),
  call(api.listTaskChunks, 'the output so far', 'hirer', (known) => ({ params: { id: known.get('work') } })),
  call(api.addHiringArtifacts, 'a file', 'agent', (known) => ({
    params: { id: known.get('work') },
    body: { artifacts: [{ artifact_type: 'markdown' as const, name: 'summary.md', content: '# Summary' }] },
  })),
  call(api.submitResult, 'the delivery', 'agent', (known) => ({
    params: { id: known.get('work') },
    body: { output: 'The report says five things.' },
  })),
  call(
    api.hireAgent,
    'the agent is hired again',
    'hirer',
    () => ({ params: { did: demo.agentDid }, body: order('5.00') }),
    { keep: { more: 'data.hiring.id' } },
  ),
  call(
    api.reportFailure,
    'a failure',
    'agent',
    (known) => ({ params: { id: known.get('more') }, body: { reason: 'The report cannot be read.' } }),
    { after: AGENT_TURN },
  ),
  call(
    api.submitResult,
    'too late to deliver',
    'agent',
    (known) => ({
      params: { id: known.get('more') },
      body: { output: 'Found it after all.' },
    }),
    { fails: 'CONFLICT' },
  ),
];

const money = [
  call(api.listTransactions, 'what moved the money', 'hirer', () => ({ query: { limit: 3 } })),
  call(api.deposit, 'a deposit', 'hirer', () => ({ body: { amount: '25.00' } })),
  call(api.deposit, 'a deposit of nothing', 'hirer', () => ({ body: { amount: '0.00' } }), { fails: 'INVALID_AMOUNT' }),
  call(api.createPaymentIntent, 'a card payment', 'hirer', () => ({ body: { amount: '25.00' } })),
  call(api.withdraw, 'a withdrawal', 'hirer', () => ({
    body: { amount: '10.00', withdrawal_address_id: 'my-address' },
  })),
  call(
    api.withdraw,
    'a withdrawal of more than there is',
    'hirer',
    () => ({ body: { amount: '99999.00', withdrawal_address_id: 'my-address' } }),
    { fails: 'INSUFFICIENT_BALANCE' },
  ),
];

const files = [
  call(
    api.createDocument,
    'a document',
    'hirer',
    () => ({ body: { name: 'report.txt', content: 'VGhlIHJlcG9ydC4=', content_type: 'text/plain' } }),
    { keep: { document: 'data.id' } },
  ),
  call(api.getDocument, 'the document', 'hirer', (known) => ({ params: { id: known.get('document') } })),
  call(api.downloadDocument, 'its bytes', 'hirer', (known) => ({ params: { id: known.get('document') } }), {
    text: /^The report\.$/,
  }),
  call(
    api.getDocument,
    'the document of somebody else',
    'agent',
    (known) => ({
      params: { id: known.get('document') },
    }),
    { fails: 'NOT_FOUND' },
  ),
  call(api.createUpload, 'an upload', 'hirer', () => ({ body: { name: 'note.bin', content: 'AAECAw==' } })),
  call(
    api.createWebhook,
    'a webhook',
    'hirer',
    () => ({ body: { callback_url: 'https://example.com/hook', event_types: ['task.completed', 'hiring.created'] } }),
    { keep: { webhook: 'data.id' } },
  ),
  call(api.listWebhooks, 'the webhooks', 'hirer'),
  call(api.hireAgent, 'a hire that it is told of', 'hirer', () => ({
    params: { did: did('swift') },
    body: order('2.00'),
  })),
  call(api.listDeliveries, 'what it was told', 'hirer', (known) => ({ params: { id: known.get('webhook') } }), {
    keep: { delivery: 'data.deliveries.0.id' },
  }),
  call(api.getDelivery, 'what it was told in full', 'hirer', aDelivery),
  call(api.resendDelivery, 'tells it once more', 'hirer', aDelivery),
  call(api.getDelivery, 'a delivery that never was', 'hirer', noDelivery, { fails: 'NOT_FOUND' }),
  call(api.resendDelivery, 'nothing to send again', 'hirer', noDelivery, { fails: 'NOT_FOUND' }),
  call(api.deleteWebhook, 'the webhook is gone', 'hirer', (known) => ({ params: { id: known.get('webhook') } })),
  call(
    api.createUserKey,
    'a narrower token',
    'hirer',
    () => ({ body: { name: 'CI', preset: 'guided' as const, max_price_per_hire: '3.00' } }),
    { keep: { narrow: 'data.api_key', narrowId: 'data.id' } },
  ),
  call(
    api.createUserKey,
    'no token from a token that may not',
    'narrow',
    () => ({ body: { scopes: ['account:write' as const] } }),
    { fails: 'FORBIDDEN' },
  ),
  call(api.listUserKeys, 'the living tokens', 'hirer'),
  call(api.rotateUserKey, 'two tokens for an hour', 'hirer', (known) => ({
    params: { id: known.get('narrowId') },
    body: {},
  })),
  call(api.getBalance, 'the first one is still valid', 'narrow'),
  call(api.revokeUserKey, 'and now it is not', 'hirer', (known) => ({ params: { id: known.get('narrowId') } })),
  call(api.getBalance, 'it is dead', 'narrow', undefined, { fails: 'UNAUTHORIZED' }),
  call(api.createAgentCredential, 'a further key of an agent', 'hirer', () => ({ params: { id: demo.agent } }), {
    keep: { furtherId: 'data.id' },
  }),
  call(api.revokeAgentCredential, 'it is revoked', 'agent', (known) => ({
    params: { id: demo.agent, credential: known.get('furtherId') },
  })),
  call(api.suspendAgent, 'an agent is suspended', 'agrenting admin', () => ({ params: { id: demo.agent } })),
  call(api.pendingHirings, 'its keys are refused', 'agent', undefined, { fails: 'FORBIDDEN' }),
  call(api.reinstateAgent, 'the suspension ends', 'agrenting admin', () => ({ params: { id: demo.agent } })),
];

const account = [
  call(api.authenticate, 'a session for a key', 'novaKey', undefined, { keep: { novaSession: 'data.session_token' } }),
  call(api.authenticate, 'no key, no session', undefined, undefined, { fails: 'UNAUTHORIZED' }),
  call(api.logout, 'the session is over', 'novaSession'),
  call(api.rotateKey, 'a new key', 'novaKey'),
  call(api.pendingHirings, 'the old key is dead', 'novaKey', undefined, { fails: 'UNAUTHORIZED' }),
  call(api.storeGithubToken, 'a GitHub token', 'hirer', () => ({ body: { token: 'ghp_0123456789' } })),
  call(api.githubTokenStatus, 'is stored and not shown', 'hirer', undefined, { text: /^(?!.*ghp_0123456789)/ }),
  call(api.clearGithubToken, 'is forgotten', 'hirer'),
  call(api.accountRegistration, 'what signing up takes', undefined),
];

export const marketCases = [...market, ...hiring, ...working, ...money];
export const fileCases = [...files, ...account];
