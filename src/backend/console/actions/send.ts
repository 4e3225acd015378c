import { envelope as agrenting } from '../../../marketplaces/agrenting/envelope.js';
import { asObject, type Envelope } from '../../../marketplaces/envelope.js';
import { api as humans2aiApi } from '../../../marketplaces/humans2ai/api.js';
import { envelope as humans2ai } from '../../../marketplaces/humans2ai/envelope.js';
import type { Route } from '../../../marketplaces/route.js';
import { isoTime } from '../../clock.js';
import { issueCredential } from '../../credentials.js';
import type { Env } from '../../env.js';
import type { MarketplaceName, Role, Seat } from '../roles.js';
import type { Action, Fields } from './action.js';

/** The marketplace as everybody reaches it: a request in, an answer out. */
export type Api = (request: Request) => Promise<Response>;

export type Outcome =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly message: string; readonly problems: readonly string[] };

const { requestConfirmation } = humans2aiApi;
const ENVELOPES: Readonly<Record<MarketplaceName, Envelope>> = { agrenting, humans2ai };

/** Who asks. */
export interface Asking {
  readonly role: Role;
  /** Since when they are signed in. */
  readonly since: string;
}

/**
 * Does what a form asks for, through the same door as every other client.
 * @param key the idempotency key of the form: sent twice, it is done once.
 */
export async function perform(
  env: Env,
  api: Api,
  { role, since }: Asking,
  action: Action,
  fields: Fields,
  key: string,
): Promise<Outcome> {
  const { marketplace, route } = action;
  const seat = role.seats[marketplace];
  if (!seat || !action.roles.includes(role.name)) {
    const message = `Only the ${action.roles.join(' or the ')} can do this: change the role first.`;
    return { ok: false, message, problems: [] };
  }
  const login = await logIn(env, marketplace, seat, since);
  const common = { marketplace, secret: login.secret, fields };
  let body = action.body(fields);
  try {
    if (action.confirms && env.settings.enforceConfirmation) {
      // Whoever pressed the button read what it does: the button is the confirmation.
      const params = fields.id === undefined ? body : { taskId: fields.id, ...body };
      const request = { tool: action.confirms, params };
      const asked = await send(api, { ...common, route: requestConfirmation, body: request, key: undefined });
      if (!asked.ok) return asked;
      body = { ...body, confirmationToken: asObject(asked.data)?.confirmationToken };
    }
    return await send(api, { ...common, route, body, key });
  } finally {
    await env.db.deleteFrom('credentials').where('id', '=', login.id).execute();
  }
}

const SESSION_MS = 60_000;

/**
 * A login of the marketplace for one call, as fresh as the visit is and gone afterwards. Agrenting knows no logins of
 * users, and there a key makes no other key that outlives it: so it is a key without an end.
 */
async function logIn(env: Env, marketplace: MarketplaceName, { account, kind }: Seat, since: string) {
  const session = { via: 'session', since, expiresAt: isoTime(env.clock.now() + SESSION_MS) } as const;
  return await issueCredential(env, env.db, {
    marketplace,
    kind,
    account,
    name: 'console',
    prefix: 'console_',
    scopes: ['*'],
    ...(marketplace === 'humans2ai' ? session : {}),
  });
}

interface Sent {
  readonly marketplace: MarketplaceName;
  readonly secret: string;
  readonly route: Pick<Route, 'method' | 'path'>;
  readonly fields: Fields;
  readonly body: Readonly<Record<string, unknown>>;
  readonly key: string | undefined;
}

async function send(api: Api, { marketplace, secret, route, fields, body, key }: Sent): Promise<Outcome> {
  const envelope = ENVELOPES[marketplace];
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(fields[name] ?? ''));
  const headers = {
    authorization: `Bearer ${secret}`,
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
