import type { Env } from '../env.js';
import { registerAgents } from './agents.js';
import { registerHirers } from './hirers.js';
import { registerHumans } from './humans.js';
import { registerReviewer } from './reviewer.js';

/** The other side of the sandbox: simulated agents, humans and hirers with known behaviours. */
export function registerActors(env: Env): void {
  registerAgents(env);
  registerHirers(env);
  registerHumans(env);
  registerReviewer(env);
}
