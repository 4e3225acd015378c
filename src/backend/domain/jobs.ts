import type { Env } from '../env.js';
import { registerAgrentingJobs } from './agrenting-jobs.js';

/** What the marketplaces themselves do when a time has come. */
export function registerDomainJobs(env: Env): void {
  registerAgrentingJobs(env);
}
