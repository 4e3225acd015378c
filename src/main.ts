import { quickServeFlags } from './cli/quick-serve.js';
import { log } from './log.js';

/** The program. Its exit is here and nowhere else. */
export async function main(args: readonly string[]): Promise<void> {
  const code = await start(args).catch((error: unknown) => {
    log('error', 'hirewire stopped', error);
    return 1;
  });
  // Output that a pipe has not taken yet would be lost by an exit.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit(code);
}

async function start(args: readonly string[]): Promise<number> {
  const flags = quickServeFlags(args);
  if (flags) {
    const { runServe } = await import('./cli/run-serve.js');
    return await runServe(flags);
  }
  const { run } = await import('./cli/index.js');
  return await run(args);
}
