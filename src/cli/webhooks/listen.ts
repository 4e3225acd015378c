import { createServer, type IncomingMessage } from 'node:http';
import { dataFolder } from '../../config/paths.js';
import { SettingsError } from '../../config/settings-error.js';
import { asObject } from '../../marketplaces/envelope.js';
import { cleanLabel } from '../../untrusted.js';
import { tellNews } from '../../webhooks/news.js';
import type { Arguments } from '../index.js';
import { checkSignature, REASONS, secretsFrom } from './check.js';

/**
 * Turns deliveries into lines on a developer's machine, and lets the bridges on it look at once at what they watch. Only
 * what was signed with the secret is accepted; without one everything is, but then no bridge is told.
 */

const MAX_BODY = 1024 * 1024;
const KNOWN = 10_000;
const VALID = 'valid';

/** `hirewire webhooks listen --port 4020`. Runs until it is stopped. */
export async function listenForDeliveries(args: Arguments): Promise<number> {
  const port = Number(args.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new SettingsError('--port is a number from 0 to 65535.');
  const secrets = secretsFrom(process.env);
  const folder = dataFolder(process.env);
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    const answer = (status: number) => response.writeHead(status, { connection: 'close' }).end();
    receive(request).then(
      (body) => {
        const delivery = describe(request, body, secrets);
        if (delivery.id !== undefined) {
          delivery.again = seen.has(delivery.id);
          // A long evening of failing deliveries must not fill the memory.
          if (seen.size >= KNOWN) seen.clear();
          if (delivery.accepted) seen.add(delivery.id);
        }
        process.stdout.write(`${args.json === true ? JSON.stringify(delivery) : lineOf(delivery)}\n`);
        if (delivery.signature === VALID) tellNews(folder);
        answer(delivery.accepted ? 200 : 401);
      },
      () => answer(413),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new SettingsError(`Port ${port} cannot be used; try --port 0.`, { cause })));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const at = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;
  const how = secrets.length > 0 ? 'signatures are checked' : 'no HIREWIRE_WEBHOOK_SECRET: nothing is checked';
  process.stderr.write(`Listening at ${at} (any path); ${how}. Stop it with Ctrl-C.\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  server.closeAllConnections();
  server.close();
  return 0;
}

async function receive(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY) throw new Error('larger than 1 MiB');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

interface Received {
  readonly at: string;
  /** The delivery's id: the same when it is repeated. */
  readonly id: string | undefined;
  again: boolean;
  readonly event: string;
  /** What it is about. */
  readonly subject: string;
  readonly status: string;
  readonly accepted: boolean;
  readonly signature: string;
}

function describe(request: IncomingMessage, body: Buffer, secrets: readonly string[]): Received {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
  };
  const given = header('x-humans2ai-signature') || header('x-webhook-signature');
  const { verdict } = checkSignature(body, given, secrets);
  const signature = secrets.length === 0 ? 'not checked' : verdict.ok ? VALID : REASONS[verdict.reason];
  const content = contentOf(body);
  const data = asObject(content?.data) ?? content;
  const subject = data?.taskId ?? data?.task_id ?? data?.hiring_id ?? data?.payment_id ?? data?.agent_id ?? '';
  return {
    at: new Date().toISOString(),
    id: cleanLabel(header('x-humans2ai-delivery') || header('x-webhook-delivery'), 80) || undefined,
    again: false,
    event: cleanLabel(String(content?.type ?? content?.event ?? header('x-webhook-event')), 60),
    subject: cleanLabel(String(subject), 80),
    status: cleanLabel(String(data?.status ?? ''), 40),
    accepted: secrets.length === 0 || verdict.ok,
    signature,
  };
}

function contentOf(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}

function lineOf({ at, event, subject, status, signature, again, id }: Received): string {
  const parts = [at.slice(11, 19), event || '(no event)', subject, status, again ? 'again' : '', id ?? '', signature];
  return parts.filter(Boolean).join('  ');
}
