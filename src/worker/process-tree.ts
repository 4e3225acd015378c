import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import type { Clock } from './clock.js';

/** Processes as the operating system sees them: which belong to a run, and how they are ended. */

/** In the environment of every process of a run, and in its keeper's arguments. */
export const MARK = 'HIREWIRE_RUN';

/** A run that was written down: its mark and the id of its keeper, which leads a process group. */
export interface KnownRun {
  readonly run: string;
  readonly pid: number;
}

/** Signals the whole group of a keeper. Nothing happens when there is none left. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (process.platform !== 'win32') send(-pid, signal);
  // There are no groups: the tree below the keeper is ended, and there is no polite way to do it.
  else if (signal === 'SIGKILL') execFile('taskkill', ['/pid', String(pid), '/T', '/F'], () => undefined);
}

const LOOKS = 100;
const LOOK_MS = 50;

/**
 * Ends whatever is left of a run; on Linux also daemons, which left its group but have its mark.
 * @returns false when something is left after five seconds: then the work must not be begun again.
 */
export async function endRun(known: KnownRun, clock: Clock): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    const left = await processesOf(known);
    if (left.length === 0) return true;
    for (const pid of left) if (process.platform !== 'win32') send(pid, 'SIGKILL');
    await clock.sleep(LOOK_MS);
  }
  return false;
}

async function processesOf({ run, pid }: KnownRun): Promise<number[]> {
  if (process.platform === 'linux') return linuxProcesses(run, pid);
  // Nothing tells what a process id means there; the keeper ends by itself, and is only waited for.
  if (process.platform === 'win32') return exists(pid) ? [pid] : [];
  return await listedProcesses(run, pid);
}

/** By the mark in the environment, or by the group as long as nobody else leads it. Zombies are gone already. */
function linuxProcesses(run: string, group: number): number[] {
  const found: number[] = [];
  const members: number[] = [];
  let led = false;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const [state, , pgrp] = textOf(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ');
    if (state === undefined || state === '' || state === 'Z' || state === 'X') continue;
    const marked = `\0${textOf(`/proc/${pid}/environ`)}`.includes(`\0${MARK}=${run}\0`);
    if (marked) found.push(pid);
    else if (Number(pgrp) === group && pid === group) led = true;
    else if (Number(pgrp) === group) members.push(pid);
  }
  return led ? found : [...found, ...members];
}

/** The same by `ps`, where there is no /proc: by the keeper's arguments and its group. */
export async function listedProcesses(run: string, group: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,pgid=,stat=,args='], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const rows = stdout.split('\n').flatMap((line) => {
    const [, pid, pgid, stat, args = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    return Number(pgid) === group && !stat?.startsWith('Z') ? [{ pid: Number(pid), args }] : [];
  });
  const leader = rows.find(({ pid }) => pid === group);
  return leader && !leader.args.includes(run) ? [] : rows.map(({ pid }) => pid);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone in the meantime, or somebody else's.
    return '';
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

/** Whether there is a process with this id. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Where process ids of this process mean something: this machine, and on Linux this container. */
export const HERE = `${hostname()}${process.platform === 'linux' ? linkOf('/proc/self/ns/pid') : ''}`;

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
