import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import type { Connections } from '../connections.js';
import { HirewireError } from '../errors.js';
import { log } from '../log.js';
import type { SpendingPort, Tool } from '../marketplaces/define.js';
import { SpendingGate } from '../spending/gate.js';
import type { Journal, Operation } from '../spending/journal.js';
import { type Recall, Resumer } from '../spending/resume.js';
import { operationView } from '../spending/view.js';
import { type CallRequest, contextFor } from './call-tool.js';

/** The spending gate as the bridge uses it: opened when money first moves, shared by all calls. */
export class Spending {
  private opened: Promise<{ gate: SpendingGate; journal: Journal; resumer: Resumer }> | undefined;
  private running: SpendingGate | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly connections: Connections,
    private readonly loadTools: () => Promise<readonly Tool[]>,
    private readonly now: () => number,
  ) {}

  static journalFile(settings: Pick<Settings, 'dataFolder'>): string {
    return join(settings.dataFolder, 'operations.db');
  }

  async gate(): Promise<SpendingGate> {
    return (await this.open()).gate;
  }

  async journal(): Promise<Journal> {
    return (await this.open()).journal;
  }

  /** Takes up what an earlier process left open, in the background. */
  resume(): void {
    this.open()
      .then(({ resumer }) => resumer.start())
      .catch((error: unknown) => log('error', 'open operations cannot be taken up: the journal cannot be used', error));
  }

  /** An outcome that is open: it is followed in the background. */
  follow(error: HirewireError): void {
    const id = error.facts.details?.operation_id;
    if (typeof id === 'string')
      void this.open().then(
        ({ resumer }) => resumer.schedule(id, 0),
        () => undefined,
      );
  }

  private open(): Promise<{ gate: SpendingGate; journal: Journal; resumer: Resumer }> {
    // What failed is tried again: a file that was locked may be free by now.
    this.opened ??= (async () => {
      // SQLite is loaded when money first moves, not when the program starts.
      const { Journal } = await import('../spending/journal.js');
      const journal = Journal.open(Spending.journalFile(this.settings), this.now);
      const gate = new SpendingGate(journal, this.settings.policy, this.now);
      this.running = gate;
      const resumer = new Resumer(journal, gate.executor, (operation) => this.recall(operation));
      return { gate, journal, resumer };
    })().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  /** The call and the account of a journaled operation; undefined when this process cannot act for that account. */
  private async recall(operation: Operation): ReturnType<Recall> {
    const tool = (await this.loadTools()).find((candidate) => candidate.name === operation.tool);
    if (!tool?.money || operation.args === null || !this.connections.has(tool.role)) return undefined;
    const { account } = await this.connections.connect(tool.role);
    const same =
      account.account === operation.account &&
      account.origin === operation.origin &&
      account.credential === operation.credential;
    if (!same) return undefined;
    const request = { signal: new AbortController().signal, progress: async () => undefined };
    const context = await contextFor(tool, request, { connections: this.connections, spending: this, now: this.now });
    return { call: tool.money(JSON.parse(operation.args)), context, maySend: !this.settings.readOnly };
  }

  /** What a tool may ask of the gate. */
  port(request: Omit<CallRequest, 'host'>): SpendingPort {
    const target = async (name: string, params: unknown) => {
      const tools = await this.loadTools();
      const tool = tools.find((candidate) => candidate.name === name);
      if (!tool?.money || !tool.confirm) throw notConfirmable(name, tools);
      const call = tool.money(params);
      const { account } = await this.connections.connect(tool.role);
      const context = await contextFor(tool, request, { connections: this.connections, spending: this, now: this.now });
      return { tool, call, account, context };
    };
    return {
      prepare: async (name, params) => await (await this.gate()).prepare(await target(name, params)),
      preview: async (name, params) => await (await this.gate()).preview(await target(name, params)),
      operation: async (id) => {
        const { resumer } = await this.open();
        const operation = await resumer.settle(id);
        return operation ? operationView(operation) : undefined;
      },
    };
  }

  async recent(limit: number): Promise<ReturnType<typeof operationView>[]> {
    return (await (await this.journal()).recent(limit)).map(operationView);
  }

  /** Whether money is moving right now. */
  get busy(): boolean {
    return this.running?.executor.busy ?? false;
  }

  /** Lets what is under way come to an end, so that it is written down. */
  async close(): Promise<void> {
    if (!this.opened) return;
    const { gate, journal, resumer } = await this.opened;
    resumer.stop();
    await gate.executor.idle();
    await journal.close();
  }
}

function notConfirmable(name: string, tools: readonly Tool[]): HirewireError {
  const names = tools.filter((tool) => tool.money && tool.confirm).map((tool) => tool.name);
  return new HirewireError({
    code: 'INVALID_ARGUMENTS',
    message: `tool: ${/^[a-z_]{1,40}$/.test(name) ? `"${name}"` : 'this'} is not a tool that asks for a confirmation.`,
    changed: 'no',
    next: `It is one of: ${names.join(', ')}.`,
    retrySafe: false,
  });
}
