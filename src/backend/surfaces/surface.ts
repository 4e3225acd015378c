import * as z from 'zod';
import { ApiError } from '../api-error.js';
import type { Caller } from '../auth.js';
import type { Env } from '../env.js';
import { fieldProblems } from '../read-request.js';
import { RPC, RpcError } from './json-rpc.js';
import type { Session, SurfaceName } from './session.js';

/** What a hosted MCP surface offers. The protocol around it is in methods.ts, the transports in sse.ts and http.ts. */
export interface Surface {
  readonly name: SurfaceName;
  /** Where it is mounted: "/mcp" or "/mcp/hirer". */
  readonly path: string;
  readonly tools: readonly SurfaceTool[];
  readonly prompts: readonly SurfacePrompt[];
  readonly resources: SurfaceResources;
  /** Called once for each session before its first message, for what it subscribes to by itself. */
  connected(call: SurfaceCall, session: Session): Promise<void>;
}

/** Who calls, and what a call may use. */
export interface SurfaceCall {
  readonly env: Env;
  readonly caller: Caller;
  readonly address: string;
  /** Missing for a single request over HTTP without a session. */
  readonly session: Session | undefined;
  /** Aborted when the client takes its request back or is gone. */
  readonly signal: AbortSignal;
}

export interface SurfaceTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  inputSchema(): object;
  /**
   * @returns the text of the result.
   * @throws {RpcError} for arguments that do not fit; {ApiError} for what the marketplace refuses.
   */
  invoke(args: unknown, call: SurfaceCall): Promise<string>;
}

export interface SurfacePrompt {
  readonly name: string;
  readonly description: string;
  readonly text: string;
}

export interface ListedResource {
  readonly uri: string;
  readonly name: string;
  readonly description?: string;
  readonly mimeType: string;
}

export interface SurfaceResources {
  readonly templates: readonly { uriTemplate: string; name: string; description: string; mimeType: string }[];
  list(call: SurfaceCall): Promise<readonly ListedResource[]>;
  /** @throws {RpcError} when there is no such resource, or it is not the caller's. */
  read(call: SurfaceCall, uri: string): Promise<unknown>;
  /** @throws {RpcError} when the caller cannot be told of its changes. */
  checkSubscription(call: SurfaceCall, uri: string): Promise<void>;
}

interface ToolInput<S extends z.ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly input: S;
  /** What the guides print where the REST routes answer NOT_FOUND. */
  readonly notFound?: string;
  run(args: z.output<S>, call: SurfaceCall): Promise<string>;
}

/** States a tool of a surface: its arguments are checked before it runs. */
export function surfaceTool<S extends z.ZodObject>(tool: ToolInput<S>): SurfaceTool {
  // Made when first asked for: most starts of the backend never are.
  let inputSchema: object | undefined;
  return {
    name: tool.name,
    description: tool.description,
    inputSchema() {
      if (inputSchema) return inputSchema;
      const { $schema: _, ...schema } = z.toJSONSchema(tool.input, { io: 'input' });
      inputSchema = schema;
      return schema;
    },
    async invoke(args, call) {
      const parsed = tool.input.safeParse(args ?? {});
      if (!parsed.success) throw new RpcError(RPC.invalidParams, problemsText(fieldProblems(parsed.error)));
      return await tool.run(parsed.data, call).catch((error: unknown) => {
        if (tool.notFound === undefined || !(error instanceof ApiError) || error.code !== 'NOT_FOUND') throw error;
        throw new ApiError('NOT_FOUND', tool.notFound);
      });
    },
  };
}

const problemsText = (problems: Readonly<Record<string, readonly string[]>>): string =>
  `Invalid params: ${fieldsText(problems)}.`;

/** "price: must be at least 2.00; repo_url: is required". */
export const fieldsText = (problems: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(problems)
    .map(([field, texts]) => `${field}: ${texts.join(', ')}`)
    .join('; ');

export const noSuchResource = (uri: string): RpcError =>
  new RpcError(RPC.invalidParams, `There is no resource ${uri.slice(0, 200)}`);
