import type { z } from 'zod';

/** The parts of an OpenAPI 3.1 document that we write. */

export type Schema = z.core.JSONSchema.BaseSchema;

export interface Document {
  readonly openapi: '3.1.0';
  readonly jsonSchemaDialect: string;
  readonly info: { title: string; version: string; description: string; license: { name: string; identifier: string } };
  readonly servers: readonly { url: string; description: string }[];
  readonly tags: readonly { name: string; description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Method, Operation>>>>>;
  readonly components: Components;
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface Components {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly headers: Readonly<Record<string, { description?: string; schema: Schema }>>;
  readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly 'x-evidence': string;
  readonly 'x-callers': readonly string[];
  readonly 'x-scope'?: string;
  readonly 'x-session'?: string;
  readonly 'x-rate-limit-bucket': string;
  readonly 'x-idempotency': string;
}

export interface Reference {
  readonly $ref: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Reference>>;
  readonly content?: Content;
  readonly 'x-error-codes'?: readonly string[];
}

export type Content = Readonly<Record<string, MediaType>>;

export interface MediaType {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;
}
