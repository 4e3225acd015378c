import type { Telemetry } from '../../backend/telemetry/index.js';
import { SettingsError } from '../../config/settings-error.js';
import { log, registerSecret } from '../../log.js';

/** Traces and metrics, when the standard OTEL_ variables ask for them; otherwise none of that code is even loaded. */
export async function openTelemetry(environment: NodeJS.ProcessEnv): Promise<Telemetry | undefined> {
  if (!Object.keys(environment).some((name) => name.startsWith('OTEL_'))) return undefined;
  const { telemetrySettings } = await import('../../backend/telemetry/settings.js');
  const settings = follow(() => telemetrySettings(environment));
  if (!settings) return undefined;
  for (const signal of [settings.traces, settings.metrics]) {
    for (const value of Object.values(signal?.headers ?? {})) registerSecret(value);
  }
  const { Telemetry } = await import('../../backend/telemetry/index.js');
  return new Telemetry(settings, (what, error) => log('warn', what, error));
}

function follow<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new SettingsError(error instanceof Error ? error.message : 'The OTEL_ variables cannot be followed.');
  }
}
