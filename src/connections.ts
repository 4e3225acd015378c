import type { Settings } from './config/settings.js';
import { HirewireError } from './errors.js';
import type { Fetch } from './http/client.js';
import { registerSecret } from './log.js';
import { envelope as agrentingEnvelope } from './marketplaces/agrenting/envelope.js';
import { ApiClient } from './marketplaces/api-client.js';
import type { AccountRole, KeptSecret } from './marketplaces/define.js';
import { envelope as humans2aiEnvelope } from './marketplaces/humans2ai/envelope.js';
import { sha256 } from './spending/digest.js';
import type { AccountFacts } from './spending/gate.js';

/** A marketplace account that tools can use. */
export interface Connection {
  readonly api: ApiClient;
  readonly account: AccountFacts;
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

  constructor(
    private readonly settings: Settings,
    private readonly sandbox: () => Promise<Sandbox>,
    private readonly now: () => number,
  ) {
    for (const role of ROLES) registerSecret(this.configured(role));
  }

  /**
   * @param anonymous for sign-up and login, which need no credential.
   * @throws {HirewireError} NOT_CONFIGURED, naming the variable to set.
   */
  async connect(role: AccountRole, anonymous = false): Promise<Connection> {
    const known = this.open.get(role);
    if (known && (anonymous || this.has(role))) return known;
    if (!this.settings.sandbox && !anonymous && !this.has(role)) throw notConfigured(role);
    const connection = this.settings.sandbox ? await this.toSandbox(role) : await this.toMarketplace(role);
    this.open.set(role, connection);
    return connection;
  }

  /** Whether calls of this role can be made at all. */
  has(role: AccountRole): boolean {
    return this.settings.sandbox || this.configured(role) !== undefined || this.session(role) !== undefined;
  }

  /** A configured credential always wins; otherwise a login is used while this process lives. */
  keep(secret: KeptSecret): 'in use' | 'not used: another credential is configured' {
    registerSecret(secret.value);
    if (this.settings.sandbox || this.configured(secret.role)) return 'not used: another credential is configured';
    if (secret.kind === 'session') this.sessions.set(secret.role, secret);
    return 'in use';
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
    const { url } = role === 'humans2ai.agent' ? this.settings.humans2ai : this.settings.agrenting;
    const key = () => this.configured(role) ?? this.session(role);
    return await this.make(role, (request, init) => fetch(request, init), url, key, undefined);
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
    const http = createHttp({ fetch, baseUrl: url, headers });
    const envelope = role === 'humans2ai.agent' ? humans2aiEnvelope : agrentingEnvelope;
    return {
      api: new ApiClient(http, envelope),
      account: {
        account: `${role}/default`,
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
const credentialHeader = (role: AccountRole, secret: string): Record<string, string> =>
  role === 'agrenting.agent' ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` };

function notConfigured(role: AccountRole): HirewireError {
  return new HirewireError({
    code: 'NOT_CONFIGURED',
    message: `No credential is configured for ${role.replace('.', ' ')}.`,
    changed: 'no',
    next: `Ask the person to set ${VARIABLES[role]} for this server, or to start it without any key to use the sandbox.`,
    retrySafe: false,
  });
}
