import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Every secret that a test gives to a program is a canary: it must be in nothing that the program writes, neither in
 * the files of its folder nor on its output. Folders look when they are removed, clients whenever they hear something,
 * over the whole suite; a leak fails the test, and the sums are printed at the end of the run.
 */
const canaries = new Map<string, Set<string>>();
const SECRET_NAMES = /KEY|TOKEN|SECRET|PASSPHRASE/;

/** A secret, for whatever is written in or from this folder. */
export function watchFor(folder: string, secret: string): string {
  const known = canaries.get(folder) ?? new Set<string>();
  canaries.set(folder, known.add(secret));
  return secret;
}

/** The secrets among variables, by their names. */
export function watchForSecretsIn(folder: string, variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (SECRET_NAMES.test(name) && value.length >= 8) watchFor(folder, value);
  }
}

/** Looks at what a program said. @throws when a secret is in it. */
export function lookAtOutput(folder: string, text: string, what: string): void {
  look(folder, Buffer.from(text), what);
  note({ outputs: 1, bytes: text.length });
}

/** Looks at all files below a folder, and forgets its secrets. @throws when a secret is in one. */
export function lookAtFiles(folder: string): void {
  const secrets = canaries.get(folder);
  if (!secrets) return;
  let files = 0;
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
    const content = readFileSync(path);
    look(folder, content, relative(folder, path));
    files += 1;
    bytes += content.length;
  }
  canaries.delete(folder);
  note({ secrets: secrets.size, files, bytes });
}

function look(folder: string, content: Buffer, what: string): void {
  for (const secret of canaries.get(folder) ?? []) {
    for (const spelling of spellingsOf(secret)) {
      if (content.includes(spelling)) throw new Error(`A secret that begins with ${secret.slice(0, 6)} is in ${what}.`);
    }
  }
}

function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // In base64 the first characters depend on what stands before it; the middle does not.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -6),
  );
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('hex'), ...base64];
}

interface Looks {
  readonly secrets?: number;
  readonly files?: number;
  readonly outputs?: number;
  readonly bytes?: number;
}

/** One line for each look, which the end of the run adds up. */
function note(looks: Looks): void {
  const file = process.env.HIREWIRE_CANARIES;
  if (file) appendFileSync(file, `${JSON.stringify(looks)}\n`);
}
