import { inputSchema as objectSchema } from '../../../marketplaces/agentdojo/contract/scalars.js';
import type { DojoResource } from '../../domain/dojo-resources.js';
import type { OfferedTool } from '../../domain/dojo-server-tools.js';
import type { DojoServer } from '../../domain/dojo-servers.js';
import type { DojoTool } from '../../domain/dojo-tools.js';
import type { DojoToolkitRow } from '../../store/agentdojo-schema.js';

/** Rows as AgentDojo shows them, over REST and over MCP. */

/** @param address of the request: the server's URL begins as it does. */
export const serverView = (row: DojoServer, address: string) => ({
  id: Number(row.id),
  slug: row.slug,
  name: row.name,
  description: row.description,
  url: `${new URL(address).origin}/${row.slug}`,
  is_active: row.is_active === 1n,
  request_count: Number(row.request_count),
  last_used_at: row.last_used_at,
  created_at: row.created_at,
});

export const offerView = (row: OfferedTool) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  is_active: row.is_active === 1n,
});

export const toolkitView = ({ id, name, description }: DojoToolkitRow) => ({ id, name, description });

const schemaOf = (text: string) => objectSchema.parse(JSON.parse(text));

export const toolView = (row: DojoTool) => ({
  id: row.id,
  toolkit_id: row.toolkit_id,
  name: row.name,
  display_name: row.display_name,
  description: row.description,
  function_name: row.function_name,
  input_schema: schemaOf(row.input_schema),
  requires_credentials: false,
  credential_provider_name: null,
  allowed_roles: [],
  dangerous: row.dangerous === 1n,
  timeout_seconds: Number(row.timeout_seconds),
  is_active: true,
  usage_count: Number(row.usage_count),
});

export const listedTool = (row: Pick<DojoTool, 'name' | 'description' | 'input_schema'>) => ({
  name: row.name,
  description: row.description,
  inputSchema: schemaOf(row.input_schema),
});

export const listedResource = (row: DojoResource) => ({
  uri: row.uri,
  name: row.name,
  ...(row.description === null ? {} : { description: row.description }),
  mimeType: row.mime_type,
});

export const contentsOf = (row: DojoResource) => ({
  contents: [{ uri: row.uri, mimeType: row.mime_type, text: row.text }],
});
