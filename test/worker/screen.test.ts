import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { WorkScreen } from '../../src/cli/work/screen.js';
import type { WorkerEvent } from '../../src/worker/events.js';
import { START } from './support/clock.js';

const ID = '0d3a0000-0000-4000-8000-00000000000a';
const EVENTS: readonly WorkerEvent[] = [
  { event: 'started', marketplace: 'https://agrenting.com/', sandbox: false, concurrency: 2 },
  { event: 'taken', hiring_id: ID, capability: 'summarize', price: '5.00', run: 1 },
  { event: 'taken', hiring_id: ID, capability: 'summarize', price: '5.00', run: 2 },
  { event: 'progress', hiring_id: ID, text: 'one\ntwo' },
  { event: 'finished', hiring_id: ID, files: 2, left_out: ['x (a link)'] },
  { event: 'waiting', hiring_id: ID, reason: 'The connection broke.', retry_in_s: 5 },
  { event: 'delivered', hiring_id: ID, price: '5.00' },
  { event: 'failed', hiring_id: ID, reason: 'why' },
  { event: 'dropped', hiring_id: ID, reason: 'the hirer cancelled it' },
  { event: 'left', hiring_id: ID, reason: 'the worker was stopped' },
  { event: 'trouble', reason: 'The marketplace cannot be reached.' },
  { event: 'recovered' },
  { event: 'stopping', running: 1, grace_s: 30 },
  { event: 'stopped', delivered: 1, failed: 0, dropped: 0, left: 0, earned: '5.00' },
];
const NOW = { working: 1, tally: { delivered: 1, failed: 0, dropped: 0, left: 0, earned: '5.00' } };

function shown(json: boolean, terminal?: { columns: number }): string {
  const stream = new PassThrough();
  const out = Object.assign(Object.create(process.stdout), {
    write: (text: string) => stream.write(text),
    isTTY: terminal !== undefined,
    columns: terminal?.columns,
  });
  const screen = new WorkScreen(json, out);
  for (const event of EVENTS) screen.show(event, NOW, START);
  screen.end();
  return String(stream.read());
}

describe('what hirewire work shows', () => {
  it('is a plain line for each event when nobody is at a terminal', () => {
    const lines = shown(false).trimEnd().split('\n');
    expect(lines).toHaveLength(EVENTS.length + 1);
    expect(lines[1]).toBe('10:30:00 taken      0d3a0000 summarize, 5.00 USD');
    expect(lines[2]).toContain('run 2: the worker died during the last one');
    expect(lines[4]).toMatch(/^ {20}two$/);
    expect(lines.join('')).not.toContain('\u001b');
  });

  it('is a JSON object for each event with --json', () => {
    const lines = shown(true).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      EVENTS.map((event) => ({ at: '2026-03-02T10:30:00.000Z', ...event })),
    );
  });

  it('has a status line on a terminal, which never wraps and is gone in the end', () => {
    const text = shown(false, { columns: 40 });
    const status = text.split('\u001b[2K').filter((part) => part.includes('running ·'));
    expect(status).toHaveLength(EVENTS.length);
    for (const line of status) expect(line.replace(/\r$/, '').length).toBeLessThan(40);
    expect(text.endsWith('\r\u001b[2K')).toBe(true);
  });
});
