import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { script, style } from '../assets.js';
import type { View } from '../view.js';

const NAVIGATION = [
  ['/', 'Market'],
  ['/console/desk', 'Desk'],
  ['/console/ledger', 'Ledger'],
  ['/console/wallet', 'Wallet'],
  ['/console/requests', 'Requests'],
  ['/console/audit', 'Audit'],
  ['/console/keys', 'Keys'],
  ['/console/webhooks', 'Webhooks'],
  ['/console/clock', 'Clock'],
] as const;

/** The frame of every page. Only what is inside `main` changes while it is open. */
export const Layout = ({
  title,
  view,
  notice,
  children,
}: {
  title: string;
  /** Missing before somebody signed in. */
  view: View | undefined;
  notice?: string | undefined;
  children: Child;
}) => (
  <>
    {raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Hirewire sandbox`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={style.path} />
        {view ? <script src={script.path} defer /> : ''}
      </head>
      <body>
        <a class="skip" href="#content">
          To the content
        </a>
        <header class="top">
          <a class="brand" href="/">
            Hirewire <span>sandbox</span>
          </a>
          {view ? <Bar view={view} /> : ''}
        </header>
        {notice ? (
          <p class="notice" role="status">
            {notice}
          </p>
        ) : (
          ''
        )}
        <main id="content" tabindex={-1}>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  </>
);

const Bar = ({ view }: { view: View }) => (
  <>
    <nav aria-label="Console">
      <ul>
        {NAVIGATION.map(([path, name]) => (
          <li>
            <a href={path} aria-current={isHere(view, path) ? 'page' : undefined}>
              {path === '/console/desk' ? `${view.role.title}'s desk` : name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
    <div class="who-am-i">
      <span id="lamp" class="lamp" data-state="still" title="Whether this page follows changes by itself">
        reload to update
      </span>
      <a href={`/console/sign-in?next=${encodeURIComponent(view.path)}`}>
        {view.role.title}: <span class="switch">change role</span>
      </a>
    </div>
  </>
);

const isHere = (view: View, path: string): boolean => view.path.split('?')[0] === path;
