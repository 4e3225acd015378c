import type { RoleName } from '../../roles.js';
import type { Page } from '../../view.js';
import { adminDesk } from './admin.js';
import { agentDesk } from './agent.js';
import { hirerDesk } from './hirer.js';
import { humanDesk } from './human.js';

const DESKS: Readonly<Record<RoleName, Page>> = {
  hirer: hirerDesk,
  agent: agentDesk,
  human: humanDesk,
  admin: adminDesk,
};

/** The desk of whoever is signed in. */
export const desk: Page = (view, params) => DESKS[view.role.name](view, params);
