import { quickServeFlags } from './cli/quick-serve.js';
import { log } from './log.js';

const FLUSH_MS = 200;

/** The program. Its exit is here and nowhere else. */
export async function main(args: readonly string[]): Promise<void> {
  const code = await start(args).catch((error: unknown) => {
    log('error', 'hirewire stopped', error);
    return 1;
  });
  // Output that a pipe has not taken yet would be lost by an exit. A pager may take its time over it; an MCP client that
  // has left and reads nothing must not keep us.
  const flushed = new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  const patience = new Promise<void>((resolve) => setTimeout(resolve, FLUSH_MS));
  await (isServe(args) ? Promise.race([flushed, patience]) : flushed);
  process.exit(code);
}

/** `hirewire [serve] [--flag …]`, as MCP clients start it. */
const isServe = ([first = 'serve']: readonly string[]): boolean => first === 'serve' || first.startsWith('-');

async function start(args: readonly string[]): Promise<number> {
  const flags = quickServeFlags(args);
  if (flags) {
    const { runServe } = await import('./cli/run-serve.js');
    return await runServe(flags);
  }
  const { run } = await import('./cli/index.js');
  return await run(args);
}
