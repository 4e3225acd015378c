import { sql } from 'kysely';
import { audit } from '../../domain/ledger.js';
import type { Tx } from '../../store/schema.js';
import { Money } from '../parts/money.js';
import { Postings } from '../parts/postings.js';
import { newestPostings } from '../read/postings.js';
import type { Page } from '../view.js';

const SHOWN = 50;

/** Every posting, and the sum that is zero. */
export const ledger: Page = async (view) => {
  const { db } = view.env;
  const { sums, escrowGap, negative } = await audit(db);
  const totals = await totalsByKind(db);
  const before = /^\d{1,18}$/.exec(view.query.get('before') ?? '')?.[0];
  const postings = await newestPostings(db, SHOWN, before === undefined ? undefined : BigInt(before));
  const last = postings.at(-1);
  const sound = Object.values(sums).every((sum) => sum === 0n) && escrowGap === 0n && negative === 0n;
  return {
    title: 'Ledger',
    body: (
      <>
        <p class={sound ? 'verdict good' : 'verdict bad'}>
          {sound
            ? 'The books balance: every sum is zero, escrow accounts hold exactly what is locked, and no account is below zero.'
            : 'The books do not balance. This must never happen; please report it.'}
        </p>
        {Object.entries(sums).map(([currency, sum]) => (
          <section>
            <h2>All {currency}, added up</h2>
            <table class="sum">
              <caption>Balances by kind of account; money from outside counts as negative</caption>
              <tbody>
                {totals
                  .filter((total) => total.currency === currency)
                  .map(({ kind, total }) => (
                    <tr>
                      <th scope="row">{KINDS[kind] ?? kind}</th>
                      <td class="right">
                        <Money units={total} currency={currency} />
                      </td>
                    </tr>
                  ))}
                <tr class="total">
                  <th scope="row">Sum</th>
                  <td class="right">
                    <Money units={sum} currency={currency} />
                  </td>
                </tr>
              </tbody>
            </table>
          </section>
        ))}
        <section>
          <h2>Postings</h2>
          <Postings
            postings={postings}
            now={view.now}
            caption="Each takes from one account what it gives to another; newest first"
          />
          <p class="pages">
            {before === undefined ? '' : <a href="/console/ledger">Newest</a>}
            {postings.length === SHOWN && last ? <a href={`/console/ledger?before=${last.id}`}>Older</a> : ''}
          </p>
        </section>
      </>
    ),
  };
};

const KINDS: Readonly<Record<string, string>> = {
  available: 'Available to people and agents',
  escrow: 'Held in escrow',
  platform: 'Fees of the platform',
  world: 'Came from outside',
};

async function totalsByKind(tx: Tx): Promise<{ currency: string; kind: string; total: bigint }[]> {
  const { rows } = await sql<{ currency: string; kind: string; total: bigint }>`
    SELECT currency, kind, sum(balance) AS total FROM accounts GROUP BY currency, kind ORDER BY currency, kind`.execute(
    tx,
  );
  return rows;
}
