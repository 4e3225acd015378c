import { demo } from '../../../src/backend/credentials.js';
import { api } from '../../../src/marketplaces/humans2ai/api.js';
import { casesFor, type Known } from './case.js';
import { START } from './transports.js';

/** Humans2AI over REST, as an agent, a human and an admin use it. */

const call = casesFor('humans2ai');
const nobody = 'task_0000000000';
const DAY = 86_400_000;

export const photos = (budget: number) => ({
  title: 'Photograph three coffee shops',
  description: 'Five photographs of each, in daylight.',
  category: 'photography',
  budget,
  deadline: new Date(START + 3 * DAY).toISOString(),
  urgency: 'medium' as const,
});
export const REASON = 'The photographs show other shops than those that the task names.';

const accounts = [
  call(
    api.register,
    'a new account',
    undefined,
    () => ({ body: { email: 'ada@example.com', password: 'example-passw0rd', agentName: 'Ada' } }),
    { keep: { ada: 'idToken', adaKey: 'apiKey.key', adaKeyId: 'apiKey.id' } },
  ),
  call(
    api.register,
    'an address that is taken',
    undefined,
    () => ({ body: { email: 'ada@example.com', password: 'example-passw0rd' } }),
    { fails: 'EMAIL_EXISTS' },
  ),
  call(
    api.register,
    'a weak password',
    undefined,
    () => ({ body: { email: 'eve@example.com', password: 'password' } }),
    { fails: 'WEAK_PASSWORD' },
  ),
  call(
    api.register,
    'an address that is none',
    undefined,
    () => ({ body: { email: 'eve', password: 'example-passw0rd' } }),
    { fails: 'INVALID_EMAIL' },
  ),
  call(api.login, 'a login', undefined, () => ({ body: { email: 'ada@example.com', password: 'example-passw0rd' } }), {
    keep: { refreshToken: 'refreshToken' },
  }),
  call(
    api.login,
    'a wrong password',
    undefined,
    () => ({ body: { email: 'ada@example.com', password: 'another-passw0rd' } }),
    { fails: 'AUTH_FAILED' },
  ),
  call(api.refresh, 'a refreshed session', undefined, (known) => ({
    body: { refreshToken: known.get('refreshToken') },
  })),
  call(
    api.refresh,
    'a refresh token that was used',
    undefined,
    (known) => ({
      body: { refreshToken: known.get('refreshToken') },
    }),
    { fails: 'AUTH_FAILED' },
  ),
  call(api.createTask, 'no task with a read-only key', 'adaKey', () => ({ body: photos(10) }), { fails: 'FORBIDDEN' }),
];

const keys = [
  call(api.listApiKeys, 'the keys', 'ada'),
  call(api.upgradeApiKey, 'more permissions', 'ada', (known) => ({ params: { id: known.get('adaKeyId') }, body: {} })),
  call(api.createApiKey, 'another key', 'ada', () => ({ body: { name: 'second' } }), { keep: { second: 'id' } }),
  call(api.rotateApiKey, 'one more, and an hour to exchange them', 'ada', (known) => ({
    params: { id: known.get('second') },
  })),
  call(api.deleteApiKey, 'the other key is gone', 'ada', (known) => ({ params: { id: known.get('second') } })),
  call(api.deleteApiKey, 'is gone already', 'ada', (known) => ({ params: { id: known.get('second') } }), {
    fails: 'NOT_FOUND',
  }),
];

const byId = (name: string) => (known: Known) => ({ params: { id: known.get(name) } });
const create = (title: string, name: string, budget = 150) =>
  call(api.createTask, title, 'assistant', () => ({ body: photos(budget) }), { keep: { [name]: 'id' } });
const apply = (name: string) => call(api.applyForTask, `a human applies (${name})`, 'human', byId(name));
const select = (name: string) =>
  call(api.selectApplicant, `the human is chosen (${name})`, 'assistant', (known) => ({
    params: { id: known.get(name) },
    body: { humanId: demo.humans2aiHuman },
  }));
