import type { Backend } from '../../../src/backend/index.js';

/** A visitor of the console without a browser: follows links, fills in the forms that a page really has. */

const ORIGIN = 'http://127.0.0.1:4010';

export interface Seen {
  readonly status: number;
  readonly path: string;
  readonly html: string;
  readonly headers: Headers;
}

export class Visitor {
  private cookie = '';

  constructor(private readonly backend: Backend) {}

  static async as(backend: Backend, role: string): Promise<Visitor> {
    const visitor = new Visitor(backend);
    const seen = await visitor.post('/console/sign-in', { role, next: '/' });
    if (seen.status !== 200) throw new Error(`signing in as ${role} was answered with ${seen.status}`);
    return visitor;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Seen> {
    const sent = { ...(this.cookie === '' ? {} : { cookie: this.cookie }), ...headers };
    return await this.follow(await this.backend.fetch(new Request(`${ORIGIN}${path}`, { headers: sent })), path);
  }

  async post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ): Promise<Seen> {
    const sent = {
      origin: ORIGIN,
      'content-type': 'application/x-www-form-urlencoded',
      ...(this.cookie === '' ? {} : { cookie: this.cookie }),
      ...headers,
    };
    const body = new URLSearchParams(fields).toString();
    const request = new Request(`${ORIGIN}${path}`, { method: 'POST', headers: sent, body });
    return await this.follow(await this.backend.fetch(request), path);
  }

  /** The body of an answer that does not end. */
  async stream(path: string): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.backend.fetch(new Request(`${ORIGIN}${path}`, { headers: { cookie: this.cookie } }));
    if (!body) throw new Error(`${path} has no body`);
    return body;
  }

  /** Fills in a form of a page and sends it. */
  async fill(page: Seen, form: string, fields: Readonly<Record<string, string>> = {}): Promise<Seen> {
    const { action, values } = formOf(page.html, form);
    return await this.post(action, { ...values, ...fields });
  }

  private async follow(response: Response, path: string): Promise<Seen> {
    const set = response.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0] ?? '';
    const to = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && to !== null) return await this.get(to.split('#')[0] ?? '/');
    return { status: response.status, path, html: await response.text(), headers: response.headers };
  }
}

/** Where a form is sent and what its fields hold. @throws when the page has no such form. */
export function formOf(html: string, id: string): { action: string; values: Record<string, string> } {
  const form = new RegExp(`<form id="${id}"[^>]*action="([^"]+)"[^>]*>(.*?)</form>`, 's').exec(html);
  if (!form) throw new Error(`the page has no form "${id}"`);
  const [, action = '', inside = ''] = form;
  const inputs = [...inside.matchAll(/<input [^>]*?name="([^"]+)"[^>]*?value="([^"]*)"/g)];
  const selects = [...inside.matchAll(/<select [^>]*?name="([^"]+)"[^>]*>.*?<option value="([^"]*)"/gs)];
  return {
    action,
    values: Object.fromEntries([...inputs, ...selects].map(([, name = '', value = '']) => [name, value])),
  };
}

/** The ids of the forms of a page. */
export const formsOf = (html: string): string[] => [...html.matchAll(/<form id="([^"]+)"/g)].map(([, id = '']) => id);

/** What a reader sees: the text without its tags, on one line. */
export const textOf = (html: string): string =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');
