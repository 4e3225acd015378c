import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/backend/telemetry/metrics.js';
import { telemetrySettings } from '../../src/backend/telemetry/settings.js';
import { readTraceparent, Spans, traceparentOf } from '../../src/backend/telemetry/traces.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;
const BASE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/' };

describe('the standard variables', () => {
  it.each([
    {},
    { OTEL_SERVICE_NAME: 'x' },
    { ...BASE, OTEL_SDK_DISABLED: 'true' },
    { ...BASE, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
  ])('%j send nothing', (env) => {
    expect(telemetrySettings(env)).toBeUndefined();
  });

  it('say where, with which headers, how often and under which name', () => {
    const settings = telemetrySettings({
      ...BASE,
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=two%20words',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'a=2',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://metrics.example/x',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '500',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,service.name=overridden',
      OTEL_SERVICE_NAME: 'market',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
    });
    expect(settings).toMatchObject({
      traces: { url: 'http://127.0.0.1:4318/v1/traces', headers: { a: '1', b: 'two words' }, timeoutMs: 500 },
      metrics: { url: 'https://metrics.example/x', headers: { a: '2', b: 'two words' }, timeoutMs: 10_000 },
      resource: { 'deployment.environment': 'test', 'service.name': 'market' },
      metricIntervalMs: 1_000,
      sampled: 1,
      parentDecides: true,
    });
    expect(telemetrySettings({ OTEL_TRACES_EXPORTER: 'otlp' })).toMatchObject({
      traces: { url: 'http://localhost:4318/v1/traces' },
      metrics: undefined,
    });
  });

  it.each([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER is otlp or none.'],
    [{ ...BASE, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'use http/json'],
    [{ ...BASE, OTEL_TRACES_SAMPLER: 'sometimes' }, 'OTEL_TRACES_SAMPLER is'],
    [{ ...BASE, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' }, 'its argument 0 to 1'],
    [{ ...BASE, OTEL_BSP_MAX_QUEUE_SIZE: 'many' }, 'OTEL_BSP_MAX_QUEUE_SIZE is a whole number above zero.'],
  ])('%j are refused', (env, sentence) => {
    expect(() => telemetrySettings(env)).toThrow(sentence);
  });
});

function spansWith(env: Readonly<Record<string, string>>): Spans {
  const settings = telemetrySettings({ ...BASE, ...env });
  if (!settings) throw new Error('telemetry is off');
  return new Spans(settings);
}

const finish = (spans: Spans, context = spans.begin(undefined)) =>
  spans.end({
    name: 'GET /x',
    kind: 2,
    context,
    parent: undefined,
    startMs: 1_000.25,
    endMs: 1_001,
    attributes: { n: 1, share: 0.5, ok: true, none: undefined },
    error: 'E',
  });

describe('spans', () => {
  it('carry on the trace of the caller, whose decision counts', () => {
    const spans = spansWith({});
    const parent = readTraceparent(PARENT);
    expect(traceparentOf(parent ?? spans.begin(undefined))).toBe(PARENT);
    expect(spans.begin(parent)).toMatchObject({ traceId: TRACE, sampled: true });
    expect(spans.begin(readTraceparent(PARENT.replace(/01$/, '00'))).sampled).toBe(false);
    const bad = [
      '',
      'x',
      `ff${PARENT.slice(2)}`,
      PARENT.replace(TRACE, '0'.repeat(32)),
      PARENT.toUpperCase(),
      `${PARENT}x`,
    ];
    expect(bad.map(readTraceparent)).toEqual(bad.map(() => undefined));
  });

  it('are sampled by their share, lost rather than waited for, and sent in batches', () => {
    const half = spansWith({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' });
    const kept = Array.from({ length: 2_000 }, () => half.begin(undefined)).filter(({ sampled }) => sampled).length;
    expect(kept).toBeGreaterThan(850);
    expect(kept).toBeLessThan(1_150);
    const none = spansWith({ OTEL_TRACES_SAMPLER: 'always_off' });
    finish(none);
    expect(none.take()).toBeUndefined();
    const few = spansWith({ OTEL_BSP_MAX_QUEUE_SIZE: '3', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2' });
    for (let n = 0; n < 5; n += 1) finish(few);
    expect(few.waiting).toBe(3);
    expect(few.take()).toMatchObject({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  name: 'GET /x',
                  startTimeUnixNano: '1000250000',
                  endTimeUnixNano: '1001000000',
                  status: { code: 2, message: 'E' },
                  attributes: [
                    { key: 'n', value: { intValue: '1' } },
                    { key: 'share', value: { doubleValue: 0.5 } },
                    { key: 'ok', value: { boolValue: true } },
                  ],
                },
                {},
              ],
            },
          ],
        },
      ],
    });
    expect(few.waiting).toBe(1);
  });
});

it('a histogram counts each duration once, in the first bucket that holds it, and bounds its series', () => {
  const histogram = new Histogram('h', 'd', 0);
  for (const seconds of [0, 0.005, 0.0051, 10, 11]) histogram.record(seconds, { route: '/x' });
  expect(histogram.toOtlp(1)).toMatchObject({
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [
        { count: '5', bucketCounts: ['2', '1', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '1', '1'] },
      ],
    },
  });
  for (let n = 0; n < 2_000; n += 1) histogram.record(1, { n });
  const { histogram: inner } = Object(histogram.toOtlp(1));
  expect(inner.dataPoints).toHaveLength(1_001);
});
