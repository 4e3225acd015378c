import { type HttpHandler, http } from 'msw';

/** The origins that each marketplace is reached at. */
export const ORIGINS = {
  agrenting: ['https://agrenting.com', 'https://www.agrenting.com'],
  humans2ai: ['https://humans2ai.com', 'https://www.humans2ai.com', 'https://sandbox.humans2ai.com'],
} as const;

export type Origins = { readonly [Marketplace in keyof typeof ORIGINS]?: readonly string[] };

/** Handlers that hand every request for either marketplace to a backend, under the marketplace's prefix. */
export function forwardingHandlers(fetch: (request: Request) => Promise<Response>, origins: Origins): HttpHandler[] {
  const forward = (origin: string, marketplace: string) =>
    http.all(`${origin}/*`, async ({ request }) => {
      const url = new URL(request.url);
      url.pathname = `/${marketplace}${url.pathname}`;
      return await fetch(new Request(url, request));
    });
  return [
    ...(origins.agrenting ?? ORIGINS.agrenting).map((origin) => forward(origin, 'agrenting')),
    ...(origins.humans2ai ?? ORIGINS.humans2ai).map((origin) => forward(origin, 'humans2ai')),
  ];
}
