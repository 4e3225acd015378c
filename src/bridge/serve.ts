import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { log } from '../log.js';
import { type BridgeDeps, createBridgeServer } from './server.js';
import { StdioTransport } from './stdio-transport.js';

/** How long calls in flight may go on after the client has left; the process is gone within two seconds. */
const GRACE_MS = 1_200;
const POLL_MS = 20;
const FLUSH_MS = 200;
/** Operations of an earlier process are taken up after the client has had its first answers. */
const RESUME_AFTER_MS = 1_000;

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
  const handle = serveStdio(() => createBridgeServer(deps), {
    transport,
    onerror: (error) => log('debug', 'protocol error', error),
  });
  setTimeout(() => deps.spending.resume(), RESUME_AFTER_MS).unref();

  const why = await left;
  log('debug', `leaving: ${why}`);
  // At the end of input the client may still read answers. After a signal, or when nobody reads, there is no use in
  // finishing reads; but what moves money is worth a moment either way.
  const stopAt = performance.now() + GRACE_MS;
  const waiting = () => deps.spending.busy || (why === 'input' && transport.pending > 0);
  while (waiting() && performance.now() < stopAt) await pause(POLL_MS);
  await Promise.race([
    Promise.allSettled([handle.close(), deps.spending.close()]),
    pause(Math.max(100, stopAt - performance.now())),
  ]);
  // The last answers need a moment to get through the pipe; a client that reads none of them must not hold us back.
  for (let waited = 0; process.stdout.writableLength > 0 && waited < FLUSH_MS; waited += POLL_MS) await pause(POLL_MS);
  if (process.stdout.writableLength > 0) process.stdout.destroy();
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
