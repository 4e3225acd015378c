import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { audit } from '../../../src/backend/domain/ledger.js';
import type { Database } from '../../../src/backend/store/schema.js';
import { type OpenedDatabase, openSqlite } from '../../../src/sqlite.js';
import { fund } from '../../backend/fund.js';
import { BIN, cleanEnvironment } from '../../stdio/program.js';

/** The real backend as a process that can be killed, behind a front that stays where it is and can do the killing. */

/** Where in a request that moves money the backend dies. */
export type Death = 'before it arrives' | 'while it works' | 'after the effect' | 'in the middle of the answer';

export interface Marketplace {
  /** Environment of a bridge that uses it. */
  readonly env: Readonly<Record<string, string>>;
  readonly humanKey: string;
  readonly hirerKey: string;
  readonly agentKey: string;
  /** Straight to the backend, past the front. */
  direct(method: string, path: string, key: string, body?: unknown, idempotencyKey?: string): Promise<unknown>;
  /** The next request that changes something kills the backend there; it is started again at once. */
  dieAt(death: Death): void;
  /** Kills it now and starts it again on the same file. Resolves when it serves. */
  crash(): Promise<void>;
  /** How often it died. */
  readonly deaths: number;
  /** Reads its file. */
  read<T>(use: (db: OpenedDatabase<Database>['db']) => Promise<T>): Promise<T>;
  /** @throws when the file is damaged or the books do not balance. */
  inspect(): Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly credentials: {
    readonly agrenting: { readonly hirer: string };
    readonly humans2ai: { readonly agent: string; readonly human: string };
  };
}

async function startBackend(folder: string): Promise<Running> {
  const flags = ['--port', '0', '--db', join(folder, 'backend.db'), '--json', '--no-rate-limits'];
  const child = spawn(process.execPath, [BIN, 'backend', ...flags], {
    env: cleanEnvironment(folder),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code, signal) => reject(new Error(`the backend ended with ${code ?? signal}`)));
  });
  const { url, credentials }: { url: string; credentials: Running['credentials'] } = JSON.parse(line);
  return { child, port: Number(new URL(url).port), credentials };
}

const CHANGES = /\/(hire|cancel)$|\/mcp$/;

export async function openMarketplace(folder: string): Promise<Marketplace> {
  const first = await startBackend(folder);
  const books = openSqlite<Database>(join(folder, 'backend.db'), []);
  await fund(books.db, Date.now());
  await books.close();
  let running: Running | undefined = first;
  let restarted: Promise<void> = Promise.resolve();
  let death: Death | undefined;
  let deaths = 0;

  function crash(): Promise<void> {
    const { child } = running ?? first;
    running = undefined;
    deaths += 1;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    restarted = gone.then(async () => {
      running = await startBackend(folder);
    });
    return restarted;
  }

  function pass(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer): void {
    const now = death;
    // Only Humans2AI's money tools carry a key; a preview or a list must not use the death up.
    const { headers } = incoming;
    const money = headers['idempotency-key'] !== undefined || headers['x-idempotency-key'] !== undefined;
    const fatal = now !== undefined && money && CHANGES.test(incoming.url ?? '');
    if (fatal) death = undefined;
    if (fatal && now === 'before it arrives') void crash();
    if (!running) return void incoming.socket.destroy();
    const { method, url: path } = incoming;
    const onward = request({ port: running.port, method, path, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', () => incoming.socket.destroy());
      answer.on('end', () => {
        const whole = Buffer.concat(parts);
        if (fatal && now !== 'while it works') void crash();
        if (fatal && now === 'after the effect') return void incoming.socket.destroy();
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        if (!fatal || now !== 'in the middle of the answer') return void outgoing.end(whole);
        outgoing.write(whole.subarray(0, whole.length / 2), () => incoming.socket.destroy());
      });
    });
    onward.on('error', () => incoming.socket.destroy());
    onward.end(body, () => {
      if (fatal && now === 'while it works') void crash();
    });
  }

  const front: Server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => pass(incoming, outgoing, Buffer.concat(parts)));
    outgoing.on('error', () => undefined);
  });
  const port = await new Promise<number>((resolve) => {
    front.listen(0, '127.0.0.1', () => {
      const address = front.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  const { agrenting, humans2ai } = first.credentials;

  const marketplace: Marketplace = {
    env: {
      AGRENTING_URL: url,
      AGRENTING_API_KEY: agrenting.hirer,
      HUMANS2AI_URL: url,
      HUMANS2AI_API_KEY: humans2ai.agent,
    },
    hirerKey: agrenting.hirer,
    agentKey: humans2ai.agent,
    humanKey: humans2ai.human,
    async direct(method, path, key, body = {}, idempotencyKey = `setup-${Math.random()}`) {
      await restarted;
      const response = await fetch(`http://127.0.0.1:${running?.port}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
          'x-idempotency-key': idempotencyKey,
        },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text);
    },
    dieAt: (where) => {
      death = where;
    },
    crash,
    get deaths() {
      return deaths;
    },
    async read(use) {
      const opened = openSqlite<Database>(join(folder, 'backend.db'), []);
      try {
        return await use(opened.db);
      } finally {
        await opened.close();
      }
    },
    inspect: () =>
      marketplace.read(async (db) => {
        const check = await sql<{ integrity_check: string }>`PRAGMA integrity_check`.execute(db);
        if (check.rows[0]?.integrity_check !== 'ok') throw new Error('the file of the backend is damaged');
        const { sums, escrowGap, negative } = await audit(db);
        const balanced = Object.values(sums).every((sum) => sum === 0n) && escrowGap === 0n && negative === 0n;
        if (!balanced) throw new Error('the books do not balance');
      }),
    async stop() {
      await restarted;
      front.closeAllConnections();
      front.close();
      const child = running?.child;
      if (!child) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
  return marketplace;
}
