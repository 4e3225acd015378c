import type { Action } from './action.js';
import { agrentingActions } from './agrenting.js';
import { humans2aiActions } from './humans2ai.js';

/** Every button of the console, by the name that its form is sent to. */
const ACTIONS = { ...agrentingActions, ...humans2aiActions } as const;

export type ActionName = keyof typeof ACTIONS;

export const actionNamed = (name: string): Action | undefined =>
  new Map<string, Action>(Object.entries(ACTIONS)).get(name);

export const actionOf = (name: ActionName): Action => ACTIONS[name];
