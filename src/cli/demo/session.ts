import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Backend } from '../../backend/index.js';
import { callTool } from '../../bridge/call-tool.js';
import { enabledTools, findTool } from '../../bridge/registry.js';
import { resolveSettings } from '../../config/settings.js';
import { allTools } from '../../tools.js';
import { sandboxOf, wire } from '../../wire.js';
import type { Screen } from './screen.js';

/** Something did not end as the demo tells it. */
export class StoryError extends Error {
  override name = 'StoryError';
}

/** Sandbox time that passes between two looks at something that is waited for: about as fast as real time on a terminal. */
const STEP_MS = { watched: 100, unwatched: 300 };
/** Sandbox time after which it is not going to happen. */
const PATIENCE_MS = 10 * 60_000;

/** What a person is asked to agree to, as the gate puts it. */
export interface Question {
  readonly id: string;
  readonly sentence: string;
  readonly token: string;
  readonly approveCommand: string;
}

/**
 * The demo's world: a bridge on a sandbox that lives in memory, and a journal in a folder that is removed afterwards.
 * Neither the user's settings nor their keys are read. The sandbox's clock moves only when the story waits.
 */
export class Session {
  private constructor(
    readonly backend: Backend,
    readonly screen: Screen,
    private readonly folder: string,
    private readonly wired: ReturnType<typeof wire>,
    private readonly signal: AbortSignal,
  ) {}

  static async open(screen: Screen, signal: AbortSignal): Promise<Session> {
    const folder = await mkdtemp(join(tmpdir(), 'hirewire-demo-'));
    const settings = resolveSettings({}, { HIREWIRE_DATA_DIR: folder, HIREWIRE_CONFIG: join(folder, 'none.json') });
    const { createBackend } = await import('../../backend/index.js');
    const backend = await createBackend({ database: ':memory:', seed: 'demo' });
    const wired = wire(settings, async () => sandboxOf(backend));
    return new Session(backend, screen, folder, wired, signal);
  }

  /** Calls a tool as a client would, through the wrapper and the spending gate. @throws {StoryError} when it fails. */
  async call<S extends z.ZodType>(tool: string, args: object, shape: S): Promise<z.output<S>> {
    const { settings } = this.wired;
    const answer = await callTool(
      () => findTool(tool, enabledTools(allTools, settings), allTools, settings),
      args,
      { signal: this.signal, host: { canAsk: false }, progress: async () => undefined },
      this.wired,
    );
    if (answer.kind === 'ask') throw new StoryError(`${tool} asked a client that cannot be asked.`);
    if (answer.result.isError) throw new StoryError(`${tool}: ${answer.result.content[0]?.text ?? 'no answer'}`);
    return shape.parse(answer.result.structuredContent);
  }

  /** The first call of a money tool: nothing is changed, and the gate says what a person has to agree to. */
  async prepare(tool: string, args: object): Promise<Question> {
    const { operation } = await this.call(tool, args, moneyAnswer);
    const { id, preview, confirmation_token, approve_command } = operation;
    if (operation.outcome !== 'confirmation_required' || !preview || !confirmation_token || !approve_command) {
      throw new StoryError(`${tool} did not ask for a confirmation before it moved money.`);
    }
    return { id, sentence: preview, token: confirmation_token, approveCommand: approve_command };
  }

  /** What `hirewire approve` does once a person has typed yes. */
  async approve(id: string): Promise<void> {
    const journal = await this.wired.spending.journal();
    if (!(await journal.approve(id, 'approve_command')))
      throw new StoryError('The confirmation could not be approved.');
  }

  tokenArgument(tool: string, token: string): Record<string, string> {
    const { marketplace } = findTool(tool, allTools, allTools, this.wired.settings);
    return marketplace === 'humans2ai' ? { confirmationToken: token } : { confirmation_token: token };
  }

  /** A money tool's call that acts: its result, and how the gate treated it. */
  async callMoney<S extends z.ZodType>(
    tool: string,
    args: object,
    shape: S,
  ): Promise<{ result: z.output<S>; operation: Operation }> {
    const answer = await this.call(tool, args, z.record(z.string(), z.unknown()));
    const { operation } = moneyAnswer.parse(answer);
    if (operation.outcome !== 'done') throw new StoryError(`${tool} did not act after the person had agreed.`);
    return { result: shape.parse(answer), operation };
  }

  /**
   * Lets sandbox time pass until `look` finds something.
   * @param what the state of things, for whoever watches.
   * @throws {StoryError} when it never does.
   */
  async until<T>(name: string, what: () => string, look: () => Promise<T | undefined>): Promise<T> {
    const step = this.screen.animated ? STEP_MS.watched : STEP_MS.unwatched;
    for (let passed = 0; passed < PATIENCE_MS; passed += step) {
      const found = await look();
      if (found !== undefined) return found;
      this.signal.throwIfAborted();
      await this.backend.advance(step);
      await this.screen.frame(name, `${(passed / 1_000).toFixed(1)} s · ${what()}`);
    }
    throw new StoryError(
      `${name}: ${what()}, and nothing more came in ${PATIENCE_MS / 60_000} minutes of sandbox time.`,
    );
  }

  async close(): Promise<void> {
    await this.wired.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** How the spending gate treated a call, as far as the story tells it. */
const operation = z.object({
  id: z.string(),
  outcome: z.enum(['done', 'confirmation_required']),
  replayed: z.boolean(),
  confirmed_by: z.string().default('nobody'),
  preview: z.string().optional(),
  confirmation_token: z.string().optional(),
  approve_command: z.string().optional(),
});
type Operation = z.output<typeof operation>;
const moneyAnswer = z.object({ operation });
