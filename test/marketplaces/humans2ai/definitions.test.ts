import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tools as contract, FINANCIAL_TOOLS } from '../../../src/marketplaces/humans2ai/api.js';
import { humans2aiTools } from '../../../src/marketplaces/humans2ai/index.js';
import { refusalOf } from '../context.js';
import { openWorld, tool } from './world.js';

describe('the fifteen tools of Humans2AI', () => {
  it('are named as the marketplace names them, and sorted', () => {
    const names = humans2aiTools.map(({ name }) => name);
    expect(names).toEqual(Object.keys(contract).toSorted());
    expect(names).toHaveLength(15);
  });

  it.each(humans2aiTools.map((each) => [each.name, each] as const))('%s is stated well', (name, each) => {
    expect(each).toMatchObject({ marketplace: 'humans2ai', toolset: 'tasks', role: 'humans2ai.agent' });
    expect(each.description.length).toBeLessThanOrEqual(1_000);
    expect(each.description).toMatch(/Use it/);
    expect(each.anonymous ?? false).toBe(name === 'register' || name === 'login');
    const schema = JSON.stringify([z.toJSONSchema(each.input), z.toJSONSchema(each.output)]);
    expect(schema).not.toContain('"null"');
    expect(schema.length).toBeLessThan(6_000);
  });

  it('take every documented argument, and two more where money moves', () => {
    for (const { name, input } of Object.values(contract)) {
      expect(Object.keys(tool(name).input.shape)).toEqual(expect.arrayContaining(Object.keys(input.shape)));
    }
    for (const name of FINANCIAL_TOOLS) {
      expect(Object.keys(tool(name).input.shape)).toEqual(
        expect.arrayContaining(['confirmationToken', 'idempotencyKey']),
      );
      expect(tool(name)).toMatchObject({ confirm: true, money: expect.any(Function) });
      expect(tool(name).run).toBeUndefined();
    }
  });

  it('hint truthfully: what reads changes nothing, what pays is destructive', () => {
    const readers = humans2aiTools.filter(({ hints }) => hints.readOnly).map(({ name }) => name);
    expect(readers).toEqual([
      'get_messages',
      'get_task',
      'get_transactions',
      'get_wallet',
      'list_applicants',
      'list_tasks',
    ]);
    const destructive = humans2aiTools.filter(({ hints }) => hints.destructive).map(({ name }) => name);
    expect(destructive).toEqual([...FINANCIAL_TOOLS].toSorted());
    const once = humans2aiTools.filter(({ hints }) => !hints.idempotent).map(({ name }) => name);
    expect(once).toEqual(['register', 'request_confirmation', 'send_message']);
  });
});

describe('an answer of the marketplace that is not as expected', () => {
  it('is shown as far as it is known, without a null, a stranger field or an error', async () => {
    const world = await openWorld();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const known = '"id":"task_1","status":"on_hold","humanId":null,"submission":{"content":null}';
    const reply = `{"result":{${known},"budget":"many","mood":"odd","deep":${deep}},"error":null}`;
    const context = world.through(async () => new Response(reply));
    const result = await tool('get_task').run?.({ taskId: 'task_1' }, context);
    expect(result).toEqual({ id: 'task_1', status: 'on_hold', submission: {} });
  });

  it('is refused where nobody could agree to an amount', async () => {
    const world = await openWorld();
    const context = world.through(async () =>
      Response.json({ result: { id: 'task_1', status: 'submitted', humanId: 'user_1' }, error: null }),
    );
    const call = tool('approve_submission').money?.({ taskId: 'task_1' });
    expect(await refusalOf(() => call?.preview(context))).toMatchObject({
      code: 'BAD_REPLY',
      message: 'The marketplace does not state the budget of task task_1 as an amount.',
      changed: 'no',
    });
  });

  it('leaves the judgement of a status that is not known to the marketplace', async () => {
    const world = await openWorld();
    const context = world.through(async () =>
      Response.json({
        result: { id: 'task_1', status: 'under_appeal', budget: 5, updatedAt: '2026-03-02T10:30:00Z' },
        error: null,
      }),
    );
    const preview = await tool('approve_submission').money?.({ taskId: 'task_1' }).preview(context);
    expect(preview).toMatchObject({
      payee: 'a human whose id is not shown',
      version: { status: 'under_appeal', updated_at: '2026-03-02T10:30:00Z' },
    });
  });
});
