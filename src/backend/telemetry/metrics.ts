import { type Attributes, keyValues, nanoseconds, SCOPE } from './otlp.js';

/** Histograms of durations, cumulative since the start of the process. */

/** The boundaries that the semantic conventions advise for request durations, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;
/** Routes and statuses are few; more sets of attributes than this are a mistake and are added up as one. */
const MAX_SERIES = 1_000;

interface Series {
  readonly attributes: Attributes;
  readonly buckets: number[];
  count: number;
  sum: number;
}

export class Histogram {
  private readonly series = new Map<string, Series>();

  constructor(
    readonly name: string,
    readonly description: string,
    private readonly startMs: number,
  ) {}

  /** @param seconds how long it took. */
  record(seconds: number, attributes: Attributes): void {
    const key = JSON.stringify(attributes);
    const full = this.series.size >= MAX_SERIES && !this.series.has(key);
    const kept = full ? { 'otel.metric.overflow': true } : attributes;
    const name = full ? 'overflow' : key;
    const series = this.series.get(name) ?? {
      attributes: kept,
      buckets: BOUNDS.map(() => 0).concat(0),
      count: 0,
      sum: 0,
    };
    this.series.set(name, series);
    const found = BOUNDS.findIndex((bound) => seconds <= bound);
    const bucket = found < 0 ? BOUNDS.length : found;
    series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
    series.count += 1;
    series.sum += seconds;
  }

  toOtlp(nowMs: number): object {
    const dataPoints = [...this.series.values()].map(({ attributes, buckets, count, sum }) => ({
      attributes: keyValues(attributes),
      startTimeUnixNano: nanoseconds(this.startMs),
      timeUnixNano: nanoseconds(nowMs),
      count: String(count),
      sum,
      bucketCounts: buckets.map(String),
      explicitBounds: [...BOUNDS],
    }));
    const { name, description } = this;
    return { name, description, unit: 's', histogram: { aggregationTemporality: 2, dataPoints } };
  }
}

/** The OTLP body of all metrics at this moment. */
export function metricsBody(resource: Attributes, histograms: readonly Histogram[], nowMs: number): object {
  const metrics = histograms.map((histogram) => histogram.toOtlp(nowMs));
  return {
    resourceMetrics: [{ resource: { attributes: keyValues(resource) }, scopeMetrics: [{ scope: SCOPE, metrics }] }],
  };
}
