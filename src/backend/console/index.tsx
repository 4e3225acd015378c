import { Hono } from 'hono';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import { actionNamed } from './actions/index.js';
import { change, settingNamed } from './actions/sandbox.js';
import { type Api, perform } from './actions/send.js';
import { ASSETS, SECURITY_HEADERS } from './assets.js';
import { fieldsOf } from './fields.js';
import { Live } from './live.js';
import { PAGES } from './pages/index.js';
import { SignIn } from './pages/sign-in.js';
import { Layout } from './parts/layout.js';
import { isRoleName, ROLES } from './roles.js';
import { cookieOf, isOwnPost, outcomeFor, ownPath, type Visit, Visits } from './session.js';
import { NotThere, type View } from './view.js';

/**
 * The web page of the sandbox. It reads the database, and does whatever it does by asking the marketplace's own API
 * with a login of the role that is signed in.
 */
export function createConsole(env: Env, api: Api): (request: Request) => Promise<Response> {
  const visits = new Visits(env.ids);
  const live = new Live(env);
  const app = new Hono();

  app.use(async (context, next) => {
    if (context.req.method === 'POST' && !isOwnPost(context.req.raw)) {
      return context.text('Refused, and nothing was done: this did not come from a page of the console.', 403);
    }
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
  });

  for (const { path, text, type } of ASSETS) {
    const headers = { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' };
    app.get(path, (context) => context.body(text, 200, headers));
  }

  app.get('/console', (context) => context.redirect('/'));

  app.get('/console/sign-in', (context) => {
    const next = ownPath(context.req.query('next'));
    return context.html(
      <Layout title="Who do you want to be?" view={undefined}>
        <SignIn next={next} current={visits.of(context)?.role} />
      </Layout>,
    );
  });

  app.post('/console/sign-in', async (context) => {
    const { role = '', next } = await fieldsOf(context.req.raw);
    if (!isRoleName(role)) return context.text('There is no such role. Nothing was done.', 400);
    const earlier = visits.of(context);
    if (earlier) visits.close(earlier);
    context.header('set-cookie', cookieOf(visits.open(role, isoTime(env.clock.now())), context.req.url));
    return context.redirect(ownPath(next), 303);
  });

  app.get('/console/live', async (context) => {
    if (!visits.of(context)) return context.text('Sign in first.', 401);
    return await live.open();
  });

  app.post('/console/do/:action', async (context) => {
    const visit = visits.of(context);
    const action = actionNamed(context.req.param('action'));
    const { csrf, back, form = '', key = '', ...fields } = await fieldsOf(context.req.raw);
    const path = ownPath(back);
    if (visit?.csrf !== csrf || visit === undefined) return context.redirect(signInPath(path), 303);
    if (!action) return context.text('There is no such action. Nothing was done.', 404);
    const outcome = await perform(env, api, { role: ROLES[visit.role], since: visit.since }, action, fields, key);
    if (outcome.ok) {
      const notice = typeof action.done === 'string' ? action.done : action.done(outcome.data);
      const next = ownPath(action.next?.(outcome.data) ?? path);
      visit.outcome = { path: next, notice, seen: false };
      return context.redirect(next, 303);
    }
    const { message, problems } = outcome;
    visit.outcome = { path, failed: { form, message, problems, typed: fields }, seen: false };
    return context.redirect(`${path}#${form}`, 303);
  });

  app.post('/console/sandbox/:setting', async (context) => {
    const visit = visits.of(context);
    const setting = settingNamed(context.req.param('setting'));
    const { csrf, back, ...fields } = await fieldsOf(context.req.raw);
    const path = ownPath(back);
    if (visit?.csrf !== csrf || visit === undefined) return context.redirect(signInPath(path), 303);
    if (!setting) return context.text('There is no such setting. Nothing was done.', 404);
    visit.outcome = { path, notice: await change(api, setting, fields), seen: false };
    return context.redirect(path, 303);
  });

  for (const [path, page] of PAGES) {
    app.get(path, async (context) => {
      const visit = visits.of(context);
      const url = new URL(context.req.url);
      const here = ownPath(`${url.pathname}${url.search}`);
      if (!visit) return context.redirect(signInPath(here));
      const following = context.req.header('x-console-live') !== undefined;
      const outcome = outcomeFor(visit, here, following);
      const view = viewOf(visit, here, url.searchParams, outcome?.failed);
      try {
        const { title, body } = await page(view, context.req.param());
        return context.html(
          <Layout title={title} view={view} notice={outcome?.notice}>
            {body}
          </Layout>,
        );
      } catch (error) {
        if (!(error instanceof NotThere)) throw error;
        return context.html(<Missing view={view} message={error.message} />, 404);
      }
    });
  }

  app.notFound((context) => {
    const visit = visits.of(context);
    const view = visit ? viewOf(visit, '/', new URLSearchParams(), undefined) : undefined;
    return context.html(<Missing view={view} message="There is no page at this address." />, 404);
  });
  app.onError((error, context) => {
    env.report('console', error);
    return context.text('Something went wrong. Whether anything changed is shown by the page, after a reload.', 500);
  });

  const viewOf = (visit: Visit, path: string, query: URLSearchParams, failed: View['failed']): View => ({
    env,
    role: ROLES[visit.role],
    csrf: visit.csrf,
    now: env.clock.now(),
    path,
    query,
    failed,
  });

  return async (request) => await app.fetch(request);
}

const signInPath = (next: string): string => `/console/sign-in?next=${encodeURIComponent(next)}`;

const Missing = ({ view, message }: { view: View | undefined; message: string }) => (
  <Layout title="Not there" view={view}>
    <p>{message}</p>
    <p>
      <a href="/">To the market</a>
    </p>
  </Layout>
);
