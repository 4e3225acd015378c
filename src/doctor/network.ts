import type { Settings } from '../config/settings.js';
import { check, fail, type Patient, pass, skip, warn } from './finding.js';

const LIMIT_MS = 3_000;
const SKEW_WARN_MS = 30_000;
const SKEW_FAIL_MS = 5 * 60_000;

/** Asks for the front page of each marketplace, without any credential, and compares clocks by its Date header. */
export const networkCheck = check('network', async (patient) => {
  const { settings, online } = patient;
  if (settings instanceof Error) return [skip('not asked: the settings cannot be used')];
  if (settings.sandbox && !online)
    return [skip('not asked: the sandbox needs no network (--online asks all the same)')];
  const reached = await Promise.all(origins(settings).map(async (origin) => ({ origin, answer: await ask(origin) })));
  return reached.flatMap(({ origin, answer }) =>
    typeof answer === 'string'
      ? [
          fail(
            `${origin} cannot be reached: ${answer}`,
            'Look at the network, a proxy, or the base URL in the settings',
          ),
        ]
      : [pass(`${origin} answers (HTTP ${answer.status})`), clock(patient, origin, answer.headers.get('date'))],
  );
});

function clock({ now }: Patient, origin: string, date: string | null): ReturnType<typeof pass> {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return skip(`${origin} does not tell the time`);
  const skew = now() - theirs;
  const seconds = Math.round(Math.abs(skew) / 1_000);
  const what = `this clock is ${seconds} s ${skew < 0 ? 'behind' : 'ahead of'} ${origin}`;
  const fix = 'Let the system set its clock from the network; confirmations and sessions expire by it';
  if (Math.abs(skew) > SKEW_FAIL_MS) return fail(what, fix);
  return Math.abs(skew) > SKEW_WARN_MS ? warn(what, fix) : pass(`the clock agrees with ${origin}`);
}

const origins = ({ agrenting, humans2ai }: Settings): string[] => [
  ...new Set([agrenting.url.origin, humans2ai.url.origin]),
];

/** @returns the answer, or why there is none. */
async function ask(origin: string): Promise<Response | string> {
  try {
    return await fetch(origin, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(LIMIT_MS) });
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${LIMIT_MS / 1_000} s`;
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
    return error instanceof Error ? error.message : 'unknown reason';
  }
}
