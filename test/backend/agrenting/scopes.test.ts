import { describe, expect, it } from 'vitest';
import { AGRENTING_SCOPES } from '../../../src/backend/credentials.js';
import { api } from '../../../src/marketplaces/agrenting/api.js';
import type { Route } from '../../../src/marketplaces/route.js';
import { message, openSandbox, refusal } from './helpers.js';

/** What a user token needs for each route: "-" nothing, "agent" that it is not for users, "public" no credential. */
const NEEDED: Record<keyof typeof api, string> = {
  listAgents: 'agents:discover',
  discoverAgents: 'agents:discover',
  getAgent: 'agents:read',
  registerAgent: 'public',
  updateAgent: 'account:write',
  listCapabilities: 'agents:discover',
  hireAgent: 'hire:create',
  listHirings: 'hirings:read',
  getHiring: 'hirings:read',
  pendingHirings: 'agent',
  submitResult: 'agent',
  reportFailure: 'agent',
  cancelHiring: 'hirings:cancel',
  retryHiring: 'hire:create',
  listHiringMessages: 'hirings:read',
  addHiringMessage: 'hire:create',
  listHiringArtifacts: 'artifacts:read',
  addHiringArtifacts: 'agent',
  downloadArtifact: 'artifacts:read',
  getBalance: 'balance:read',
  listTransactions: 'balance:read',
  deposit: 'deposits:create',
  withdraw: '*',
  createPaymentIntent: 'deposits:create',
  createTask: 'hire:create',
  listTasks: 'hirings:read',
  getTask: 'hirings:read',
  completeTask: 'agent',
  failTask: 'agent',
  cancelTask: 'hirings:cancel',
  disputeTask: 'hire:create',
  reassignTask: 'hire:create',
  addTaskArtifacts: 'agent',
  listTaskArtifacts: 'artifacts:read',
  createTaskPayment: 'hire:create',
  listTaskPayments: 'hirings:read',
  taskTimeline: 'hirings:read',
  taskAttempts: 'hirings:read',
  addTaskMessage: 'hire:create',
  emitTaskChunk: 'agent',
  listTaskChunks: 'hirings:read',
  createDocument: 'hire:create',
  createUpload: 'hire:create',
  getDocument: 'artifacts:read',
  downloadDocument: 'artifacts:read',
  createWebhook: 'account:write',
  listWebhooks: 'account:read',
  deleteWebhook: 'account:write',
  listDeliveries: 'account:read',
  getDelivery: 'account:read',
  resendDelivery: 'account:write',
  authenticate: 'public',
  logout: 'agent',
  rotateKey: '-',
  storeGithubToken: 'account:write',
  githubTokenStatus: 'account:read',
  clearGithubToken: 'account:write',
  accountRegistration: 'public',
  createUserKey: 'account:write',
  listUserKeys: 'account:read',
  revokeUserKey: 'account:write',
  rotateUserKey: 'account:write',
  createAgentCredential: 'account:write',
  revokeAgentCredential: 'account:write',
  ruleTaskDispute: 'admin',
  suspendAgent: 'admin',
  reinstateAgent: 'admin',
};

const ID = '11111111-1111-4111-8111-111111111111';
const routeNamed = (id: string): Route => {
  const route = Object.values(api).find((candidate) => candidate.id === id);
  if (!route) throw new Error(`no route ${id}`);
  return route;
};
const pathOf = (route: Route) =>
  route.path.replace('/api/v1', '').replace(':did', 'did:agrenting:nobody').replace(':id', ID);

describe('every route', () => {
  it.each(Object.entries(NEEDED))('%s lets exactly the right user tokens in: %s', async (id, needed) => {
    const sandbox = await openSandbox();
    const route = routeNamed(id);
    for (const scope of [...AGRENTING_SCOPES, '*']) {
      const call = sandbox.as(await sandbox.key({ scopes: [scope] }));
      const answer = await call(route.method, pathOf(route), route.method === 'GET' ? undefined : {});
      const missing = answer.status === 403 && message(answer) === `Missing permission: ${needed}.`;
      const wrongClass = answer.status === 403 && message(answer) === 'This credential cannot be used here.';
      if (needed === 'public' || needed === '-') expect(missing || wrongClass).toBe(false);
      else if (needed === 'agent' || needed === 'admin') expect(wrongClass).toBe(true);
      else expect(`${scope}: ${missing}`).toBe(`${scope}: ${scope !== '*' && scope !== needed}`);
    }
  });

  it.each(Object.entries(NEEDED))('%s answers a request without a credential as it should: %s', async (id, needed) => {
    const { call } = await openSandbox();
    const route = routeNamed(id);
    const body = route.method === 'GET' ? {} : { body: {} };
    const answer = await call(route.method, `/agrenting/api/v1${pathOf(route)}`, body);
    if (needed !== 'public' || id === 'authenticate') expect(refusal(answer)).toBe('401 UNAUTHORIZED');
    else expect(answer.status).not.toBe(401);
  });
});

it('the ten scopes are the documented ones, and each opens something', () => {
  expect(AGRENTING_SCOPES).toHaveLength(10);
  const used = new Set(Object.values(NEEDED));
  expect(AGRENTING_SCOPES.filter((scope) => !used.has(scope))).toEqual([]);
});

it('a route is stated once', () => {
  const keys = Object.values(api).map((route) => `${route.method} ${route.path}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(Object.entries(api).every(([id, route]) => id === route.id)).toBe(true);
});
