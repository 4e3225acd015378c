import { type Case, Known, type Sent } from './case.js';
import type { World } from './transports.js';

export interface Answer {
  readonly status: number;
  /** The exact body, but for the origin. */
  readonly text: string;
  /** The headers that the marketplace sets; a transport adds its own. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Runs cases one after the other in one world, remembering what each leaves for the next. */
export class Run {
  readonly answers: Answer[] = [];
  private readonly known = new Known();

  constructor(private readonly world: World) {
    for (const [name, secret] of Object.entries(world.credentials)) this.known.set(name, secret);
  }

  /** @returns the answer, and the one to the same call once more where it must be the stored one. */
  async call(one: Case, index: number): Promise<{ answer: Answer; again: Answer | undefined }> {
    if (one.after) await this.world.advance(one.after);
    const sent = one.send(this.known);
    const key = sent.key ?? (one.replays ? `case-${index}` : undefined);
    const answer = await this.send(one, sent, key);
    const again = one.replays ? await this.send(one, sent, key) : undefined;
    for (const [name, path] of Object.entries(one.keep ?? {})) {
      const value = valueAt(JSON.parse(answer.text), path);
      if (typeof value === 'string') this.known.set(name, value);
    }
    return { answer, again };
  }

  private async send(one: Case, sent: Sent, key: string | undefined): Promise<Answer> {
    const { route, marketplace } = one;
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(sent.params?.[name])));
    const query = new URLSearchParams(Object.entries(sent.query ?? {}).map(([name, value]) => [name, String(value)]));
    const body = typeof sent.body === 'string' || sent.body === undefined ? sent.body : JSON.stringify(sent.body);
    const keyHeader = marketplace === 'agrenting' ? 'x-idempotency-key' : 'idempotency-key';
    const response = await this.world.send(marketplace, `${path}${query.size > 0 ? `?${query}` : ''}`, {
      method: route.method,
      headers: {
        ...(one.as === undefined ? {} : { authorization: `Bearer ${this.known.get(one.as)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { [keyHeader]: key }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = (await response.text()).replaceAll(this.world.origin(marketplace), 'https://origin.test');
    const answer = { status: response.status, text, headers: ownHeaders(response.headers) };
    this.answers.push(answer);
    return answer;
  }
}

const OWN = /^(content-type|content-disposition|retry-after|idempotent-replayed|x-.*)$/;
const ownHeaders = (headers: Headers) => Object.fromEntries([...headers].filter(([name]) => OWN.test(name)));

/** What stands at a path such as "data.0.id". */
export function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inside, step) => {
    if (typeof inside !== 'object' || inside === null) return undefined;
    return Object.entries(inside).find(([name]) => name === step)?.[1];
  }, value);
}
