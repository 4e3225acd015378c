import { accountId, balanceOf } from '../../domain/ledger.js';
import { Act, formId, TextField } from '../parts/form.js';
import { Money } from '../parts/money.js';
import { type Level, Plot } from '../parts/plot.js';
import { Postings } from '../parts/postings.js';
import { Empty } from '../parts/text.js';
import { type Posting, postingsOfAccount } from '../read/postings.js';
import { MARKETS } from '../roles.js';
import type { Page, View } from '../view.js';

const SHOWN = 100;
const LISTED = 30;

/** The money of the role that is signed in: what it can spend, what is held, and how it came to that. */
export const wallet: Page = async (view) => {
  const wallets = [];
  for (const market of MARKETS) {
    const seat = view.role.seats[market.name];
    if (seat) wallets.push(await walletOf(view, market, seat.account));
  }
  return {
    title: 'Wallet',
    body: (
      <>
        {wallets.map((one) => (
          <Wallet view={view} {...one} />
        ))}
      </>
    ),
  };
};

async function walletOf(view: View, { name, title, currency }: (typeof MARKETS)[number], owner: string) {
  const { db } = view.env;
  const account = accountId(owner, 'available', currency);
  const available = await balanceOf(db, account);
  const held = await balanceOf(db, accountId(owner, 'escrow', currency));
  const postings = await postingsOfAccount(db, account, SHOWN);
  return { name, title, currency, available, held, postings, levels: levelsOf(account, available, postings) };
}

/** The balance after each posting, counted back from what it is now. @param postings newest first. */
function levelsOf(account: string, balance: bigint, postings: readonly Posting[]): Level[] {
  const levels: Level[] = [];
  let level = balance;
  for (const { created_at, amount, to } of postings) {
    levels.push({ at: created_at, balance: level });
    level -= to.account === account ? amount : -amount;
  }
  return levels.toReversed();
}

const Wallet = ({
  view,
  name,
  title,
  currency,
  available,
  held,
  postings,
  levels,
}: { view: View } & Awaited<ReturnType<typeof walletOf>>) => (
  <section>
    <h2>{title}</h2>
    <dl class="balances">
      <div>
        <dt>Available</dt>
        <dd>
          <Money units={available} currency={currency} />
        </dd>
      </div>
      <div>
        <dt>Held in escrow</dt>
        <dd>
          <Money units={held} currency={currency} />
        </dd>
      </div>
    </dl>
    {postings.length === 0 ? (
      <Empty>Nothing was earned or spent yet.</Empty>
    ) : (
      <Plot levels={levels} currency={currency} label={`Available ${currency}, posting by posting`} />
    )}
    {name === 'agrenting' && view.role.name === 'hirer' ? (
      <Act view={view} action="deposit" label="Deposit play money">
        <TextField
          view={view}
          form={formId('deposit')}
          name="amount"
          label="Amount in USD"
          inputmode="decimal"
          value="100.00"
        />
      </Act>
    ) : (
      ''
    )}
    {postings.length === 0 ? (
      ''
    ) : (
      <Postings
        postings={postings.slice(0, LISTED)}
        now={view.now}
        caption={`What moved available ${currency}, newest first`}
      />
    )}
  </section>
);
