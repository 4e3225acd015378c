import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before and after the whole run: the sums of what was searched for canaries. */
export default function canarySums(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'hirewire-canaries-'));
  const file = join(folder, 'looks.jsonl');
  process.env.HIREWIRE_CANARIES = file;
  return () => {
    const looks: Record<string, number>[] = existsSync(file)
      ? readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
    const sum = (name: string) => looks.reduce((total, line) => total + (line[name] ?? 0), 0);
    rmSync(folder, { recursive: true, force: true });
    if (looks.length === 0) return;
    console.log(
      `figure: canaries=${sum('secrets')} files=${sum('files')} outputs=${sum('outputs')} bytes=${sum('bytes')}; each leak fails its test`,
    );
  };
}