const submit = (title: string, name: string) =>
  call(api.submitProof, title, 'human', (known) => ({
    params: { id: known.get(name) },
    body: { content: 'Fifteen photographs, attached.', attachments: ['https://example.com/photos.zip'] },
  }));
const reject = (name: string) =>
  call(api.rejectSubmission, `the proof is rejected (${name})`, 'assistant', (known) => ({
    params: { id: known.get(name) },
    body: { reason: REASON },
  }));

const paid = [
  call(api.createTask, 'a task', 'assistant', () => ({ body: photos(150), key: 'first-task' }), {
    keep: { task: 'id' },
  }),
  call(
    api.createTask,
    'the same key for another budget',
    'assistant',
    () => ({
      body: photos(151),
      key: 'first-task',
    }),
    { fails: 'CONFLICT' },
  ),
  call(api.createTask, 'more than there is', 'assistant', () => ({ body: photos(90_000) }), {
    fails: 'INSUFFICIENT_BALANCE',
  }),
  call(
    api.createTask,
    'a task that the risk gate blocks',
    'assistant',
    () => ({ body: { ...photos(10), title: 'Buy a counterfeit watch' } }),
    { fails: 'RISK_GATE_BLOCKED' },
  ),
  call(api.listTasks, 'the tasks', 'assistant', () => ({ query: { status: 'open' as const, limit: 5 } })),
  call(api.publicTasks, 'what anybody sees of it', undefined),
  call(api.getTask, 'the task', 'human', byId('task')),
  call(api.getTask, 'a task that is not there', 'human', () => ({ params: { id: nobody } }), {
    fails: 'TASK_NOT_FOUND',
  }),
  apply('task'),
  call(api.applyForTask, 'nobody applies twice', 'human', byId('task'), { fails: 'CONFLICT' }),
  call(api.listApplications, 'who applied', 'assistant', byId('task')),
  select('task'),
  call(api.sendMessage, 'a word to the human', 'assistant', (known) => ({
    params: { id: known.get('task') },
    body: { content: 'The light is best before noon.' },
  })),
  call(api.listMessages, 'what was said', 'human', byId('task')),
  submit('the proof', 'task'),
  reject('task'),
  submit('better proof', 'task'),
  call(api.approveSubmission, 'the payout', 'assistant', byId('task'), { text: /"humanPayout":149\.985/ }),
  call(api.approveSubmission, 'no second payout', 'assistant', byId('task'), { fails: 'CONFLICT' }),
  call(api.publicStats, 'the counts', undefined, undefined, { text: /"completedTasks":1/ }),
];

const unpaid = [
  create('a task to dispute', 'disputed'),
  apply('disputed'),
  select('disputed'),
  submit('proof to dispute', 'disputed'),
  reject('disputed'),
  call(api.disputeRejection, 'a dispute', 'human', (known) => ({
    params: { id: known.get('disputed') },
    body: { reason: 'The shops were renamed last week.' },
  })),
  call(api.ruleDispute, 'a ruling', 'admin', (known) => ({
    params: { id: known.get('disputed') },
    body: { outcome: 'refund' as const },
  })),
  create('a task to call off', 'off'),
  call(api.cancelTask, 'a task called off', 'assistant', byId('off')),
  call(api.cancelTask, 'is off already', 'assistant', byId('off'), { fails: 'CONFLICT' }),
  create('a task that is reviewed', 'reviewed', 5_500),
  call(api.approveReview, 'goes live', 'admin', byId('reviewed')),
  create('a task that is reviewed as well', 'declined', 5_600),
  call(api.declineReview, 'is declined', 'admin', byId('declined')),
];

