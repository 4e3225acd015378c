import { demo } from '../../backend/credentials.js';
import { audit } from '../../backend/domain/ledger.js';
import type { Backend } from '../../backend/index.js';
import { formatAmount } from '../../money.js';

/** Who paid whom, read from the sandbox's own ledger, with the names that people know the accounts by. */

type Db = Backend['env']['db'];

export interface Statement {
  readonly transfers: readonly Transfer[];
  readonly currencies: readonly string[];
  /** One row for everybody who took part, one for all the rest; 10^-8 units in the order of `currencies`. */
  readonly balances: readonly { readonly name: string; readonly units: readonly (bigint | undefined)[] }[];
  /** The sum of all balances, as the database adds them up, in the order of `currencies`. */
  readonly sums: readonly bigint[];
  /** Every sum is zero, no account is below zero, and what lies in escrow is what is still held. */
  readonly holds: boolean;
}

export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly currency: string;
  readonly kind: string;
}

/** The newest transfer: what is later belongs to the story. */
export async function lastTransfer({ env: { db } }: Backend): Promise<bigint> {
  const row = await db.selectFrom('transfers').select('id').orderBy('id', 'desc').executeTakeFirst();
  return row?.id ?? 0n;
}

/** The transfers after one, what everybody has now, and the sums. */
export async function statement({ env: { db } }: Backend, after: bigint): Promise<Statement> {
  const rows = await db.selectFrom('transfers').selectAll().where('id', '>', after).orderBy('id').execute();
  const accounts = await db.selectFrom('accounts').selectAll().execute();
  const part = new Set(rows.flatMap(({ debit, credit }) => [debit, credit]));
  const names = new Map<string, string>();
  for (const account of accounts.filter(({ id }) => part.has(id))) names.set(account.id, await nameOf(db, account));
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const transfers = rows.map(({ debit, credit, amount, kind }) => ({
    from: names.get(debit) ?? debit,
    to: names.get(credit) ?? credit,
    amount: formatAmount(amount),
    currency: byId.get(debit)?.currency ?? '',
    kind,
  }));

  const currencies = [...new Set(transfers.map(({ currency }) => currency))];
  const people = [...new Set([...names.values(), EVERYBODY_ELSE])];
  const balances = people.map((name) => ({
    name,
    units: currencies.map((currency) => {
      const theirs = accounts.filter((a) => a.currency === currency && (names.get(a.id) ?? EVERYBODY_ELSE) === name);
      return theirs.length === 0 ? undefined : theirs.reduce((sum, { balance }) => sum + balance, 0n);
    }),
  }));
  const { sums, escrowGap, negative } = await audit(db);
  return {
    transfers,
    currencies,
    balances,
    sums: currencies.map((currency) => sums[currency] ?? 0n),
    holds: Object.values(sums).every((sum) => sum === 0n) && escrowGap === 0n && negative === 0n,
  };
}

const EVERYBODY_ELSE = 'everybody else';
/** Both marketplaces keep their fees in an account of their own, each in its own currency. */
const PLATFORMS: Readonly<Record<string, string>> = { USD: 'Agrenting', $A9token: 'Humans2AI' };
const YOURS: readonly string[] = [demo.hirer, demo.humans2aiAgent];

async function nameOf(
  db: Db,
  { owner, kind, currency }: { readonly owner: string; readonly kind: string; readonly currency: string },
): Promise<string> {
  if (kind === 'platform') return PLATFORMS[currency] ?? 'the marketplace';
  const name = YOURS.includes(owner) ? 'You' : await nameOfOther(db, owner);
  return kind === 'escrow' ? `${name}, in escrow` : name;
}

async function nameOfOther(db: Db, owner: string): Promise<string> {
  const agent = await db.selectFrom('agrenting_agents').select('name').where('id', '=', owner).executeTakeFirst();
  if (agent) return agent.name;
  const user = await db.selectFrom('h2a_users').select('display_name').where('id', '=', owner).executeTakeFirst();
  return user?.display_name ?? owner;
}
