import { agentdojo, agrenting, humans2ai } from '../../../src/backend/openapi/contracts.js';
import { dojoCases } from './agentdojo.js';
import { fileCases, marketCases } from './agrenting.js';
import { taskCases } from './agrenting-tasks.js';
import type { Case } from './case.js';
import { derivedCases } from './derived.js';
import { restCases } from './humans2ai.js';
import { toolCases } from './humans2ai-tools.js';

/** The table of cases, in the order in which they are run: later ones use what earlier ones left behind. */
export const cases: readonly Case[] = [
  ...marketCases,
  ...taskCases,
  ...fileCases,
  ...restCases,
  ...toolCases,
  ...dojoCases,
  ...derivedCases(agrenting),
  ...derivedCases(humans2ai),
  ...derivedCases(agentdojo),
];
