import type { z } from 'zod';
import { ApiError } from '../../api-error.js';
import { fieldProblems } from '../../read-request.js';

/** Reads a tool's input. @throws {ApiError} VALIDATION_ERROR naming the first problem, with all of them as details. */
export function readInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const details = fieldProblems(result.error);
  const [field = 'input', problems = []] = Object.entries(details)[0] ?? [];
  throw new ApiError('VALIDATION_ERROR', `${field}: ${problems[0] ?? 'is not valid'}`, { details });
}
