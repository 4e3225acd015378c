import { redact } from '../log.js';
import { clientsCheck } from './client-configs.js';
import { credentialsCheck } from './credentials.js';
import type { Check, Finding, Patient } from './finding.js';
import { keychainCheck } from './keychain.js';
import { mountsCheck } from './mounts.js';
import { networkCheck } from './network.js';
import { processesCheck } from './processes.js';
import { bundleCheck, nodeCheck, npmCheck } from './program.js';
import { settingsCheck } from './settings.js';
import { folderCheck, journalCheck, sandboxCheck } from './storage.js';

/** In the order of the report. */
export const CHECKS: readonly Check[] = [
  nodeCheck,
  npmCheck,
  bundleCheck,
  settingsCheck,
  folderCheck,
  journalCheck,
  sandboxCheck,
  keychainCheck,
  credentialsCheck,
  networkCheck,
  mountsCheck,
  clientsCheck,
  processesCheck,
];

/** Runs every check; one that breaks is a line of the report, too. Secrets are taken out of every line. */
export async function examine(patient: Patient, checks: readonly Check[] = CHECKS): Promise<Finding[]> {
  const found = await Promise.all(checks.map(async (check) => await guarded(check, patient)));
  return found.flat().map((finding) => ({
    ...finding,
    what: redact(finding.what),
    ...(finding.fix === undefined ? {} : { fix: redact(finding.fix) }),
  }));
}

async function guarded(check: Check, patient: Patient): Promise<readonly Finding[]> {
  try {
    return await check.run(patient);
  } catch (error) {
    const what = `the check itself failed: ${error instanceof Error ? error.message : 'unknown reason'}`;
    return [{ check: check.id, status: 'fail', what, fix: 'Report it, with the output of hirewire doctor --json' }];
  }
}
