import { describeMoney } from '../../../money.js';
import { CURRENCY } from '../../domain/hirings.js';
import type { CredentialRow, Tx } from '../../store/schema.js';
import { Empty, Name } from '../parts/text.js';
import { exact, Time } from '../parts/time.js';
import { MARKETS, type MarketplaceName } from '../roles.js';
import type { Page, View } from '../view.js';
import { KeyActions, NewKey } from './key-forms.js';

const SHOWN = 50;

/** The API keys of whoever is signed in: what each may do, from where and until when. */
export const keys: Page = async (view) => {
  const sections = [];
  for (const { name, title } of MARKETS) {
    const seat = view.role.seats[name];
    if (seat) sections.push({ name, title, rows: await keysOf(view.env.db, name, seat.account) });
  }
  return {
    title: 'API keys',
    body: (
      <>
        <p>A key is shown once, when it is made. The sandbox keeps its hash and its last four characters.</p>
        {sections.map(({ name, title, rows }) => (
          <section>
            <h2>{title}</h2>
            <Keys view={view} marketplace={name} rows={rows} />
            <NewKey view={view} marketplace={name} />
          </section>
        ))}
      </>
    ),
  };
};

async function keysOf(tx: Tx, marketplace: MarketplaceName, account: string): Promise<CredentialRow[]> {
  return await tx
    .selectFrom('credentials')
    .selectAll()
    .where('marketplace', '=', marketplace)
    .where('account', '=', account)
    .where('via', '=', 'key')
    .orderBy('created_at', 'desc')
    .limit(SHOWN)
    .execute();
}

const Keys = ({
  view,
  marketplace,
  rows,
}: {
  view: View;
  marketplace: MarketplaceName;
  rows: readonly CredentialRow[];
}) =>
  rows.length === 0 ? (
    <Empty>There is no key.</Empty>
  ) : (
    <table class="rows">
      <caption>Newest first</caption>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">May</th>
          <th scope="col">Limits</th>
          <th scope="col">Made</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr id={`key-${row.id}`}>
            <td class="lead">
              <Name text={row.name} max={40} /> <code class="id">{`…${row.hint}`}</code>
            </td>
            <td data-label="May">{row.scopes === '*' ? 'everything' : row.scopes.split(' ').join(', ')}</td>
            <td data-label="Limits">{limitsOf(row)}</td>
            <td data-label="Made">
              <Time at={row.created_at} now={view.now} />
            </td>
            <td data-label="State">
              <div>
                <KeyState row={row} now={view.now} />
                {isGood(row, view.now) ? <KeyActions view={view} marketplace={marketplace} row={row} /> : ''}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );

const isGood = (row: CredentialRow, now: number): boolean =>
  (row.revoked_at === null || Date.parse(row.revoked_at) > now) &&
  (row.expires_at === null || Date.parse(row.expires_at) > now);

const KeyState = ({ row, now }: { row: CredentialRow; now: number }) => {
  if (isGood(row, now)) return <span class="status good">{row.revoked_at ? 'replaced, still good' : 'good'}</span>;
  return <span class="status back">{row.revoked_at ? 'revoked' : 'expired'}</span>;
};

function limitsOf(row: CredentialRow): string {
  const addresses: string[] = row.allowed_ips === null ? [] : JSON.parse(row.allowed_ips);
  const limits = [
    ...(row.max_price_per_hire === null
      ? []
      : [`at most ${describeMoney({ units: row.max_price_per_hire, currency: CURRENCY })} per hire`]),
    ...(addresses.length === 0 ? [] : [`only from ${addresses.join(', ')}`]),
    ...(row.expires_at === null ? [] : [`until ${exact(row.expires_at)}`]),
    ...(row.revoked_at === null ? [] : [`ends ${exact(row.revoked_at)}`]),
  ];
  return limits.length === 0 ? 'none' : limits.join('; ');
}
