import { type HttpHandler, http } from 'msw';

/** The origins that each marketplace is reached at. */
export const ORIGINS = {
  agrenting: ['https://agrenting.com', 'https://www.agrenting.com'],
  humans2ai: ['https://humans2ai.com', 'https://www.humans2ai.com', 'https://sandbox.humans2ai.com'],
  agentdojo: ['https://api.agentdojo.dev'],
  // Everybody deploys it somewhere else.
  praisonai: [],
} as const;

export type Origins = { readonly [Marketplace in keyof typeof ORIGINS]?: readonly string[] };

/** Handlers that hand every request for one of them to a backend, under the marketplace's prefix. */
export function forwardingHandlers(fetch: (request: Request) => Promise<Response>, origins: Origins): HttpHandler[] {
  const forward = (origin: string, marketplace: string) =>
    http.all(`${origin}/*`, async ({ request }) => {
      const url = new URL(request.url);
      url.pathname = `/${marketplace}${url.pathname}`;
      return await fetch(new Request(url, request));
    });
  const all: Required<Origins> = { ...ORIGINS, ...origins };
  return Object.entries(all).flatMap(([marketplace, each]) => each.map((origin) => forward(origin, marketplace)));
}
