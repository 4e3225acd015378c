import type { Dice } from './random.js';

/** How a request gets to a backend in this process. */
export type Wire = (request: Request) => Promise<Response>;

/** A network that loses, cuts, delays and repeats, as far as the dice say. */

export const FAULTS = [
  'request lost',
  'answer lost',
  '502 before',
  '502 after',
  'body cut',
  'body garbled',
  'delayed',
  'sent twice',
] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultyNetwork {
  readonly fetch: Wire;
  readonly injected: Record<Fault, number>;
  /** How likely a fault is from now on, for requests that change something and for reads. */
  rate: { writes: number; reads: number };
  /** Requests that are still on their way. */
  readonly underway: number;
  /** Lets requests that are on their way arrive, oldest first; nobody waits for their answers any more. */
  deliver(count?: number): Promise<void>;
}

export function faultyNetwork(inner: Wire, dice: Dice, rate: FaultyNetwork['rate']): FaultyNetwork {
  const late: Request[] = [];
  const broken = () => new TypeError('terminated');
  const injected: Record<Fault, number> = {
    'request lost': 0,
    'answer lost': 0,
    '502 before': 0,
    '502 after': 0,
    'body cut': 0,
    'body garbled': 0,
    delayed: 0,
    'sent twice': 0,
  };

  /** Bad weather lasts: some faults hit everything that is sent for a while. */
  let spell: { fault: Fault; left: number } | undefined;
  const next = (share: number): Fault | undefined => {
    if (share === 0) return undefined;
    if (spell && spell.left > 0) {
      spell.left -= 1;
      return spell.fault;
    }
    if (!dice.chance(share)) return undefined;
    const fault = dice.pick(FAULTS);
    spell = dice.chance(0.3) ? { fault, left: 1 + dice.below(7) } : undefined;
    return fault;
  };

  const fetch: Wire = async (request) => {
    const fault = next(request.method === 'GET' ? network.rate.reads : network.rate.writes);
    if (!fault) return await inner(request);
    injected[fault] += 1;
    switch (fault) {
      case 'request lost':
        throw broken();
      case 'answer lost':
        await inner(request);
        throw broken();
      case '502 before':
        return new Response('bad gateway', { status: 502 });
      case '502 after':
        await inner(request);
        return new Response('bad gateway', { status: 502 });
      case 'body cut':
        return cut(await inner(request));
      case 'body garbled': {
        const { status, headers } = await inner(request);
        return new Response('<html>', { status, headers });
      }
      case 'delayed':
        late.push(request);
        throw broken();
      case 'sent twice': {
        const [first] = await Promise.all([inner(request.clone()), inner(request)]);
        return first;
      }
    }
  };

  const network: FaultyNetwork = {
    fetch,
    injected,
    rate,
    get underway() {
      return late.length;
    },
    deliver: async (count = late.length) => {
      for (const request of late.splice(0, count)) await inner(request);
    },
  };
  return network;
}

/** The headers and half of the body, then the connection breaks. */
async function cut(response: Response): Promise<Response> {
  const whole = new Uint8Array(await response.arrayBuffer());
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(whole.slice(0, Math.floor(whole.length / 2)));
      controller.error(new TypeError('terminated'));
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
