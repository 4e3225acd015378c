import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { exclusively, replaceFile } from '../../credentials/atomic-file.js';
import { log } from '../../log.js';
import { type Definitions, definitionsShape } from './definitions.js';
import { NOTHING_PINNED, type Pinned } from './pins.js';

/**
 * What is remembered of a mount between starts, one file each in the data folder: how it is reached, what it offers,
 * and which definitions are in use. With it a host's list needs no network. It holds no secret.
 */

const shape = z.object({
  version: z.literal(1),
  /** Of another URL nothing is known. */
  url: z.string(),
  wire: z
    .object({ kind: z.enum(['http', 'sse']), url: z.string(), era: z.enum(['auto', 'legacy', 'modern']) })
    .optional(),
  server: z.object({ name: z.string(), version: z.string() }).optional(),
  /** Whether it completes arguments. */
  completions: z.boolean().optional(),
  offered: definitionsShape.optional(),
  pinned: z.object({
    tools: z.record(z.string(), definitionsShape.shape.tools.element),
    prompts: z.record(z.string(), definitionsShape.shape.prompts.element),
    templates: z.record(z.string(), definitionsShape.shape.templates.element),
  }),
  /** When it was looked at last, and why that failed if it did: ISO times, our own words. */
  seen_at: z.string().optional(),
  failed_at: z.string().optional(),
  failure: z.string().optional(),
});

export interface MountState extends Omit<z.output<typeof shape>, 'offered' | 'pinned'> {
  readonly offered?: Definitions | undefined;
  readonly pinned: Pinned;
}

export class StateFile {
  private readonly path: string;

  constructor(
    folder: string,
    name: string,
    private readonly url: string,
  ) {
    this.path = join(folder, 'mounts', `${name}.json`);
  }

  get empty(): MountState {
    return { version: 1, url: this.url, pinned: NOTHING_PINNED };
  }

  /** undefined when nothing is known of this mount at this URL. */
  read(): MountState | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch {
      return undefined;
    }
    try {
      const state = shape.parse(JSON.parse(text));
      return state.url === this.url ? state : undefined;
    } catch (error) {
      // Without it every definition would count as new: nobody may come to that by damaging a file unnoticed.
      log('warn', `what was remembered of a mount cannot be read; its definitions count as new: ${this.path}`, error);
      return undefined;
    }
  }

  /** Changes what is remembered; other bridges of this user do, too. @returns what is remembered now. */
  async change(edit: (now: MountState) => MountState): Promise<MountState> {
    return await exclusively(this.path, async () => {
      const now = this.read() ?? this.empty;
      const next = edit(now);
      replaceFile(this.path, `${JSON.stringify(next)}\n`);
      return next;
    });
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}
