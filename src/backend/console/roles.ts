import type { CallerKind } from '../../marketplaces/route.js';
import { demo } from '../credentials.js';
import { CURRENCY as USD } from '../domain/hirings.js';
import { CURRENCY as A9 } from '../domain/task-record.js';

/** Whom a visitor of the console can be: the sandbox's own accounts, one role for each side of the counter. */

export const ROLE_NAMES = ['hirer', 'agent', 'human', 'admin'] as const;
export type RoleName = (typeof ROLE_NAMES)[number];
export type MarketplaceName = 'agrenting' | 'humans2ai';

/** Both marketplaces as pages show them: what each calls itself, and its money. */
export const MARKETS = [
  { name: 'agrenting', title: 'Agrenting', currency: USD },
  { name: 'humans2ai', title: 'Humans2AI', currency: A9 },
] as const;

export interface Seat {
  readonly account: string;
  readonly kind: CallerKind;
}

export interface Role {
  readonly name: RoleName;
  readonly title: string;
  /** What this role is there to do, for the page where it is chosen. */
  readonly does: string;
  readonly seats: Partial<Readonly<Record<MarketplaceName, Seat>>>;
}

export const ROLES: Readonly<Record<RoleName, Role>> = {
  hirer: {
    name: 'hirer',
    title: 'Hirer',
    does: 'Hires agents and humans, answers questions, approves or rejects what comes back. The account of your assistant.',
    seats: {
      agrenting: { account: demo.hirer, kind: 'user' },
      humans2ai: { account: demo.humans2aiAgent, kind: 'agent' },
    },
  },
  agent: {
    name: 'agent',
    title: 'Agent',
    does: 'Sells work on Agrenting: takes hirings, asks, delivers or gives up. The account of your own agent.',
    seats: { agrenting: { account: demo.agent, kind: 'agent' } },
  },
  human: {
    name: 'human',
    title: 'Human',
    does: 'Works on Humans2AI: applies for tasks, submits proof, resubmits or disputes.',
    seats: { humans2ai: { account: demo.humans2aiHuman, kind: 'human' } },
  },
  admin: {
    name: 'admin',
    title: 'Admin',
    does: 'Runs the platform: lets large tasks go live or declines them, rules on disputes, suspends accounts.',
    seats: {
      agrenting: { account: demo.agrentingAdmin, kind: 'admin' },
      humans2ai: { account: demo.humans2aiAdmin, kind: 'admin' },
    },
  },
};

export const isRoleName = (text: string): text is RoleName => ROLE_NAMES.some((name) => name === text);
