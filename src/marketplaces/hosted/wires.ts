import type { MountSettings } from '../../config/mounts.js';

/** The ways in which a hosted MCP server may be spoken to, and in which order they are tried. */

export interface Wire {
  /** http: a POST that is answered, with JSON or with events. sse: a stream down, and POSTs up. */
  readonly kind: 'http' | 'sse';
  readonly url: string;
  /** Which protocol the handshake is of; auto asks. */
  readonly era: 'auto' | 'legacy' | 'modern';
}

/** What is tried, in this order, until one shakes hands. */
export function wiresFor({ kind, url }: Pick<MountSettings, 'kind' | 'url'>): Wire[] {
  const at = (path: string): string => {
    const other = new URL(url);
    other.pathname = path;
    return other.href;
  };
  const path = url.pathname;
  const here = url.href;
  // AgentDojo documents one POST per message and the handshake of 2024, and prints its URLs with and without /mcp.
  if (kind === 'agentdojo') return [{ kind: 'http', url: here, era: 'legacy' }];
  // The order of the contract notes, 6.6: the stream as it really behaves, then /mcp, then the documented POST.
  if (kind === 'praisonai') return praisonai(path.replace(/\/(sse|mcp|messages)?\/?$/, ''), at);
  if (/\/sse\/?$/.test(path)) return [{ kind: 'sse', url: here, era: 'legacy' }, http(here)];
  const exact: Wire[] = path === '/' ? [http(here)] : [http(here), { kind: 'sse', url: here, era: 'legacy' }];
  // Where a server is given by its base, as those of PraisonAI are, the usual places below it.
  const base = path.replace(/\/$/, '');
  return [
    ...exact,
    http(at(`${base}/mcp`)),
    { kind: 'sse', url: at(`${base}/sse`), era: 'legacy' },
    { kind: 'http', url: at(`${base}/messages/`), era: 'legacy' },
  ];
}

function praisonai(base: string, at: (path: string) => string): Wire[] {
  return [
    { kind: 'sse', url: at(`${base}/sse`), era: 'legacy' },
    http(at(`${base}/mcp`)),
    { kind: 'http', url: at(`${base}/messages/`), era: 'legacy' },
  ];
}

const http = (url: string): Wire => ({ kind: 'http', url, era: 'auto' });
