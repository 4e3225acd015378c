import { HirewireError } from '../../../src/errors.js';
import type { GateAnswer, HostConsent } from '../../../src/spending/gate.js';
import { Journal } from '../../../src/spending/journal.js';
import { type JournalFile, openBridge, operationOf, type TestBridge } from '../../spending/support/bridge.js';
import { type FaultyNetwork, faultyNetwork } from '../../spending/support/faults.js';
import type { Dice } from '../../spending/support/random.js';
import { type Books, openBooks } from './books.js';
import type { Intention, Scene } from './scene.js';

/**
 * One random schedule: one to three bridges of one user over one journal, a forgetful model that repeats what it is not
 * sure of, a network that breaks, processes that die, and a clock that moves. After every step the books are compared.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** No request is on its way for longer; the product counts on two minutes. */
const LONGEST_WAY = MINUTE;
const POINTS = ['P0', 'P1', 'P2', 'P3', 'P4'] as const;

export interface ScheduleOptions {
  readonly steps: number;
  /** Likelihood of a fault per request that changes something. */
  readonly faults: number;
  readonly crashes: number;
}

export interface ScheduleReport {
  readonly calls: number;
  readonly effects: number;
  readonly crashes: number;
  readonly faults: number;
  readonly doubles: number;
  readonly lost: number;
  /** Everything that must never be, in words. */
  readonly violations: readonly string[];
}

export async function runSchedule(dice: Dice, scene: Scene, options: ScheduleOptions): Promise<ScheduleReport> {
  const schedule = new Schedule(dice, scene, options);
  await schedule.run();
  return schedule.report();
}

class Schedule {
  private readonly file: JournalFile;
  private readonly network: FaultyNetwork;
  private readonly bridges: TestBridge[] = [];
  private readonly books: Books;
  private readonly intentions: Intention[] = [];
  private readonly confirm: 'never' | 'token' | 'auto';
  /** Where the person runs `hirewire approve`. */
  private readonly terminal: Journal;
  private calls = 0;
  private crashes = 0;
  /** Nothing that is on its way left before this time. */
  private lateSince: number;

  constructor(
    private readonly dice: Dice,
    private readonly scene: Scene,
    private readonly options: ScheduleOptions,
  ) {
    this.file = scene.journal;
    this.lateSince = scene.now();
    this.terminal = Journal.over(this.file, scene.now);
    this.books = openBooks(this.file, scene);
    this.network = faultyNetwork(scene.wire, dice, { writes: options.faults, reads: options.faults / 5 });
    this.confirm = dice.pick(['never', 'never', 'token', 'auto'] as const);
    for (let count = 1 + dice.below(3); count > 0; count -= 1) this.bridges.push(this.start());
  }

  async run(): Promise<void> {
    for (let step = 0; step < this.options.steps; step += 1) {
      await this.step();
      await this.books.check(this.intentions);
    }
    await this.settle();
  }

  report(): ScheduleReport {
    const { effects, doubles, lost, violations } = this.books;
    const faults = Object.values(this.network.injected).reduce((sum, count) => sum + count, 0);
    this.crashes += this.bridges.filter(({ dead }) => dead).length;
    return { calls: this.calls, effects, crashes: this.crashes, faults, doubles, lost, violations };
  }

  private start(): TestBridge {
    const { dice, options } = this;
    const die = (): void => {
      if (!dice.chance(options.crashes / 4)) return;
      bridge.kill();
    };
    const bridge: TestBridge = openBridge({
      ...this.scene.connection,
      journal: this.file,
      now: this.scene.now,
      tools: this.scene.tools,
      policy: { confirm: this.confirm },
      // Killed between the request and its arrival, and between the effect and its answer.
      fetch: async (request) => {
        die();
        if (bridge.dead) throw new TypeError('terminated');
        const response = await this.send(request);
        die();
        return response;
      },
    });
    return bridge;
  }

  private async send(request: Request): Promise<Response> {
    await this.books.watch(request);
    return await this.network.fetch(request);
  }

  private async step(): Promise<void> {
    const { dice } = this;
    const what = dice.below(100);
    if (what < 62 || this.intentions.length === 0) return await this.speak(1 + (dice.chance(0.2) ? dice.below(3) : 0));
    if (what < 72) return await this.look();
    if (what < 78) return await this.restart(dice.below(this.bridges.length));
    if (what < 84) return await this.network.deliver(1);
    if (what < 90) return await this.scene.disturb(dice);
    const minutes = dice.chance(0.1) ? 23 * 60 + dice.below(120) : dice.pick([0.1, 0.5, 1, 3, 6, 11, 120]);
    await this.pass(minutes * MINUTE);
  }

  private async pass(ms: number): Promise<void> {
    if (this.network.underway === 0) this.lateSince = this.scene.now();
    if (this.scene.now() + ms - this.lateSince > LONGEST_WAY) await this.network.deliver();
    await this.scene.advance(ms);
  }

