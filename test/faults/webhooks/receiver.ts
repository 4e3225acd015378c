import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { verifyHumans2ai } from '../../../src/webhooks/signature.js';

/** A receiver of webhooks that does everything wrong that receivers do, by a seed, up to a few times for one event. */

const MANNERS = ['fails', 'resets', 'hangs', 'redirects', 'late'] as const;
type Manner = 'accepts' | (typeof MANNERS)[number];
/** One in so many attempts goes wrong. */
const ONE_IN = 3;
const PATIENCE = 4;

export interface Arrival {
  readonly subject: string;
  /** The event's own id: the message that it tells of. */
  readonly event: string;
  readonly delivery: string;
  readonly manner: Manner;
  readonly signed: boolean;
}

export interface Receiver {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** How often somebody came to where a redirect leads. */
  followed: number;
  /** Known once the webhook is made. */
  secret: string;
  /** How many different events were accepted. */
  accepted(): number;
  close(): Promise<void>;
}

/** @param lateMs after how long a late answer comes. */
export async function startReceiver(seed: number, lateMs: number): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  const accepted = new Set<string>();
  const tries = new Map<string, number>();
  const mannerOf = (event: string): Manner => {
    const n = tries.get(event) ?? 0;
    tries.set(event, n + 1);
    const roll = createHash('sha256').update(`${seed}/${event}/${n}`).digest();
    if (n >= PATIENCE || (roll[0] ?? 0) % ONE_IN !== 0) return 'accepts';
    return MANNERS[(roll[1] ?? 0) % MANNERS.length] ?? 'fails';
  };
  const server = createServer((request, response) => {
    if (request.url === '/elsewhere') {
      receiver.followed += 1;
      response.end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { data } = JSON.parse(body.toString('utf8'));
      const event = String(data.messageId);
      const manner = mannerOf(event);
      const header = String(request.headers['x-humans2ai-signature']);
      const signed = verifyHumans2ai({ body, header, secrets: [receiver.secret] }).ok;
      const delivery = String(request.headers['x-humans2ai-delivery']);
      arrivals.push({ subject: String(data.taskId), event, delivery, manner, signed });
      // Somebody who answers late has taken it all the same; the sender cannot know.
      if (manner === 'accepts') accepted.add(event);
      answer(manner, response);
    });
  });
  const answer = (manner: Manner, response: ServerResponse): void => {
    if (manner === 'accepts') response.writeHead(200).end();
    else if (manner === 'fails') response.writeHead(503).end();
    else if (manner === 'redirects') response.writeHead(302, { location: '/elsewhere' }).end();
    else if (manner === 'resets') response.destroy();
    else if (manner === 'late') setTimeout(() => response.writeHead(200).end(), lateMs).unref();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const receiver: Receiver = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/hook`,
    arrivals,
    followed: 0,
    secret: '',
    accepted: () => accepted.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
