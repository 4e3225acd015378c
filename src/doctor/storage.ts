import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { isRecord } from '../clients/document.js';
import { OPEN_STATES } from '../spending/schema.js';
import { check, fail, pass, skip, warn } from './finding.js';

export const folderCheck = check('data', ({ dataFolder }) => {
  const probe = join(dataFolder, `.probe-${process.pid}`);
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    writeFileSync(probe, '', { flag: 'wx', mode: 0o600 });
    rmSync(probe);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown reason';
    return [
      fail(`the data folder cannot be written: ${why}`, `Allow writing to ${dataFolder}, or set HIREWIRE_DATA_DIR`),
    ];
  }
  const open = process.platform !== 'win32' && (statSync(dataFolder).mode & 0o022) !== 0;
  if (open) return [warn(`others may write to ${dataFolder}`, `Run: chmod go-w "${dataFolder}"`)];
  return [pass(`data folder ${dataFolder} can be written`)];
});

/** The journal of payments, and what is still open in it. */
export const journalCheck = check('journal', ({ dataFolder }) => {
  const file = join(dataFolder, 'operations.db');
  if (!existsSync(file)) return [skip('no journal yet: nothing was paid through this computer')];
  return opened(file, (db) => {
    const states = OPEN_STATES.map(() => '?').join(', ');
    const rows = db.prepare(`SELECT key FROM operations WHERE state IN (${states}) LIMIT 100`).all(...OPEN_STATES);
    if (rows.length === 0) return [pass(`journal ${file} is whole, and nothing in it is open`)];
    const count =
      rows.length === 100 ? '100 or more operations' : `${rows.length} operation${rows.length === 1 ? '' : 's'}`;
    return [warn(`${count} in the journal without a certain outcome`, 'Run: hirewire operations resume')];
  });
});

export const sandboxCheck = check('sandbox', ({ dataFolder }) => {
  const file = join(dataFolder, 'sandbox.db');
  if (!existsSync(file)) return [skip('no sandbox yet: it is made when it is first used')];
  return opened(file, () => [pass(`sandbox ${file} is whole`)]);
});

type Lines = ReturnType<typeof pass>[];

/** Looks into a database without changing a row. */
function opened(file: string, look: (db: InstanceType<typeof Libsql>) => Lines): Lines {
  const fix = `Close every client; then restore ${file} from a copy, or move it away (a journal away means forgotten payments)`;
  let db: InstanceType<typeof Libsql> | undefined;
  try {
    db = new Libsql(file, { timeout: 2_000 });
    db.exec('PRAGMA query_only = ON');
    const state: unknown = db.prepare('PRAGMA quick_check(1)').get();
    if (!isRecord(state) || state.quick_check !== 'ok') return [fail(`${file} is damaged`, fix)];
    return look(db);
  } catch (error) {
    return [fail(`${file} cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`, fix)];
  } finally {
    db?.close();
  }
}
