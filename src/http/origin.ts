import { HirewireError } from '../errors.js';
import type { HttpOptions } from './client.js';

export interface OriginRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/**
 * Reaches one origin only, with its credential, under the rules of the HTTP client. For streams, which have no end and
 * so no deadline of their own: the caller's signal ends them.
 */
export interface Origin {
  /** The address of a path below the base URL. */
  at(path: string): URL;
  /** @throws {HirewireError} for a URL of another origin, before anything is sent, and for a redirect. */
  fetch(url: URL, request: OriginRequest): Promise<Response>;
}

export function originOf({ fetch, baseUrl, headers }: Pick<HttpOptions, 'fetch' | 'baseUrl' | 'headers'>): Origin {
  return {
    at(path) {
      const url = new URL(baseUrl);
      url.pathname = `${baseUrl.pathname.replace(/\/$/, '')}${path}`;
      return url;
    },
    async fetch(url, { method, headers: own, body, signal }) {
      // A credential must not follow an address that the other side made up.
      if (url.origin !== baseUrl.origin) throw elsewhere();
      const request = new Request(url, {
        method,
        signal,
        redirect: 'manual',
        headers: { ...(await headers()), ...own },
        ...(body === undefined ? {} : { body }),
      });
      const response = await fetch(request, { signal });
      if (response.status < 300 || response.status >= 400) return response;
      discard(response);
      throw elsewhere();
    },
  };
}

/** Lets go of an answer that nobody will read. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

function elsewhere(): HirewireError {
  return new HirewireError({
    code: 'BAD_REPLY',
    message:
      'The marketplace pointed to another address, which is never followed because it could carry keys elsewhere.',
    changed: 'no',
    next: 'Set the base URL to the canonical address of the marketplace.',
    retrySafe: false,
  });
}
