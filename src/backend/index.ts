import { createHmac } from 'node:crypto';
import { registerActors } from './actors/index.js';
import { Alarms } from './alarms.js';
import { createApp } from './app.js';
import { Background } from './background.js';
import { type Clock, Ids, MovableClock, type Random, systemClock, systemRandom } from './clock.js';
import { type DemoCredentials, issueDemoCredentials } from './credentials.js';
import { registerDeliveries } from './delivery/callback.js';
import { createOutbound, type Outbound } from './delivery/outbound.js';
import { registerWebhooks } from './delivery/webhook-events.js';
import { registerDomainJobs } from './domain/jobs.js';
import { registerTaskJobs } from './domain/task-jobs.js';
import { type BackendSettings, defaultSettings, type Env } from './env.js';
import { Events } from './events.js';
import { Jobs } from './jobs.js';
import { RateLimiter } from './rate-limits.js';
import { Requests } from './requests.js';
import { Sealer } from './sealer.js';
import { seedDemo } from './seed/index.js';
import { type OpenedDatabase, openDatabase } from './store/database.js';
import { Sessions } from './surfaces/sessions.js';
import { Watchers } from './surfaces/watchers.js';

export interface BackendOptions {
  /** A file, or ":memory:" (the default). */
  readonly database?: string;
  /** "demo": accounts with money and the simulated other side. "empty": neither, for tests that bring their own. */
  readonly seed?: 'demo' | 'empty';
  readonly settings?: Partial<BackendSettings>;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Sends requests to agents' callback addresses; by default over the network, to public addresses (settings). */
  readonly outbound?: Outbound;
  /** Told of jobs that failed; by default nobody. */
  readonly onError?: (what: string, error: unknown) => void;
}

/** A reference marketplace: it answers requests by itself, in process or behind a socket. */
export interface Backend {
  fetch(request: Request, address?: string): Promise<Response>;
  /** Fresh keys for the demo accounts. Earlier ones stay valid; only hashes are stored. */
  readonly credentials: DemoCredentials;
  /** Moves the sandbox's clock and runs what has become due. @returns how many jobs ran. */
  advance(ms: number): Promise<number>;
  /** Runs what is due now. */
  runDue(): Promise<number>;
  /** From now on the other side acts by itself, in real time. */
  start(): void;
  /** Says that it is not ready any more and ends streams; requests that are under way go on. */
  beginStop(): void;
  close(): Promise<void>;
  readonly env: Env;
  readonly database: OpenedDatabase;
}

/**
 * Opens a reference marketplace over a database.
 * @throws when the database cannot be opened or brought up to date.
 */
export async function createBackend(options: BackendOptions = {}): Promise<Backend> {
  const events = new Events();
  const database = openDatabase(options.database ?? ':memory:', events);
  const { db } = database;
  const random = options.random ?? systemRandom;
  const clock = new MovableClock(options.clock ?? systemClock, Number((await meta(db, 'clock_offset')) ?? 0));
  const settings = { ...defaultSettings, ...options.settings };
  const report = (what: string, error: unknown) => options.onError?.(what, error);
  const jobs = new Jobs(db, clock, (job, error) => report(`${job.kind} of ${job.subject}`, error));
  const ids = new Ids(random);
  const sealer = new Sealer(await databaseKey(db, ids), random);
  const limiter = new RateLimiter(clock, settings.rateLimits);
  const alarms = new Alarms(clock);
  const env: Env = {
    db,
    clock,
    ids,
    jobs,
    events,
    limiter,
    sealer,
    settings,
    alarms,
    background: new Background(report),
    sessions: new Sessions(alarms, clock),
    watchers: new Watchers(),
    outbound: options.outbound ?? createOutbound(undefined, settings.loopbackTargets),
    requests: new Requests(),
    report,
  };
  registerDomainJobs(env);
  registerTaskJobs(env);
  registerActors(env);
  registerDeliveries(env);
  registerWebhooks(env);
  if (options.seed !== 'empty') await seedDemo(env);
  const credentials = await issueDemoCredentials(env);
  const beginStop = () => {
    env.sessions.closeAll();
    env.watchers.stop();
  };
  const app = createApp(env);
  return {
    fetch: (request, address = '127.0.0.1') => app(request, address),
    credentials,
    advance: (ms) => jobs.advance(clock, ms),
    runDue: () => jobs.runDue(),
    start: () => jobs.start(),
    beginStop,
    close: async () => {
      beginStop();
      alarms.stop();
      jobs.stop();
      await env.background.stop();
      await jobs.idle();
      await database.close();
    },
    env,
    database,
  };
}

async function meta(db: Env['db'], key: string): Promise<string | undefined> {
  return (await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst())?.value;
}

/** The key that seals stored tokens. It lies in the database: it keeps tokens out of dumps of a table, not of the file. */
async function databaseKey(db: Env['db'], ids: Ids): Promise<Buffer> {
  await db
    .insertInto('meta')
    .values({ key: 'seal', value: ids.secret('') })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return createHmac('sha256', 'hirewire-seal')
    .update((await meta(db, 'seal')) ?? '')
    .digest();
}
