import { randomBytes } from 'node:crypto';
import { type Attributes, keyValues, nanoseconds, SCOPE } from './otlp.js';
import type { TelemetrySettings } from './settings.js';

/** Spans: kept in a queue, sent in batches. */

export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

export interface FinishedSpan {
  readonly name: string;
  /** 2 is a server, 3 a client. */
  readonly kind: 2 | 3;
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  /** What failed, if anything did. */
  readonly error: string | undefined;
}

/** W3C Trace Context: version, trace, span, flags. */
export function readTraceparent(header: string | null | undefined): SpanContext | undefined {
  const match = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/.exec(header ?? '');
  const [, traceId = '', spanId = '', flags = ''] = match ?? [];
  if (!match || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const traceparentOf = ({ traceId, spanId, sampled }: SpanContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

export class Spans {
  private queue: FinishedSpan[] = [];

  constructor(private readonly settings: TelemetrySettings) {}

  /** The identity of a new span below `parent`, or of a new trace. */
  begin(parent: SpanContext | undefined): SpanContext {
    const traceId = parent?.traceId ?? randomBytes(16).toString('hex');
    const { sampled, parentDecides } = this.settings;
    // The share is taken by the last bits of the trace, so that everybody who samples by it decides alike.
    const chosen = Number.parseInt(traceId.slice(-14), 16) < sampled * 2 ** 56;
    const decided = parent && parentDecides ? parent.sampled : chosen;
    return { traceId, spanId: randomBytes(8).toString('hex'), sampled: decided };
  }

  /** A full queue loses the new span: telemetry never makes anybody wait. */
  end(span: FinishedSpan): void {
    if (span.context.sampled && this.queue.length < this.settings.maxQueue) this.queue.push(span);
  }

  get waiting(): number {
    return this.queue.length;
  }

  /** Takes a batch out of the queue. @returns the OTLP body, or undefined when nothing waits. */
  take(): object | undefined {
    const batch = this.queue.slice(0, this.settings.maxBatch);
    this.queue = this.queue.slice(batch.length);
    if (batch.length === 0) return undefined;
    const spans = batch.map((span) => ({
      traceId: span.context.traceId,
      spanId: span.context.spanId,
      ...(span.parent ? { parentSpanId: span.parent.spanId } : {}),
      name: span.name,
      kind: span.kind,
      startTimeUnixNano: nanoseconds(span.startMs),
      endTimeUnixNano: nanoseconds(span.endMs),
      attributes: keyValues(span.attributes),
      status: span.error === undefined ? {} : { code: 2, message: span.error },
    }));
    const resource = { attributes: keyValues(this.settings.resource) };
    return { resourceSpans: [{ resource, scopeSpans: [{ scope: SCOPE, spans }] }] };
  }
}
