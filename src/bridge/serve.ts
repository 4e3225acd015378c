import { log } from '../log.js';
import { connectBridge } from './connect.js';
import type { BridgeDeps } from './server.js';
import { StdioTransport } from './stdio-transport.js';

/** How long calls in flight may go on after the client has left; the process is gone within two seconds. */
const GRACE_MS = 1_200;
const POLL_MS = 20;
/** Operations of an earlier process are taken up after the client has had its first answers. */
const RESUME_AFTER_MS = 1_000;
/** So does an agent come online. */
const ONLINE_AFTER_MS = 1_000;

/**
 * Serves MCP on stdin and stdout until the client leaves or a signal comes. Resolves when the process should exit:
 * money calls in flight have then been journaled, or will be taken up from the journal by the next process.
 */
export async function serveBridge(deps: BridgeDeps): Promise<void> {
  const transport = new StdioTransport(process.stdin, process.stdout, deps.settings.maxFrame);
  const left = new Promise<string>((resolve) => {
    transport.onend = resolve;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
  });
  const client = connectBridge(deps, transport);
  setTimeout(() => deps.spending.resume(), RESUME_AFTER_MS).unref();
  // The agent of the sandbox is nobody's, until it is used.
  if (!deps.settings.sandbox) setTimeout(() => client.background.goOnline(), ONLINE_AFTER_MS).unref();

  const why = await left;
  log('debug', `leaving: ${why}`);
  // At the end of input the client may still read answers. After a signal, or when nobody reads, there is no use in
  // finishing reads; but what moves money is worth a moment either way.
  const stopAt = performance.now() + GRACE_MS;
  const waiting = () => deps.spending.busy || (why === 'input' && transport.pending > client.parked);
  client.background.stop();
  while (waiting() && performance.now() < stopAt) await pause(POLL_MS);
  await Promise.race([
    Promise.allSettled([client.close(), deps.spending.close()]),
    pause(Math.max(100, stopAt - performance.now())),
  ]);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
