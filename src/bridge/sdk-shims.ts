import process from 'node:process';

/**
 * What the MCP SDK asks of its platform, for the bundle: its JSON Schema validator (150 KB of Ajv, built at each start)
 * is for servers that state raw JSON Schemas. Ours are zod schemas, checked by us, so it is never asked.
 */
export class DefaultJsonSchemaValidator {
  getValidator(): never {
    throw new Error('Hirewire states its schemas with zod; the JSON Schema validator is not part of the bundle.');
  }
}

/** Asked by the client: whether fetch hides its errors, as in a browser. */
export const CORS_IS_POSSIBLE = false;

export { process };
