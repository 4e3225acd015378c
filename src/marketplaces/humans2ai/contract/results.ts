import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { application, message, payment, task, transaction, user } from './replies.js';
import { maybe, money, pagination, timestamp } from './scalars.js';

/** The results of the tools; the REST routes answer the same (contract notes §2.1, §2.2). */

/** Seconds, as text (Firebase's manner) or as a number. */
const seconds = z.union([z.string(), z.number()]).transform(String).pipe(word(20));

export const sessionResult = z.looseObject({
  user: maybe(user),
  /** A session credential: secret. */
  idToken: z.string(),
  /** Secret. */
  refreshToken: maybe(z.string()),
  expiresIn: maybe(seconds),
  nextSteps: maybe(z.union([foreignText(2_000), z.array(foreignText(500))])),
});

export const registerResult = sessionResult.extend({
  apiKey: maybe(
    z.looseObject({
      /** Secret, shown once. */
      key: z.string(),
      /** The documents do not return the key's id, which an upgrade needs; ours does. */
      id: maybe(word()),
      permissions: maybe(z.array(word(40))),
    }),
  ),
});

export const taskAndMessage = z.looseObject({ task, message: maybe(foreignText(500)) });
export const taskAndPayment = taskAndMessage.extend({ payment: maybe(payment) });

export const taskList = z.looseObject({ tasks: z.array(task), pagination: maybe(pagination) });

export const applicationList = z.looseObject({
  taskId: maybe(word()),
  applications: z.array(application),
  total: maybe(z.number()),
});

export const messageList = z.looseObject({
  taskId: maybe(word()),
  messages: z.array(message),
  total: maybe(z.number()),
});

export const wallet = z.looseObject({
  /** What can be spent. */
  balance: money,
  /** What is locked in escrow. */
  frozenBalance: maybe(money),
  totalEarned: maybe(money),
  totalSpent: maybe(money),
  currency: maybe(word(20)),
  recentTransactions: maybe(z.array(transaction)),
});

export const transactionList = z.looseObject({
  transactions: z.array(transaction),
  pagination: maybe(pagination),
});

export const confirmation = z.looseObject({
  /** Spends money once, within five minutes: secret. */
  confirmationToken: z.string(),
  expiresAt: maybe(timestamp),
  tool: maybe(word(40)),
  message: maybe(foreignText(500)),
});
