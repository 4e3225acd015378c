import { seededRandom } from '../../../src/backend/clock.js';
import { audit } from '../../../src/backend/domain/ledger.js';
import { type Backend, createBackend } from '../../../src/backend/index.js';
import { createHttp, type Fetch } from '../../../src/http/client.js';
import { api } from '../../../src/marketplaces/agrenting/api.js';
import { envelope } from '../../../src/marketplaces/agrenting/envelope.js';
import { ApiClient } from '../../../src/marketplaces/api-client.js';
import { asObject } from '../../../src/marketplaces/envelope.js';
import type { TestClock } from './clock.js';

const ORIGIN = 'http://market.test';
export const AGENT_DID = 'did:agrenting:seller';

/** A marketplace with one agent of ours, which no simulated hirer knows, and a hirer whom the test plays. */
export class Market {
  /** Requests of the agent that were let through, as "POST /path". */
  readonly requests: string[] = [];
  /** What happens to the agent's requests on their way. */
  weather: (request: Request, pass: () => Promise<Response>) => Promise<Response> = async (_, pass) => await pass();

  private constructor(
    readonly backend: Backend,
    readonly agentKey: string,
  ) {}

  static async open(clock: TestClock): Promise<Market> {
    const backend = await createBackend({
      seed: 'demo',
      clock: { now: clock.now },
      random: seededRandom('worker'),
      settings: { rateLimits: false },
    });
    const market = new Market(backend, '');
    const registered = await market.call('POST', '/agents/register', {
      agent: { name: 'Seller', did: AGENT_DID, capabilities: ['general'], pricing_model: 'fixed', base_price: '1.00' },
    });
    return new Market(backend, String(asObject(registered)?.api_key));
  }

  /** A client with the agent's key; its requests go through the weather. */
  client(): ApiClient {
    const fetch: Fetch = async (request) =>
      await this.weather(request, async () => {
        this.requests.push(`${request.method} ${new URL(request.url).pathname}`);
        return await this.backend.fetch(request);
      });
    const headers = async () => ({ 'x-api-key': this.agentKey });
    return new ApiClient(createHttp({ fetch, baseUrl: new URL(ORIGIN), headers, random: () => 0 }), envelope);
  }

  /** What the hirer asks. @returns the data of the answer. @throws when it is refused. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.backend.credentials.agrenting.hirer}` };
    const request = new Request(`${ORIGIN}/api/v1${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await this.backend.fetch(request);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return asObject(answer)?.data;
  }

  /** Hires the agent; the hiring is in progress when this resolves. */
  async hire(task: string, more: object = {}): Promise<string> {
    // An agent that was heard from is online.
    await this.client().call(api.pendingHirings);
    const hired = await this.call('POST', `/agents/${encodeURIComponent(AGENT_DID)}/hire`, {
      task_description: task,
      capability_requested: 'general',
      price: '5.00',
      ...more,
    });
    const id = String(asObject(asObject(hired)?.hiring)?.id);
    await this.backend.advance(100);
    return id;
  }

  /** Another time than a day from now. The marketplace itself acts on it when its own day is over. */
  async setDeadline(id: string, ms: number): Promise<void> {
    const deadline_at = new Date(ms).toISOString();
    await this.backend.env.db.updateTable('hirings').set({ deadline_at }).where('id', '=', id).execute();
  }

  async hiring(id: string): Promise<Readonly<Record<string, unknown>>> {
    return { ...asObject(await this.call('GET', `/hirings/${id}`)) };
  }

  async messages(id: string): Promise<string[]> {
    const { messages } = await this.hiring(id);
    return Array.isArray(messages) ? messages.map((message) => String(asObject(message)?.content)) : [];
  }

  /** The names of delivered files. */
  async files(id: string): Promise<string[]> {
    const { artifacts } = await this.hiring(id);
    return Array.isArray(artifacts) ? artifacts.map((artifact) => String(asObject(artifact)?.name)) : [];
  }

  /** How often money was released for a hiring, and whether all accounts sum to zero. */
  async books(id: string): Promise<{ releases: number; balanced: boolean }> {
    const { db } = this.backend.env;
    const rows = await db.selectFrom('transfers').selectAll().where('subject', 'like', `hiring:${id}:%`).execute();
    const { sums, escrowGap, negative } = await audit(db);
    const balanced = Object.values(sums).every((sum) => sum === 0n) && escrowGap === 0n && negative === 0n;
    return { releases: rows.filter(({ kind }) => kind === 'release').length, balanced };
  }

  async close(): Promise<void> {
    await this.backend.close();
  }
}
