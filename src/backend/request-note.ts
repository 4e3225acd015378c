import { ApiError } from './api-error.js';
import { hashSecret, isoTime } from './clock.js';
import type { Env } from './env.js';
import type { Implementation, RawCall, Service } from './pipeline.js';
import type { RequestNote } from './requests.js';

/** Collects what is known of a request while it is served, and hands it on when it is answered. */
export interface Noted {
  /** Which tool is called, where one route serves many. */
  called(tool: string): void;
  refused(thrown: unknown): void;
  /** @param response missing where the caller turns a refusal into an answer of its own. */
  answered(response?: Response): void;
}

export function noteOf(
  { route, envelope: own }: Implementation,
  request: Request,
  raw: RawCall,
  service: Service,
  env: Env,
  way: RequestNote['way'] = 'rest',
): Noted {
  const began = performance.now();
  const envelope = own ?? service.envelope;
  const key = request.headers.get(service.envelope.keyHeader);
  let tool: string | undefined;
  let error: string | undefined;
  return {
    called: (name) => {
      tool = name;
    },
    refused: (thrown) => {
      error = thrown instanceof ApiError ? thrown.code : envelope.standard.internal;
    },
    answered: (response) =>
      env.requests.note({
        at: isoTime(env.clock.now()),
        ms: performance.now() - began,
        marketplace: service.marketplace,
        way: tool === undefined ? way : 'tool',
        action: tool ?? route.id,
        method: route.method,
        path: route.path,
        role: raw.caller?.kind,
        account: raw.caller?.account,
        credential: raw.caller?.credentialId,
        address: raw.address,
        status: response?.status ?? envelope.codes[error ?? '']?.status ?? 500,
        error,
        key: key === null ? undefined : hashSecret(key).slice(0, 12),
        replayed: response?.headers.has('idempotent-replayed') ?? false,
        traceparent: request.headers.get('traceparent') ?? undefined,
      }),
  };
}
