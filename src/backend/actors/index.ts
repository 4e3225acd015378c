import type { Env } from '../env.js';
import { registerAgents } from './agents.js';

/** The other side of the sandbox: simulated agents, humans and hirers with known behaviours. */
export function registerActors(env: Env): void {
  registerAgents(env);
}
