import type { z } from 'zod';
import type { Envelope } from '../marketplaces/envelope.js';
import { ApiError } from './api-error.js';

/** Reads what a request carries through the route's schemas. */

/** @throws {ApiError} `code` with the problems by field. */
export function check<S extends z.ZodType>(schema: S, value: unknown, code: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ApiError(code, 'The request is not valid.', { details: fieldProblems(result.error) });
}

/** VALIDATION_ERROR's details: field path → list of sentences. */
export function fieldProblems(error: z.ZodError): Record<string, string[]> {
  const problems: Record<string, string[]> = {};
  for (const issue of error.issues) {
    const field = issue.path.map(String).join('.') || 'body';
    problems[field] = [...(problems[field] ?? []), issue.message];
  }
  return problems;
}

const MAX_BODY = 8 * 1024 * 1024;

/** The JSON body; an empty one is an empty object. @throws {ApiError} `code`. */
export async function readJson(request: Request, code: string): Promise<unknown> {
  const text = await request.text();
  if (text.length > MAX_BODY) throw new ApiError(code, 'The body is larger than 8 MiB.');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(code, 'The body is not valid JSON.');
  }
}

/** @throws {ApiError} `code` for a key that is malformed. */
export function idempotencyKey(request: Request, envelope: Envelope, code: string): string | undefined {
  const key = request.headers.get(envelope.keyHeader);
  if (key === null) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ApiError(code, `${envelope.keyHeader} is 1 to 255 visible ASCII characters.`);
  }
  return key;
}
