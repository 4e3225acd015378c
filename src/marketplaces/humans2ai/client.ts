import type { z } from 'zod';
import { HirewireError } from '../../errors.js';
import type { ApiClient } from '../api-client.js';
import { asObject } from '../envelope.js';
import { api, type EnvelopeTool, FINANCIAL_TOOLS, tools } from './api.js';
import { mcpEnvelope } from './envelope.js';

/** How Humans2AI's tools are called: POST /api/v1/mcp with {tool, input}, its only fully documented wire. */

/** The version of the wire that we speak; the marketplace warns clients whose version it no longer likes. */
const CLIENT_VERSION = '1.0.0';

interface ToolCallOptions {
  readonly signal: AbortSignal;
  /** Idempotency key: demanded of financial tools, and what makes a write repeatable. */
  readonly key?: string;
  /** By default as the tool's contract says. False also where a second effect would be harmless. */
  readonly changes?: boolean;
}

/**
 * Calls one tool. A read may be repeated; a write only with a key.
 * @throws {HirewireError} for every answer that is not a success.
 */
export async function callTool<Input extends z.ZodObject, Result extends z.ZodObject>(
  client: ApiClient,
  tool: EnvelopeTool<string, Input, Result>,
  input: z.input<Input>,
  { signal, key, changes = tool.changes }: ToolCallOptions,
): Promise<z.output<Result>> {
  return await client.call(
    { ...api.mcp, data: tool.result },
    { body: { tool: tool.name, input: asObject(input) ?? {} } },
    { signal, key, changes, envelope: mcpEnvelope, headers: { 'x-mcp-client-version': CLIENT_VERSION } },
  );
}

/**
 * Calls a financial tool under a key. Where the marketplace enforces confirmation, its own token is fetched for exactly
 * these arguments and the call repeated with the same key. Only the spending gate comes here, after it let the call
 * through: the token is the marketplace's formality and no person's consent.
 * @throws {HirewireError} for every answer that is not a success.
 */
export async function callFinancialTool<Input extends z.ZodObject, Result extends z.ZodObject>(
  client: ApiClient,
  tool: EnvelopeTool<string, Input, Result>,
  input: z.input<Input>,
  options: ToolCallOptions & { readonly key: string },
): Promise<z.output<Result>> {
  try {
    return await callTool(client, tool, input, options);
  } catch (error) {
    const name = FINANCIAL_TOOLS.find((financial) => financial === tool.name);
    if (name === undefined || !demandsConfirmation(error)) throw createdUnderReview(error) ?? error;
    // A token that is never spent changes nothing, so asking for one may be repeated.
    const { confirmationToken } = await callTool(
      client,
      tools.request_confirmation,
      { tool: name, params: { ...asObject(input) } },
      { signal: options.signal, changes: false },
    );
    return await callTool(client, tool, { ...input, confirmationToken }, options);
  }
}

/** The documents name neither code nor status for a missing token, so code and message are both looked at. */
function demandsConfirmation(error: unknown): boolean {
  if (!(error instanceof HirewireError)) return false;
  const { httpStatus = 0, changed, marketplaceCode = '', details } = error.facts;
  const said = `${marketplaceCode} ${String(details?.marketplace_says ?? '')}`;
  return changed === 'no' && httpStatus >= 400 && httpStatus < 500 && /confirmation/i.test(said);
}

/** PENDING_REVIEW is listed among create_task's errors, yet it tells of a task that was made and waits (§1.7). */
function createdUnderReview(error: unknown): HirewireError | undefined {
  if (!(error instanceof HirewireError) || error.facts.marketplaceCode !== 'PENDING_REVIEW') return undefined;
  return new HirewireError(
    {
      ...error.facts,
      code: 'OUTCOME_UNKNOWN',
      message: 'The marketplace says that the task waits for review and did not show it.',
      changed: 'unknown',
      next: 'Look for it with list_tasks and status pending_review before creating anything again.',
      retrySafe: false,
    },
    { cause: error },
  );
}
