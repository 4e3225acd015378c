import { ResourceNotFoundError } from '@modelcontextprotocol/server';
import type { Spending } from './spending.js';

const RECENT = 'operations://recent';
const RECENT_COUNT = 50;

export function listResources() {
  return [
    {
      uri: RECENT,
      name: 'recent-operations',
      title: 'Recent operations',
      description: 'What was spent, cancelled or approved through this computer, newest first, and how it ended.',
      mimeType: 'application/json',
    },
  ];
}

/** @throws {ResourceNotFoundError} for a URI that this server does not have. */
export async function readResource(uri: string, spending: Spending) {
  if (uri !== RECENT) throw new ResourceNotFoundError(uri);
  const operations = await spending.recent(RECENT_COUNT);
  return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify({ operations }) }] };
}
