import { envelope as agrenting } from '../../../marketplaces/agrenting/envelope.js';
import { asObject, type Envelope } from '../../../marketplaces/envelope.js';
import { api as humans2aiApi } from '../../../marketplaces/humans2ai/api.js';
import { envelope as humans2ai } from '../../../marketplaces/humans2ai/envelope.js';
import type { Route } from '../../../marketplaces/route.js';
import type { Env } from '../../env.js';
import type { MarketplaceName, Role, Seat } from '../roles.js';
import type { Action, Fields } from './action.js';

/** The marketplace as everybody reaches it: a request in, an answer out. */
export type Api = (request: Request) => Promise<Response>;

export type Outcome =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly message: string; readonly problems: readonly string[] };

const ENVELOPES: Readonly<Record<MarketplaceName, Envelope>> = { agrenting, humans2ai };

/**
 * Does what a form asks for, through the same door as every other client.
 * @param key the idempotency key of the form: sent twice, it is done once.
 */
export async function perform(
  env: Env,
  api: Api,
  role: Role,
  action: Action,
  fields: Fields,
  key: string,
): Promise<Outcome> {
  const seat = role.seats[action.marketplace];
  if (!seat || role.name !== action.role) {
    return {
      ok: false,
      message: `Only the ${action.role} can do this: sign in as ${action.role} first.`,
      problems: [],
    };
  }
  const ask = (route: Action['route'], body: Readonly<Record<string, unknown>>, withKey: boolean) =>
    send(api, { marketplace: action.marketplace, seat, route, fields, body, key: withKey ? key : undefined });
  let body = action.body(fields);
  if (action.confirms && env.settings.enforceConfirmation) {
    // Whoever pressed the button read what it does: the button is the confirmation.
    const params = fields.id === undefined ? body : { taskId: fields.id, ...body };
    const asked = await ask(humans2aiApi.requestConfirmation, { tool: action.confirms, params }, false);
    if (!asked.ok) return asked;
    body = { ...body, confirmationToken: asObject(asked.data)?.confirmationToken };
  }
  return await ask(action.route, body, true);
}

interface Sent {
  readonly marketplace: MarketplaceName;
  readonly seat: Seat;
  readonly route: Pick<Route, 'method' | 'path'>;
  readonly fields: Fields;
  readonly body: Readonly<Record<string, unknown>>;
  readonly key: string | undefined;
}

async function send(api: Api, { marketplace, seat, route, fields, body, key }: Sent): Promise<Outcome> {
  const envelope = ENVELOPES[marketplace];
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(fields[name] ?? ''));
  const headers = {
    authorization: `Bearer ${seat.secret}`,
    ...(route.method === 'GET' ? {} : { 'content-type': 'application/json' }),
    ...(key === undefined ? {} : { [envelope.keyHeader]: key }),
  };
  const answer = await api(
    new Request(`http://console.invalid/${marketplace}${path}`, {
      method: route.method,
      headers,
      ...(route.method === 'GET' ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const reply: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return { ok: true, data: envelope.unwrap(reply) };
  const error = envelope.unwrapError(reply);
  return {
    ok: false,
    message: error?.message ?? `The marketplace answered ${answer.status}.`,
    problems: problemsOf(error?.details),
  };
}

/** The details of a refusal: a list of sentences for each field. */
function problemsOf(details: unknown): string[] {
  return Object.entries(asObject(details) ?? {}).flatMap(([field, texts]) =>
    [texts].flat().map((text) => `${field}: ${String(text)}`),
  );
}
