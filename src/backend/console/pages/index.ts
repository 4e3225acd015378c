import type { Page } from '../view.js';
import { audit } from './audit.js';
import { clock } from './clock.js';
import { desk } from './desk/index.js';
import { hiringPage } from './hiring.js';
import { keys } from './keys.js';
import { ledger } from './ledger.js';
import { market } from './market.js';
import { requests } from './requests.js';
import { taskPage } from './task.js';
import { wallet } from './wallet.js';
import { webhooks } from './webhooks.js';

/** Every page and its path: the table of contents of the console. */
export const PAGES: readonly (readonly [path: string, page: Page])[] = [
  ['/', market],
  ['/console/desk', desk],
  ['/console/hirings/:id', hiringPage],
  ['/console/tasks/:id', taskPage],
  ['/console/ledger', ledger],
  ['/console/wallet', wallet],
  ['/console/requests', requests],
  ['/console/keys', keys],
  ['/console/webhooks', webhooks],
  ['/console/audit', audit],
  ['/console/clock', clock],
];
