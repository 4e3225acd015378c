import { z } from 'zod';
import { defineMoneyTool, type Tool } from '../../../src/marketplaces/define.js';
import { parseAmount } from '../../../src/money.js';
import { routes } from './market.js';

/** The money tools of the small marketplace: one that spends, one that takes back, one that pays out. */

const gateArguments = { idempotency_key: z.string().optional(), confirmation_token: z.string().optional() };
const result = z.object({
  id: z.string(),
  status: z.string(),
  payee: z.string(),
  amount: z.string(),
  note: z.string(),
});
const common = {
  description: 'For tests.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  output: result,
  tokenArgument: 'confirmation_token',
  confirm: true,
} as const;

export const pay = defineMoneyTool({
  ...common,
  name: 'pay',
  title: 'Pay',
  input: z.object({
    note: z.string().min(1),
    payee: z.string().min(1),
    amount: z.string(),
    secret: z.string().optional(),
    wait_seconds: z.number().int().default(0),
    ...gateArguments,
  }),
  secrets: ['secret'],
  besides: ['wait_seconds'],
  async preview({ note, payee, amount }, { api, signal }) {
    const { items } = await api.call(routes.items, { query: { note } }, { signal });
    return {
      sentence: `Pay ${amount} USD to ${payee} for ${note}; ${items.length} were paid for it before.`,
      amount: { units: parseAmount(amount), currency: 'USD' },
      spends: true,
      payee,
      version: {},
    };
  },
  async send({ note, payee, amount, secret }, { api, signal }, key) {
    return result.parse(await api.call(routes.pay, { body: { note, payee, amount, secret } }, { signal, key }));
  },
  async follow({ wait_seconds }, { api, signal }, paid) {
    const { id } = result.parse(paid);
    return wait_seconds > 0
      ? result.parse(await api.call(routes.item, { params: { id } }, { signal }))
      : result.parse(paid);
  },
  async find({ note, payee, amount }, { api, signal }, since) {
    const { items } = await api.call(routes.items, { query: { note } }, { signal });
    const [only, another] = items.filter(
      (item) => item.created_at >= since && item.payee === payee && parseAmount(item.amount) === parseAmount(amount),
    );
    return only && !another ? result.parse(only) : undefined;
  },
});

const settling = (name: 'refund' | 'release', done: string) =>
  defineMoneyTool({
    ...common,
    name,
    title: name,
    input: z.object({ id: z.string(), ...gateArguments }),
    async preview({ id }, { api, signal }) {
      const item = await api.call(routes.item, { params: { id } }, { signal });
      return {
        sentence: `${name} ${item.amount} USD of ${id}, version ${item.version}, ${item.payee}.`,
        amount: { units: parseAmount(item.amount), currency: 'USD' },
        spends: false,
        ...(name === 'release' ? { commits: true as const } : {}),
        payee: name === 'release' ? item.payee : 'your own balance',
        version: { status: item.status, submission: item.version },
      };
    },
    async send({ id }, { api, signal }, key) {
      return result.parse(await api.call(routes[name], { params: { id } }, { signal, key }));
    },
    async find({ id }, { api, signal }) {
      const item = await api.call(routes.item, { params: { id } }, { signal });
      return item.status === done ? result.parse(item) : undefined;
    },
  });

export const giveBack = settling('refund', 'refunded');
export const payOut = settling('release', 'released');
export const leanTools: readonly Tool[] = [pay, giveBack, payOut];
