import { demo } from '../../credentials.js';
import type { Tx } from '../../store/schema.js';

/** Who stands behind ids of both marketplaces, in their own words: to be cleaned before it is shown. */
export async function namesOf(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids)];
  const names = new Map([
    ['world', 'Outside world'],
    ['platform', 'Platform'],
    [demo.agrentingAdmin, 'Platform admin'],
  ]);
  if (wanted.length === 0) return names;
  const users = await tx.selectFrom('agrenting_users').select(['id', 'name']).where('id', 'in', wanted).execute();
  const agents = await tx.selectFrom('agrenting_agents').select(['id', 'name']).where('id', 'in', wanted).execute();
  const people = await tx.selectFrom('h2a_users').select(['id', 'display_name']).where('id', 'in', wanted).execute();
  for (const { id, name } of [...users, ...agents]) names.set(id, name);
  for (const { id, display_name } of people) names.set(id, display_name);
  return names;
}