const money = [
  call(api.getWallet, 'the wallet', 'assistant'),
  call(api.listWalletTransactions, 'its transactions', 'assistant', () => ({ query: { limit: 4, page: 2 } })),
  call(
    api.requestConfirmation,
    'a confirmation token',
    'assistant',
    () => ({
      body: { tool: 'create_task' as const, params: photos(20) },
    }),
    { keep: { confirmation: 'confirmationToken' } },
  ),
  call(api.createTask, 'a confirmed task', 'assistant', (known) => ({
    body: { ...photos(20), confirmationToken: known.get('confirmation') },
  })),
  call(
    api.createTask,
    'a token is used once',
    'assistant',
    (known) => ({
      body: { ...photos(20), confirmationToken: known.get('confirmation') },
    }),
    { fails: 'CONFIRMATION_INVALID' },
  ),
];

const deliveryOf = (hook: string) => (known: Known) => ({
  params: { id: known.get(hook), deliveryId: known.get('delivery') },
});

const hooks = [
  call(
    api.createWebhook,
    'a webhook',
    'assistant',
    () => ({ body: { url: 'https://example.com/hook', events: ['task.submitted' as const] } }),
    { keep: { hook: 'id' } },
  ),
  call(
    api.createWebhook,
    'no webhook without protection',
    'assistant',
    () => ({
      body: { url: 'http://example.com/hook', events: ['task.submitted' as const] },
    }),
    { fails: 'VALIDATION_ERROR' },
  ),
  call(api.listWebhooks, 'the webhooks', 'assistant'),
  call(api.getWebhook, 'the webhook', 'assistant', byId('hook')),
  call(api.updateWebhook, 'it rests', 'assistant', (known) => ({
    params: { id: known.get('hook') },
    body: { active: false },
  })),
  call(api.rotateWebhookSecret, 'a new secret', 'assistant', byId('hook')),
  call(api.updateWebhook, 'it listens again, to something else', 'assistant', (known) => ({
    params: { id: known.get('hook') },
    body: { active: true, events: ['task.opened' as const] },
  })),
  create('a task that a webhook is told of', 'told'),
  call(api.listDeliveries, 'what it was told', 'assistant', byId('hook'), { keep: { delivery: 'deliveries.0.id' } }),
  call(api.getDelivery, 'what it was told in full', 'assistant', deliveryOf('hook'), { text: /task\.opened/ }),
  call(api.resendDelivery, 'tells it once more', 'assistant', deliveryOf('hook')),
  call(api.getDelivery, 'what others are told', 'human', deliveryOf('hook'), { fails: 'NOT_FOUND' }),
  call(api.deleteWebhook, 'the webhook is gone', 'assistant', byId('hook')),
  call(api.getWebhook, 'is not there any more', 'assistant', byId('hook'), { fails: 'NOT_FOUND' }),
];

const office = [
  create('another task to dispute', 'shared'),
  apply('shared'),
  select('shared'),
  submit('more proof to dispute', 'shared'),
  reject('shared'),
  call(api.disputeRejection, 'another dispute', 'human', (known) => ({
    params: { id: known.get('shared') },
    body: { reason: 'Half of it was done.' },
  })),
  call(api.ruleDispute, 'to each a part', 'admin', (known) => ({
    params: { id: known.get('shared') },
    body: { outcome: 'split' as const, humanPercent: 40 },
  })),
  call(api.listUsers, 'the accounts', 'admin', () => ({ query: { limit: 3 } })),
  call(api.suspendUser, 'an account is suspended', 'admin', () => ({ params: { id: demo.humans2aiHuman } })),
  call(api.getWallet, 'its keys are refused', 'human', undefined, { fails: 'USER_SUSPENDED' }),
  call(api.reinstateUser, 'the suspension ends', 'admin', () => ({ params: { id: demo.humans2aiHuman } })),
  call(api.listAuditLogs, 'who asked for what', 'admin', () => ({ query: { limit: 5, action: 'suspendUser' } }), {
    text: new RegExp(demo.humans2aiHuman),
  }),
];

export const restCases = [...accounts, ...keys, ...paid, ...unpaid, ...money, ...hooks, ...office];
