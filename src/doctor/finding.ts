import type { Machine } from '../clients/client.js';
import type { Started } from '../clients/launch.js';
import type { Settings } from '../config/settings.js';

/** One line of a doctor's report. */
export interface Finding {
  /** Which check it comes from: node, settings, clients … */
  readonly check: string;
  readonly status: 'pass' | 'warn' | 'fail' | 'skip';
  readonly what: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** What the checks look at. */
export interface Patient {
  readonly machine: Machine;
  readonly started: Started;
  /** The settings, or why they cannot be used. */
  readonly settings: Settings | Error;
  readonly dataFolder: string;
  /** Also ask marketplaces that no credential is configured for. */
  readonly online: boolean;
  readonly now: () => number;
}

/** A check looks; all it ever writes is a probe that it takes away again. What it throws becomes a failed line. */
export interface Check {
  readonly id: string;
  run(patient: Patient): Promise<readonly Finding[]> | readonly Finding[];
}

type Line = Omit<Finding, 'check'>;
export const pass = (what: string): Line => ({ status: 'pass', what });
export const skip = (what: string): Line => ({ status: 'skip', what });
export const warn = (what: string, fix: string): Line => ({ status: 'warn', what, fix });
export const fail = (what: string, fix: string): Line => ({ status: 'fail', what, fix });

/** A check whose lines do not repeat its name. */
export const check = (id: string, run: (patient: Patient) => Promise<readonly Line[]> | readonly Line[]): Check => ({
  id,
  run: async (patient) => (await run(patient)).map((line) => ({ check: id, ...line })),
});
