import { mkdirSync, utimesSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { log } from '../log.js';

/**
 * How `hirewire webhooks listen` and the bridges of the same user meet: a file in the data folder that is written to
 * whenever a signed delivery came. Its content says nothing; what has changed is read from the marketplace, as ever.
 */
const FOLDER = 'news';
const FILE = 'webhooks';

/** A folder of its own: in the data folder databases are written to all the time. */
function folderIn(dataFolder: string): string {
  const folder = join(dataFolder, FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Tells the bridges of this data folder that something has happened. */
export function tellNews(dataFolder: string): void {
  const file = join(folderIn(dataFolder), FILE);
  writeFileSync(file, '', { mode: 0o600 });
  const now = new Date();
  utimesSync(file, now, now);
}

/**
 * Calls `heard` whenever another process tells news. It is a hint: where files cannot be watched, polls find the change
 * later. @returns stops it.
 */
export function listenToNews(dataFolder: string, heard: () => void): () => void {
  try {
    const watcher = watch(folderIn(dataFolder), { persistent: false }, (_, name) => {
      if (name === FILE) heard();
    });
    watcher.on('error', (error) => log('debug', 'the data folder is not watched any more', error));
    return () => watcher.close();
  } catch (error) {
    log('debug', 'the data folder cannot be watched', error);
    return () => undefined;
  }
}
