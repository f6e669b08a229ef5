import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const canPin = process.platform === 'linux' && availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** Cores: the gateway has one to itself; upstream and load share what is left. */
export const CORES = availableParallelism() > 2 ? { gateway: 0, upstream: 1, load: 2 } : { gateway: 0, upstream: 1, load: 1 };

export interface StartOptions {
  readonly command: readonly [string, ...string[]];
  readonly core: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Opens a channel for messages. */
  readonly talks?: boolean;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

/** Starts a process, on its core where the machine allows it. It ends with this one. */
export function start({ command, core, env, cwd, talks = false }: StartOptions): ChildProcess {
  const [program, ...args]: readonly [string, ...string[]] = canPin ? ['taskset', '-c', String(core), ...command] : command;
  const child = spawn(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: talks ? ['ignore', 'ignore', 'inherit', 'ipc'] : 'ignore',
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  child.on('error', () => running.delete(child));
  return child;
}

/** Ends a process and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), 2000);
  await gone;
  clearTimeout(impatience);
}

/** The next message of a child. */
export function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('a process of the benchmark ended early'));
    child.once('exit', onExit);
    child.once('message', (value) => {
      child.off('exit', onExit);
      resolve(value);
    });
  });
}

/** CPU time, in microseconds, that a process and its descendants have used; undefined where the kernel does not say (not Linux). */
export function cpuTime(pid: number): number | undefined {
  try {
    return processTree(pid).reduce((sum, id) => sum + threadTime(id), 0);
  } catch {
    return undefined;
  }
}

function processTree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processTree)];
}

function threadTime(pid: number): number {
  const times = readdirSync(`/proc/${pid}/task`).map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]));
  return times.reduce((sum, nanoseconds) => sum + nanoseconds / 1000, 0);
}

/** CPU time, in microseconds, that all programs of the machine have used; undefined where the kernel does not say. */
export function machineTime(): number | undefined {
  try {
    const [user = 0, nice = 0, system = 0, , , , softInterrupts = 0] =
      (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').match(/\d+/g)?.map(Number) ?? [];
    return (user + nice + system + softInterrupts) * MICROSECONDS_PER_TICK;
  } catch {
    return undefined;
  }
}

/** The kernel shows times in hundredths of a second. */
const MICROSECONDS_PER_TICK = 10_000;
