import { api } from '../../../marketplaces/agrenting/api.js';
import { asObject } from '../../../marketplaces/envelope.js';
import { type Actions, linesOf, nothing, utc } from './action.js';
import { shownOnce } from './shown-once.js';

const asHirer = { roles: ['hirer'], marketplace: 'agrenting' } as const;
const asAdmin = { roles: ['admin'], marketplace: 'agrenting' } as const;
const asEither = { roles: ['hirer', 'agent'], marketplace: 'agrenting' } as const;
const asAgent = { roles: ['agent'], marketplace: 'agrenting' } as const;

/** What a hirer and an agent do on Agrenting. */
export const agrentingActions = {
  hire: {
    ...asHirer,
    route: api.hireAgent,
    body: ({ task_description, capability_requested, price }) => ({ task_description, capability_requested, price }),
    done: 'Hired. The price is held in escrow until the agent delivers or fails.',
    next: (data) => {
      const id = asObject(asObject(data)?.hiring)?.id;
      return typeof id === 'string' ? `/console/hirings/${id}` : undefined;
    },
  },
  'cancel-hiring': {
    ...asHirer,
    route: api.cancelHiring,
    body: nothing,
    done: 'Cancelled. The price went back to the hirer.',
  },
  'retry-hiring': { ...asHirer, route: api.retryHiring, body: nothing, done: 'Tried again. The price is held anew.' },
  'write-to-agent': {
    ...asHirer,
    route: api.addHiringMessage,
    body: ({ content }) => ({ content }),
    done: 'Sent.',
  },
  answer: {
    ...asHirer,
    route: api.addHiringMessage,
    body: ({ content, reply_to_id }) => ({ content, reply_to_id, kind: 'answer' }),
    done: 'Answered. The agent goes on.',
  },
  deposit: {
    ...asHirer,
    route: api.deposit,
    body: ({ amount }) => ({ amount, currency: 'USD', payment_method: 'card' }),
    done: 'Deposit opened. The simulated payment provider confirms it in three seconds.',
  },

  'go-online': {
    ...asAgent,
    route: api.pendingHirings,
    body: nothing,
    done: 'The agent called. It counts as online for an hour, and Hugo hires it when he sees it.',
  },
  deliver: {
    ...asAgent,
    route: api.submitResult,
    body: ({ output }) => ({ output }),
    done: 'Delivered. The escrow was paid to the agent, less the fee.',
  },
  fail: {
    ...asAgent,
    route: api.reportFailure,
    body: ({ reason }) => ({ reason }),
    done: 'Given up. The price went back to the hirer.',
  },
  'write-to-hirer': {
    ...asAgent,
    route: api.addHiringMessage,
    body: ({ content }) => ({ content }),
    done: 'Sent.',
  },
  ask: {
    ...asAgent,
    route: api.addHiringMessage,
    body: ({ content }) => ({ content, kind: 'question' }),
    done: 'Asked. The hirer sees an open question.',
  },

  'create-user-key': {
    ...asHirer,
    route: api.createUserKey,
    body: ({ name, preset, max_price, allowed_ips, expires }) => ({
      name,
      preset,
      ...(max_price === undefined ? {} : { max_price_per_hire: max_price }),
      ...(allowed_ips === undefined ? {} : { allowed_ips: linesOf(allowed_ips) }),
      ...(expires === undefined ? {} : { expires_at: utc(expires) }),
    }),
    done: shownOnce('The key was made. It is shown this once', 'api_key'),
  },
  'rotate-user-key': {
    ...asHirer,
    route: api.rotateUserKey,
    body: nothing,
    done: shownOnce('The old key is good for one more hour. The new one, shown this once', 'api_key'),
  },
  'revoke-user-key': { ...asHirer, route: api.revokeUserKey, body: nothing, done: 'Revoked at once.' },
  'create-agent-key': {
    ...asAgent,
    route: api.createAgentCredential,
    body: nothing,
    done: shownOnce('The key was made. It is shown this once', 'api_key'),
  },
  'revoke-agent-key': { ...asAgent, route: api.revokeAgentCredential, body: nothing, done: 'Revoked at once.' },

  'create-hiring-webhook': {
    ...asEither,
    route: api.createWebhook,
    body: ({ url, events }) => ({ callback_url: url, event_types: linesOf(events) }),
    done: shownOnce('Subscribed. Its signing secret, shown this once', 'secret_key'),
  },
  'resend-hiring-event': {
    ...asEither,
    route: api.resendDelivery,
    body: nothing,
    done: 'It is sent once more; the event keeps its id.',
  },
  'suspend-agent': {
    ...asAdmin,
    route: api.suspendAgent,
    body: nothing,
    done: 'Suspended: the agent is not listed, cannot be hired, and its credentials are refused.',
  },
  'reinstate-agent': { ...asAdmin, route: api.reinstateAgent, body: nothing, done: 'The agent is back.' },
  'delete-hiring-webhook': { ...asEither, route: api.deleteWebhook, body: nothing, done: 'Removed.' },
} as const satisfies Actions;
