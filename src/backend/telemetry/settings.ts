/** OpenTelemetry's standard environment variables, as far as they say anything here. Nothing is sent unless they ask. */

export interface Signal {
  /** Where it is sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface TelemetrySettings {
  readonly traces: Signal | undefined;
  readonly metrics: Signal | undefined;
  /** Share of traces that is kept, 0 to 1, where nobody decided before. */
  readonly sampled: number;
  /** Whether a caller's decision to sample counts. */
  readonly parentDecides: boolean;
  readonly resource: Readonly<Record<string, string>>;
  readonly metricIntervalMs: number;
  readonly spanDelayMs: number;
  readonly maxQueue: number;
  readonly maxBatch: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns undefined when telemetry is off, which it is by default. @throws for a setting that cannot be followed. */
export function telemetrySettings(env: Environment): TelemetrySettings | undefined {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  const traces = signal(env, 'traces');
  const metrics = signal(env, 'metrics');
  if (!traces && !metrics) return undefined;
  const { sampled, parentDecides } = sampler(env);
  return {
    traces,
    metrics,
    sampled,
    parentDecides,
    resource: {
      ...pairs(env.OTEL_RESOURCE_ATTRIBUTES),
      'service.name':
        env.OTEL_SERVICE_NAME || pairs(env.OTEL_RESOURCE_ATTRIBUTES)['service.name'] || 'hirewire-backend',
    },
    metricIntervalMs: positive(env, 'OTEL_METRIC_EXPORT_INTERVAL', 60_000),
    spanDelayMs: positive(env, 'OTEL_BSP_SCHEDULE_DELAY', 5_000),
    maxQueue: positive(env, 'OTEL_BSP_MAX_QUEUE_SIZE', 2_048),
    maxBatch: positive(env, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
  };
}

function signal(env: Environment, name: 'traces' | 'metrics'): Signal | undefined {
  const upper = name.toUpperCase();
  const exporter = env[`OTEL_${upper}_EXPORTER`];
  const own = env[`OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`];
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (exporter === 'none' || !(exporter || own || base)) return undefined;
  if (exporter && exporter !== 'otlp') throw new Error(`OTEL_${upper}_EXPORTER is otlp or none.`);
  const protocol = env[`OTEL_EXPORTER_OTLP_${upper}_PROTOCOL`] ?? env.OTEL_EXPORTER_OTLP_PROTOCOL;
  // Every collector that takes OTLP over HTTP takes JSON at the same address.
  if (protocol === 'grpc') throw new Error('OTEL_EXPORTER_OTLP_PROTOCOL=grpc is not spoken here: use http/json.');
  const url = own ?? `${(base ?? 'http://localhost:4318').replace(/\/+$/, '')}/v1/${name}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Error(`The OTLP endpoint for ${name} is no http(s) URL.`);
  }
  const headers = {
    ...pairs(env.OTEL_EXPORTER_OTLP_HEADERS),
    ...pairs(env[`OTEL_EXPORTER_OTLP_${upper}_HEADERS`]),
  };
  const timeout = env[`OTEL_EXPORTER_OTLP_${upper}_TIMEOUT`] ? `OTEL_EXPORTER_OTLP_${upper}_TIMEOUT` : TIMEOUT;
  return { url, headers, timeoutMs: positive(env, timeout, 10_000) };
}

const TIMEOUT = 'OTEL_EXPORTER_OTLP_TIMEOUT';

function sampler(env: Environment): { sampled: number; parentDecides: boolean } {
  const name = env.OTEL_TRACES_SAMPLER || 'parentbased_always_on';
  const parentDecides = name.startsWith('parentbased_');
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG || '1');
  const share: Readonly<Record<string, number>> = { always_on: 1, always_off: 0, traceidratio: ratio };
  const sampled = share[name.replace('parentbased_', '')];
  if (sampled === undefined || !(sampled >= 0 && sampled <= 1)) {
    throw new Error('OTEL_TRACES_SAMPLER is (parentbased_)always_on, always_off or traceidratio, its argument 0 to 1.');
  }
  return { sampled, parentDecides };
}

/** "key1=value1,key2=value2", percent-encoded. */
function pairs(text: string | undefined): Record<string, string> {
  const entries = (text ?? '').split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    if (at <= 0) return [];
    return [[decoded(pair.slice(0, at).trim()), decoded(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(entries);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function positive(env: Environment, name: string, fallback: number): number {
  const text = env[name];
  if (!text) return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} is a whole number above zero.`);
}
