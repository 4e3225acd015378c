import type { Settings } from './config/settings.js';
import { findAccount, readAccounts } from './credentials/accounts-file.js';
import { CredentialError, DEFAULT_ACCOUNT } from './credentials/store.js';
import { HirewireError } from './errors.js';
import type { Fetch } from './http/client.js';
import type { Origin } from './http/origin.js';
import type { RateLimitState } from './http/rate-limit-state.js';
import { registerSecret } from './log.js';
import { envelope as agrentingEnvelope } from './marketplaces/agrenting/envelope.js';
import { ApiClient } from './marketplaces/api-client.js';
import type { AccountRole, KeptSecret, KeptWhere } from './marketplaces/define.js';
import { envelope as humans2aiEnvelope } from './marketplaces/humans2ai/envelope.js';
import { sha256 } from './spending/digest.js';
import type { AccountFacts } from './spending/gate.js';

/** A marketplace account that tools can use. */
export interface Connection {
  readonly api: ApiClient;
  readonly account: AccountFacts;
  /** For streams: the same origin with the same credential. */
  readonly origin: Origin;
  /** What the marketplace said last about the limit of this account. */
  readonly limits: RateLimitState;
}

/** The built-in marketplace: how to reach it and the keys of its demo accounts. */
export interface Sandbox {
  readonly fetch: Fetch;
  readonly credentials: Readonly<Record<AccountRole, string>>;
}

const SANDBOX_ORIGIN = new URL('http://sandbox.invalid');

const VARIABLES: Record<AccountRole, string> = {
  'agrenting.hirer': 'AGRENTING_API_KEY',
  'agrenting.agent': 'AGRENTING_AGENT_KEY',
  'humans2ai.agent': 'HUMANS2AI_API_KEY',
};

/** Opens a connection per account when a tool first needs it. Each credential goes to its own origin only. */
export class Connections {
  private readonly open = new Map<AccountRole, Connection>();
  private readonly sessions = new Map<AccountRole, KeptSecret>();
  /** What a command or a store gave: asked once, then held in memory. */
  private readonly found = new Map<AccountRole, string>();
  private readonly asked = new Map<AccountRole, Promise<void>>();

  constructor(
    private readonly settings: Settings,
    private readonly sandbox: () => Promise<Sandbox>,
    private readonly now: () => number,
  ) {
    for (const role of ROLES) registerSecret(this.configured(role));
    registerSecret(settings.credentials.passphrase);
  }

  /**
   * @param anonymous for sign-up and login, which need no credential.
   * @throws {HirewireError} NOT_CONFIGURED, naming the command to run; CREDENTIAL_UNAVAILABLE when its store fails.
   */
  async connect(role: AccountRole, anonymous = false): Promise<Connection> {
    if (!anonymous) await this.find(role);
    const known = this.open.get(role);
    if (known) return known;
    const connection = this.settings.sandbox ? await this.toSandbox(role) : await this.toMarketplace(role);
    this.open.set(role, connection);
    return connection;
  }

  /** Whether there is a credential for calls of this role. That its store will give it is not sure. */
  has(role: AccountRole): boolean {
    return this.settings.sandbox || this.secret(role) !== undefined || this.isKept(role);
  }

  /** A credential that is there already always wins. A key goes to the keychain, a login lives as long as this process. */
  async keep(secret: KeptSecret): Promise<KeptWhere> {
    registerSecret(secret.value);
    const { account } = this.settings.credentials;
    // It is on its way into the marketplace's own store; a second copy here would serve nobody.
    if (secret.kind === 'github-token') return { place: 'nowhere', account, says: 'kept by the marketplace' };
    if (
      this.settings.sandbox ||
      this.configured(secret.role) ||
      this.found.has(secret.role) ||
      this.isKept(secret.role)
    ) {
      return { place: 'nowhere', account, says: 'not used: another credential is configured' };
    }
    if (secret.kind === 'session') {
      this.sessions.set(secret.role, secret);
      return { place: 'memory', account, says: 'in use' };
    }
    if (secret.kind === 'refresh-token') return { place: 'nowhere', account, says: 'not kept' };
    const { storeKey } = await import('./credentials/keep.js');
    const where = await storeKey(secret.role, this.urlOf(secret.role), secret.value, this.settings.credentials);
    this.found.set(secret.role, secret.value);
    return where;
  }

  /** Whether a command or a store has one, without asking it. */
  private isKept(role: AccountRole): boolean {
    const { account, accountsFile, commands } = this.settings.credentials;
    const names = account === DEFAULT_ACCOUNT ? [role, `${role}/${account}`] : [`${role}/${account}`];
    return (
      names.some((name) => commands[name] !== undefined) ||
      findAccount(readAccounts(accountsFile), role, account) !== undefined
    );
  }

  private secret(role: AccountRole): string | undefined {
    return this.configured(role) ?? this.session(role) ?? this.found.get(role);
  }

  /** Gets the credential where it is kept, once. What failed is tried again by the next call. */
  private async find(role: AccountRole): Promise<void> {
    if (this.settings.sandbox || this.secret(role) !== undefined) return;
    const asking = this.asked.get(role) ?? this.ask(role).finally(() => this.asked.delete(role));
    this.asked.set(role, asking);
    await asking;
  }