  /** The model says something, perhaps several things at once. */
  private async speak(voices: number): Promise<void> {
    const { dice } = this;
    const fresh = this.intentions.length === 0 || dice.chance(0.3);
    const intention = fresh ? await this.scene.intend(dice, this.intentions) : dice.pick(this.intentions);
    if (!intention) return;
    if (fresh) this.intentions.push(intention);
    await Promise.all(Array.from({ length: voices }, () => this.call(intention)));
  }

  private async call(intention: Intention): Promise<void> {
    const { dice } = this;
    const at = dice.below(this.bridges.length);
    if (this.bridges[at]?.dead) await this.restart(at);
    const bridge = this.bridges[at];
    if (!bridge) return;
    const args = await this.wording(intention);
    if (!args) return;
    if (dice.chance(this.options.crashes)) bridge.killAt(dice.pick(POINTS));
    this.calls += 1;
    let answer = await this.ask(bridge, intention, args);
    if (answer?.kind === 'ask') {
      const action = dice.pick(['accept', 'accept', 'accept', 'decline', 'cancel'] as const);
      if (dice.chance(0.1) || bridge.dead) return;
      await this.pass(dice.pick([300, 2_000, 20_000]));
      const { confirmationId } = answer;
      answer = await this.ask(bridge, intention, args, { canAsk: true, answer: { confirmationId, action } });
    }
    // The model never hears some answers: stdout broke, or its memory did.
    if (answer?.kind === 'result' && !dice.chance(0.1)) await this.hear(intention, answer);
  }

  /** How the model words the call this time; undefined when it has reason not to make it. */
  private async wording(intention: Intention): Promise<Record<string, unknown> | undefined> {
    const { dice } = this;
    const { besides = {}, secret } = intention;
    const args: Record<string, unknown> = { ...intention.args, ...(dice.chance(0.3) ? besides : {}) };
    if (secret && dice.chance(0.8)) Object.assign(args, secret);
    const how = dice.below(100);
    if (how < 40 && intention.tokens.length > 0) {
      return { ...args, [intention.names.token]: dice.pick(intention.tokens) };
    }
    if (how < 52) {
      const known = intention.keys.length > 0 && dice.chance(0.7) ? dice.pick(intention.keys) : undefined;
      const key = known ?? `meant-${dice.word(10)}`;
      if (!known) intention.keys.push(key);
      return { ...args, [intention.names.key]: key };
    }
    // Ten minutes later the same words are a new wish; the model is not meant to have one here.
    const done = await this.books.doneAt(intention.note);
    if (done !== undefined && this.scene.now() - done > 9 * MINUTE) return undefined;
    intention.keyless = true;
    return args;
  }

  private async ask(
    bridge: TestBridge,
    intention: Intention,
    args: Record<string, unknown>,
    host: HostConsent = { canAsk: this.confirm === 'auto' },
  ): Promise<GateAnswer | undefined> {
    try {
      return await bridge.call(intention.tool, args, host);
    } catch (error) {
      if (bridge.dead) return undefined;
      if (error instanceof HirewireError) await this.books.refused(intention, error.facts);
      else this.books.violate(`an error that is not ours: ${String(error)}`);
      return undefined;
    }
  }

  private async hear(intention: Intention, answer: Extract<GateAnswer, { kind: 'result' }>): Promise<void> {
    const info = operationOf(answer);
    if (typeof info.confirmation_token === 'string') intention.tokens.push(info.confirmation_token);
    if (info.outcome === 'done') this.books.acknowledged(intention, String(info.id), this.scene.idIn(answer.result));
    else if (this.dice.chance(0.3)) await this.terminal.approve(String(info.id), 'approve_command');
  }

  /** The model looks an operation up. */
  private async look(): Promise<void> {
    const { dice } = this;
    const [bridge] = this.bridges;
    const keys = await this.books.keys();
    if (!bridge || bridge.dead || keys.length === 0) return;
    await bridge.operation(dice.pick(keys)).catch((error: unknown) => {
      if (!bridge.dead) this.books.violate(`get_operation failed: ${String(error)}`);
    });
  }

  private async restart(at: number): Promise<void> {
    if (this.bridges[at]?.dead) this.crashes += 1;
    this.bridges[at]?.kill();
    const bridge = this.start();
    this.bridges[at] = bridge;
    if (!this.dice.chance(0.5)) return;
    await bridge.resume().catch((error: unknown) => {
      if (!bridge.dead) this.books.violate(`a resume failed: ${String(error)}`);
    });
  }

  /** The storm is over: what is on its way arrives, one healthy bridge settles what it can, and the books are final. */
  private async settle(): Promise<void> {
    this.network.rate = { writes: 0, reads: 0 };
    await this.network.deliver();
    const bridge = openBridge({
      ...this.scene.connection,
      journal: this.file,
      now: this.scene.now,
      tools: this.scene.tools,
      fetch: (request) => this.send(request),
    });
    for (let round = 0; round < 3 && (await bridge.journal.unsettled()).length > 0; round += 1) {
      await bridge.resume();
      await this.scene.advance(5 * MINUTE);
    }
    await this.books.check(this.intentions);
    await this.books.final(23 * HOUR - 15 * MINUTE);
    bridge.kill();
  }
}
