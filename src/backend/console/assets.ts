import { createHash } from 'node:crypto';
import { live, morph } from './client/live.js';
import { STYLE } from './style/index.js';

/** What a page loads: one style sheet and one script, both of our own, each under a name that changes with its text. */

interface Asset {
  readonly path: string;
  readonly text: string;
  readonly type: string;
}

function asset(name: string, extension: string, type: string, text: string): Asset {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { path: `/console/assets/${name}-${hash}.${extension}`, text, type: `${type}; charset=utf-8` };
}

export const style = asset('console', 'css', 'text/css', STYLE);
export const script = asset('live', 'js', 'text/javascript', `(${live})(${morph});\n`);

export const ASSETS: readonly Asset[] = [style, script];

/** Nothing is loaded from elsewhere, nothing inline is run, and nobody may frame a page. */
export const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;
