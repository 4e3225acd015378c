import type { Outbound } from '../delivery/outbound.js';
import type { RequestNote, Requests } from '../requests.js';
import { Histogram, metricsBody } from './metrics.js';
import { exportTo } from './otlp.js';
import type { TelemetrySettings } from './settings.js';
import { readTraceparent, Spans, traceparentOf } from './traces.js';

/**
 * Traces and metrics of a marketplace: one server span and one duration for each request, one client span and one
 * duration for each request of ours to a webhook or a callback. Neither bodies nor credentials are in them.
 */
export class Telemetry {
  private readonly spans: Spans;
  private readonly served: Histogram;
  private readonly called: Histogram;
  private readonly timers: NodeJS.Timeout[] = [];
  private sending: Promise<void> = Promise.resolve();

  /** @param onError told of exports that failed; they are not repeated. */
  constructor(
    private readonly settings: TelemetrySettings,
    private readonly onError: (what: string, error: unknown) => void,
    private readonly now: () => number = Date.now,
  ) {
    this.spans = new Spans(settings);
    this.served = new Histogram('http.server.request.duration', 'Duration of requests served.', now());
    this.called = new Histogram('http.client.request.duration', 'Duration of webhook and callback requests.', now());
    if (settings.traces) this.every(settings.spanDelayMs, () => this.sendSpans());
    if (settings.metrics) this.every(settings.metricIntervalMs, () => this.sendMetrics());
  }

  /** Follows the requests of a backend. @returns stops that. */
  follow(requests: Requests): () => void {
    return requests.on((note) => this.noteServed(note));
  }

  /** The same requests to others, measured, and with the trace in a header. */
  measured(outbound: Outbound): Outbound {
    return async (request) => {
      const context = this.spans.begin(undefined);
      const startMs = this.now();
      let outcome: { status: number | undefined; error: string | undefined } = {
        status: undefined,
        error: 'no answer',
      };
      try {
        const headers = { ...request.headers, traceparent: traceparentOf(context) };
        const status = await outbound({ ...request, headers });
        outcome = { status, error: status >= 400 ? String(status) : undefined };
        return status;
      } finally {
        const { status, error } = outcome;
        const host = URL.canParse(request.url) ? new URL(request.url).hostname : undefined;
        const attributes = {
          'http.request.method': request.method,
          'server.address': host,
          'http.response.status_code': status,
          'error.type': error,
        };
        const endMs = this.now();
        this.called.record((endMs - startMs) / 1_000, attributes);
        this.spans.end({
          name: request.method,
          kind: 3,
          context,
          parent: undefined,
          startMs,
          endMs,
          attributes,
          error,
        });
      }
    };
  }

  /** Sends what is left and stops. */
  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.sendSpans();
    this.sendMetrics();
    await this.sending;
  }

  private noteServed(note: RequestNote): void {
    const endMs = this.now();
    const attributes = {
      'http.request.method': note.method,
      'http.route': note.path,
      'http.response.status_code': note.status,
      'hirewire.marketplace': note.marketplace,
      'hirewire.action': note.action,
      'error.type': note.status >= 500 ? String(note.status) : undefined,
    };
    this.served.record(note.ms / 1_000, attributes);
    const parent = readTraceparent(note.traceparent);
    this.spans.end({
      name: `${note.method} ${note.path}`,
      kind: 2,
      context: this.spans.begin(parent),
      parent,
      startMs: endMs - note.ms,
      endMs,
      attributes: { ...attributes, 'hirewire.error': note.error, 'hirewire.replayed': note.replayed },
      error: note.status >= 500 ? (note.error ?? String(note.status)) : undefined,
    });
    if (this.settings.traces && this.spans.waiting >= this.settings.maxBatch) this.sendSpans();
  }

  private sendSpans(): void {
    const { traces } = this.settings;
    if (!traces) return;
    for (let body = this.spans.take(); body; body = this.spans.take()) {
      const batch = body;
      this.queue('traces', () => exportTo(traces, batch));
    }
  }

  private sendMetrics(): void {
    const { metrics, resource } = this.settings;
    if (metrics) {
      this.queue('metrics', () => exportTo(metrics, metricsBody(resource, [this.served, this.called], this.now())));
    }
  }

  /** One after the other: a slow collector gets one request at a time. */
  private queue(what: string, send: () => Promise<void>): void {
    this.sending = this.sending.then(send).catch((error: unknown) => this.onError(`export of ${what}`, error));
  }

  private every(ms: number, work: () => void): void {
    const timer = setInterval(work, ms);
    timer.unref();
    this.timers.push(timer);
  }
}
