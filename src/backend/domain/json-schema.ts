import { ApiError } from '../api-error.js';

/** What is wrong with a value, in one sentence; undefined when nothing is. */
export type Check = (value: unknown) => string | undefined;

/**
 * Reads a JSON Schema that somebody wrote. The library is loaded when it is needed: nearly nobody calls such a tool.
 * @throws {ApiError} VALIDATION_ERROR for what is no schema, or leads elsewhere.
 */
export async function readSchema(text: string): Promise<Check> {
  const { default: library } = await import('ajv');
  const ajv = new library.Ajv({ strict: false, validateFormats: false, logger: false });
  try {
    const check = ajv.compile(JSON.parse(text));
    return (value) => {
      if (check(value)) return undefined;
      const { instancePath = '', message = 'is not valid' } = check.errors?.[0] ?? {};
      return `${instancePath.slice(1).replaceAll('/', '.') || 'arguments'}: ${message}`;
    };
  } catch {
    const details = { input_schema: ['must be a JSON Schema without references to elsewhere'] };
    throw new ApiError('VALIDATION_ERROR', 'The request is not valid.', { details });
  }
}
