import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asObject } from '../../../src/marketplaces/envelope.js';
import { type RunningBackend, startBackend } from '../../stdio/program.js';

/** A real marketplace in a process of its own, with one agent of ours and a hirer whom the test plays. */
export class Stall {
  private constructor(
    readonly backend: RunningBackend,
    readonly folder: string,
    readonly agentKey: string,
    private readonly did: string,
  ) {}

  /** @param folder for the marketplace, the journal and what the programs write down. */
  static async open(folder: string): Promise<Stall> {
    const backend = await startBackend(folder, ['--no-rate-limits']);
    const did = 'did:agrenting:seller';
    const agent = { name: 'Seller', did, capabilities: ['general'], pricing_model: 'fixed', base_price: '1.00' };
    const registered = await request(backend, '/agents/register', {}, { agent });
    mkdirSync(join(folder, 'log'), { recursive: true });
    return new Stall(backend, folder, String(asObject(registered)?.api_key), did);
  }

  /** Hires the agent so many times; resolves when it has all of them to do. */
  async hire(count: number, more: object = {}): Promise<string[]> {
    await this.pending();
    const hired = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        this.asHirer(`/agents/${encodeURIComponent(this.did)}/hire`, {
          task_description: `Task ${index}.`,
          capability_requested: 'general',
          price: '5.00',
          ...more,
        }),
      ),
    );
    const ids = hired.map((each) => String(asObject(asObject(each)?.hiring)?.id));
    await this.backend.advance(1_000);
    return ids;
  }

  async pending(): Promise<unknown> {
    return await request(this.backend, '/hirings/pending', { 'x-api-key': this.agentKey });
  }

  async asHirer(path: string, body?: unknown): Promise<unknown> {
    const key = this.backend.credentials.agrenting.hirer;
    return await request(this.backend, path, { authorization: `Bearer ${key}` }, body);
  }

  async hiring(id: string): Promise<Readonly<Record<string, unknown>>> {
    return { ...asObject(await this.asHirer(`/hirings/${id}`)) };
  }

  /** What the agent has earned, and whether the marketplace's books are right. */
  async books(): Promise<{ earned: string; balanced: boolean }> {
    const balance = await request(this.backend, '/ledger/balance', { 'x-api-key': this.agentKey });
    const ledger: unknown = await (await fetch(`${this.backend.url}/sandbox/ledger`)).json();
    return { earned: String(asObject(balance)?.available), balanced: asObject(ledger)?.balanced === true };
  }

  /** What the programs for a hiring wrote down: "begin", "end", or "OVERLAP" when two were at it. */
  log(id: string): string[] {
    const file = join(this.folder, 'log', `${id}.log`);
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0] ?? '');
  }

  async close(): Promise<void> {
    await this.backend.stop();
  }
}

async function request(
  backend: RunningBackend,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${backend.url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
  return asObject(answer)?.data;
}
