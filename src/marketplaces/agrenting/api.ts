import { agents } from './contract/agents.js';
import { hirings } from './contract/hirings.js';
import { ledger } from './contract/ledger.js';

/** Agrenting's REST contract: every route once. The facts and their evidence are in the contract notes. */
export const api = { ...agents, ...hirings, ...ledger } as const;