  private async ask(role: AccountRole): Promise<void> {
    if (!this.isKept(role)) throw notConfigured(role, this.settings.credentials.account);
    const { readCredential } = await import('./credentials/read.js');
    const secret = await readCredential(role, this.urlOf(role), this.settings.credentials).catch((error: unknown) => {
      throw error instanceof CredentialError ? unavailable(error) : error;
    });
    if (secret === undefined) throw notConfigured(role, this.settings.credentials.account);
    registerSecret(secret);
    this.found.set(role, secret);
  }

  private urlOf(role: AccountRole): URL {
    return role === 'humans2ai.agent' ? this.settings.humans2ai.url : this.settings.agrenting.url;
  }

  private configured(role: AccountRole): string | undefined {
    const { agrenting, humans2ai } = this.settings;
    if (role === 'agrenting.hirer') return agrenting.hirerKey;
    return role === 'agrenting.agent' ? agrenting.agentKey : humans2ai.key;
  }

  private session(role: AccountRole): string | undefined {
    const kept = this.sessions.get(role);
    return kept && (kept.expiresAt === undefined || kept.expiresAt > this.now()) ? kept.value : undefined;
  }

  private async toSandbox(role: AccountRole): Promise<Connection> {
    const { fetch, credentials } = await this.sandbox();
    const key = credentials[role];
    registerSecret(key);
    // Sandbox keys are made anew at each start; the account behind them stays the same.
    return await this.make(role, fetch, SANDBOX_ORIGIN, () => key, 'sandbox');
  }

  private async toMarketplace(role: AccountRole): Promise<Connection> {
    const key = () => this.secret(role);
    return await this.make(role, (request, init) => fetch(request, init), this.urlOf(role), key, undefined);
  }

  private async make(
    role: AccountRole,
    fetch: Fetch,
    url: URL,
    key: () => string | undefined,
    sandbox?: string,
  ): Promise<Connection> {
    const headers = async (): Promise<Record<string, string>> => {
      const secret = key();
      return { 'user-agent': USER_AGENT, ...(secret === undefined ? {} : credentialHeader(role, secret)) };
    };
    // The HTTP client wakes up Node's own fetch; a start does not need it.
    const { createHttp } = await import('./http/client.js');
    const { originOf } = await import('./http/origin.js');
    const { RateLimitState } = await import('./http/rate-limit-state.js');
    const limits = new RateLimitState();
    const observed: Fetch = async (request, init) => {
      const response = await fetch(request, init);
      limits.note(response.headers, this.now());
      return response;
    };
    const way = { fetch: observed, baseUrl: url, headers };
    const http = createHttp(way);
    const { account } = this.settings.credentials;
    const envelope = role === 'humans2ai.agent' ? humans2aiEnvelope : agrentingEnvelope;
    return {
      api: new ApiClient(http, envelope),
      origin: originOf(way),
      limits,
      account: {
        account: `${role}/${sandbox === undefined ? account : DEFAULT_ACCOUNT}`,
        origin: `${url.origin}${url.pathname}`,
        get credential() {
          return sandbox ?? sha256(`credential ${key() ?? ''}`).slice(0, 16);
        },
        sandbox: sandbox !== undefined,
      },
    };
  }
}

export const ROLES: readonly AccountRole[] = ['agrenting.hirer', 'agrenting.agent', 'humans2ai.agent'];
export const VERSION = process.env.HIREWIRE_VERSION ?? '0.0.0';
const USER_AGENT = `hirewire/${VERSION}`;

/** Agents present their key as X-API-Key (recommended); Bearer is for hirers' tokens and for Humans2AI. */
export const credentialHeader = (role: AccountRole, secret: string): Record<string, string> =>
  role === 'agrenting.agent' ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` };

function notConfigured(role: AccountRole, account: string): HirewireError {
  const [marketplace, kind] = role.split('.');
  const flags = `${kind === 'agent' && marketplace === 'agrenting' ? ' --role agent' : ''}`;
  const named = account === DEFAULT_ACCOUNT;
  const variable = named ? `, or set ${VARIABLES[role]} for this server` : '';
  return new HirewireError({
    code: 'NOT_CONFIGURED',
    message: `No credential is configured for ${role.replace('.', ' ')}${named ? '' : `, account ${account}`}.`,
    changed: 'no',
    next:
      `Ask the person to run "hirewire login ${marketplace}${flags}${named ? '' : ` --name ${account}`}" in a terminal${variable}. ` +
      'Without any key the server uses the sandbox.',
    retrySafe: false,
  });
}

/** The store's own sentence and advice: they name places, never a secret. */
function unavailable(error: CredentialError): HirewireError {
  return new HirewireError(
    {
      code: 'CREDENTIAL_UNAVAILABLE',
      message: error.message,
      changed: 'no',
      next: `Tell the person: ${error.next}`,
      retrySafe: true,
      details: { problem: error.problem },
    },
    { cause: error },
  );
}
