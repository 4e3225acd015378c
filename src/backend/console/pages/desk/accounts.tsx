import { listUsers } from '../../../domain/accounts.js';
import { Act } from '../../parts/form.js';
import { Name, spoken } from '../../parts/text.js';
import type { View } from '../../view.js';

const SHOWN = 50;

interface Account {
  readonly id: string;
  readonly name: string;
  readonly what: string;
  readonly state: string;
  readonly change: 'suspend-user' | 'reinstate-user' | 'suspend-agent' | 'reinstate-agent' | undefined;
}

/** Everybody who takes part, and the means to stop them. */
export async function accountsOf(view: View): Promise<Account[]> {
  const { db } = view.env;
  const users = await listUsers(db, SHOWN);
  const agents = await db
    .selectFrom('agrenting_agents')
    .select(['id', 'name', 'status'])
    .orderBy('position', 'desc')
    .limit(SHOWN)
    .execute();
  return [
    ...users.map(({ id, display_name, role, suspended }): Account => {
      const stopped = suspended !== 0n;
      const change = role === 'admin' ? undefined : stopped ? 'reinstate-user' : 'suspend-user';
      return { id, name: display_name, what: `Humans2AI ${role}`, state: stopped ? 'suspended' : 'active', change };
    }),
    ...agents.map(({ id, name, status }): Account => {
      const change = status === 'suspended' ? 'reinstate-agent' : status === 'banned' ? undefined : 'suspend-agent';
      return { id, name, what: 'Agrenting agent', state: status, change };
    }),
  ];
}

export const Accounts = ({ view, accounts }: { view: View; accounts: readonly Account[] }) => (
  <section>
    <h2>Accounts</h2>
    <details>
      <summary>Suspend or reinstate somebody</summary>
      <table class="rows dense">
        <caption>Whoever is suspended can do nothing; their money stays where it is</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">What</th>
            <th scope="col">State</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {accounts.map(({ id, name, what, state, change }) => (
            <tr id={`account-${id}`}>
              <td data-label="Name">
                <Name text={name} max={60} />
              </td>
              <td data-label="What">{what}</td>
              <td data-label="State">
                <span class={`status ${state === 'active' ? 'good' : 'back'}`}>{spoken(state)}</span>
              </td>
              <td data-label="Change">
                {change ? (
                  <Act
                    view={view}
                    action={change}
                    hidden={{ id }}
                    label={change.startsWith('suspend') ? 'Suspend' : 'Reinstate'}
                    tone={change.startsWith('suspend') ? 'danger' : 'plain'}
                  />
                ) : (
                  ''
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  </section>
);
