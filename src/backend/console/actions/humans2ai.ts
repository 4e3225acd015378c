import { asObject } from '../../../marketplaces/envelope.js';
import { api } from '../../../marketplaces/humans2ai/api.js';
import { type Actions, linesOf, nothing, utc } from './action.js';
import { shownOnce } from './shown-once.js';

const asOwner = { roles: ['hirer'], marketplace: 'humans2ai' } as const;
const asHuman = { roles: ['human'], marketplace: 'humans2ai' } as const;
const asTold = { roles: ['hirer', 'human'], marketplace: 'humans2ai' } as const;
const asAnybody = { roles: ['hirer', 'human', 'admin'], marketplace: 'humans2ai' } as const;
const asAdmin = { roles: ['admin'], marketplace: 'humans2ai' } as const;

const say = { route: api.sendMessage, body: ({ content }: { readonly content?: string }) => ({ content }) } as const;

/** A number as JSON wants it; what is none is left for the route to refuse. */
const numberOf = (text: string | undefined): unknown =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;

/** What a hirer, a human and an admin do on Humans2AI. */
export const humans2aiActions = {
  'create-task': {
    ...asOwner,
    route: api.createTask,
    confirms: 'create_task',
    body: (fields) => ({
      title: fields.title,
      description: fields.description,
      category: fields.category,
      urgency: fields.urgency,
      budget: numberOf(fields.budget),
      deadline: utc(fields.deadline),
      requirements: linesOf(fields.requirements),
      remote: fields.remote === 'yes',
      autoApprove: fields.auto_approve === 'yes',
    }),
    done: 'Published. The budget is locked in escrow.',
    next: (data) => {
      const id = asObject(data)?.id;
      return typeof id === 'string' ? `/console/tasks/${id}` : undefined;
    },
  },
  'cancel-task': {
    ...asOwner,
    route: api.cancelTask,
    confirms: 'cancel_task',
    body: nothing,
    done: 'Cancelled. The budget went back to the hirer.',
  },
  'select-applicant': {
    ...asOwner,
    route: api.selectApplicant,
    confirms: 'select_applicant',
    body: ({ humanId }) => ({ humanId }),
    done: 'Chosen. The other applications were rejected.',
  },
  approve: {
    ...asOwner,
    route: api.approveSubmission,
    confirms: 'approve_submission',
    body: nothing,
    done: 'Approved. The escrow was paid to the human, less the fee.',
  },
  reject: {
    ...asOwner,
    route: api.rejectSubmission,
    confirms: 'reject_submission',
    body: ({ reason }) => ({ reason }),
    done: 'Rejected. The escrow stays locked; the human can resubmit or dispute.',
  },
  'write-to-human': { ...asOwner, ...say, done: 'Sent.' },

  apply: { ...asHuman, route: api.applyForTask, body: ({ message }) => ({ message }), done: 'Applied.' },
  'submit-proof': {
    ...asHuman,
    route: api.submitProof,
    body: ({ content, attachments }) => ({ content, attachments: linesOf(attachments) }),
    done: 'Submitted. Now the hirer approves or rejects it.',
  },
  dispute: {
    ...asHuman,
    route: api.disputeRejection,
    body: ({ reason }) => ({ reason }),
    done: 'Disputed. The escrow stays locked until an admin rules.',
  },
  'write-to-owner': { ...asHuman, ...say, done: 'Sent.' },

  'approve-review': { ...asAdmin, route: api.approveReview, body: nothing, done: 'The task is live.' },
  'decline-review': {
    ...asAdmin,
    route: api.declineReview,
    body: nothing,
    done: 'Declined. The budget went back to the hirer.',
  },
  'rule-release': {
    ...asAdmin,
    route: api.ruleDispute,
    body: () => ({ outcome: 'release' }),
    done: 'Ruled: the human is paid, less the fee.',
  },
  'rule-refund': {
    ...asAdmin,
    route: api.ruleDispute,
    body: () => ({ outcome: 'refund' }),
    done: 'Ruled: the hirer gets the budget back.',
  },
  'rule-split': {
    ...asAdmin,
    route: api.ruleDispute,
    body: ({ percent }) => ({ outcome: 'split', humanPercent: numberOf(percent) }),
    done: 'Ruled: both get their part.',
  },
  'suspend-user': {
    ...asAdmin,
    route: api.suspendUser,
    body: nothing,
    done: 'Suspended: every credential of the account is refused. Its money stays where it is.',
  },
  'reinstate-user': { ...asAdmin, route: api.reinstateUser, body: nothing, done: 'The account may act again.' },

  'create-key': {
    ...asAnybody,
    route: api.createApiKey,
    body: ({ name, chosen, allowed_ips, expires }) => ({
      name,
      permissions: linesOf(chosen),
      ...(allowed_ips === undefined ? {} : { allowedIps: linesOf(allowed_ips) }),
      ...(expires === undefined ? {} : { expiresAt: utc(expires) }),
    }),
    done: shownOnce('The key was made. It is shown this once', 'key'),
  },
  'rotate-key': {
    ...asAnybody,
    route: api.rotateApiKey,
    body: nothing,
    done: shownOnce('The old key is good for one more hour. The new one, shown this once', 'key'),
  },
  'upgrade-key': { ...asAnybody, route: api.upgradeApiKey, body: nothing, done: 'The key may do everything now.' },
  'revoke-key': {
    ...asAnybody,
    route: api.deleteApiKey,
    body: nothing,
    done: 'Revoked: the key is unknown from now on.',
  },

  'create-task-webhook': {
    ...asTold,
    route: api.createWebhook,
    body: ({ url, chosen }) => ({ url, events: linesOf(chosen) }),
    done: shownOnce('Subscribed. Its signing secret, shown this once', 'secret'),
  },
  'rotate-webhook-secret': {
    ...asTold,
    route: api.rotateWebhookSecret,
    body: nothing,
    done: shownOnce('The previous secret is good for one more hour. The new one, shown this once', 'secret'),
  },
  'resend-task-event': {
    ...asTold,
    route: api.resendDelivery,
    body: nothing,
    done: 'It is sent once more; the event keeps its id.',
  },
  'delete-task-webhook': { ...asTold, route: api.deleteWebhook, body: nothing, done: 'Removed.' },
} as const satisfies Actions;
