import type { Migration } from '../sqlite.js';

/** The worker's journal. No secret is in it, and no text of a hirer: a task is read again from the marketplace. */

export type HiringState = 'taken' | 'running' | 'finished' | 'delivered' | 'failed' | 'dropped';
export const OPEN_STATES: readonly HiringState[] = ['taken', 'running', 'finished'];
export const isOpen = ({ state }: { readonly state: HiringState }): boolean => OPEN_STATES.includes(state);

export interface HiringRow {
  /** The idempotency key from which those of its requests are made. */
  key: string;
  /** The marketplace. */
  origin: string;
  hiring_id: string;
  /** One attempt of the hirer's: a hiring that is tried again after a failure is a new piece of work. */
  dispatch: string;
  state: HiringState;
  /** 10^-8 USD. */
  price: bigint;
  /** Milliseconds since the epoch. */
  deadline_at: bigint | null;
  /** How often a program was begun for it. */
  runs: bigint;
  /** The worker that has it: machine, process id, and a word of its own. */
  owner: string | null;
  /** Until when it counts as that worker's without being renewed. Milliseconds since the epoch. */
  lease_until: bigint;
  /** The mark and the keeper of the run that was begun last. */
  run: string | null;
  pid: bigint | null;
  /** What it came to, as JSON, until that is delivered. */
  outcome: string | null;
  /** Why it was dropped, in a word of ours. */
  reason: string | null;
  created_at: bigint;
  updated_at: bigint;
}

/** A file of a finished hiring, until it is delivered. */
export interface FileRow {
  key: string;
  position: bigint;
  name: string;
  artifact_type: string;
  content_type: string | null;
  language: string | null;
  content: string;
}

export interface WorkerTables {
  hirings: HiringRow;
  files: FileRow;
}

export const workerMigrations: readonly Migration[] = [
  {
    name: '001-worker',
    sql: `
CREATE TABLE hirings (
  key TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  hiring_id TEXT NOT NULL,
  dispatch TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('taken','running','finished','delivered','failed','dropped')),
  price INTEGER NOT NULL CHECK (price >= 0),
  deadline_at INTEGER,
  runs INTEGER NOT NULL DEFAULT 0,
  owner TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  run TEXT,
  pid INTEGER,
  outcome TEXT,
  reason TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (origin, hiring_id, dispatch)
) STRICT;
CREATE INDEX hirings_open ON hirings (origin, created_at) WHERE state IN ('taken','running','finished');
CREATE INDEX hirings_over ON hirings (updated_at) WHERE state IN ('delivered','failed','dropped');
-- What is over stays over, and what has an outcome is never run again.
CREATE TRIGGER hirings_final BEFORE UPDATE OF state ON hirings
WHEN (OLD.state IN ('delivered','failed','dropped') AND NEW.state <> OLD.state)
  OR (OLD.state = 'finished' AND NEW.state IN ('taken','running'))
BEGIN SELECT RAISE(ABORT, 'a hiring is finished once'); END;

CREATE TABLE files (
  key TEXT NOT NULL REFERENCES hirings (key) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  artifact_type TEXT NOT NULL,
  content_type TEXT,
  language TEXT,
  content TEXT NOT NULL,
  PRIMARY KEY (key, position)
) STRICT, WITHOUT ROWID;
`,
  },
];
