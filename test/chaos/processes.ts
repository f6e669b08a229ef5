import { fork, spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..');

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ending>;
  kill(signal: NodeJS.Signals): void;
}

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

function watch(child: ChildProcess): Running {
  children.add(child);
  const ended = new Promise<Ending>((resolve) => {
    child.on('exit', (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    });
  });
  return { process: child, ended, kill: (signal) => void child.kill(signal) };
}

type RunningGateway = Running & { readonly url: string; readonly log: () => string };

/** Starts the gateway as a user does, in a process of its own. */
export async function startGateway(env: Readonly<Record<string, string>> = {}): Promise<RunningGateway> {
  return startFrom(path.join(root, 'src', 'cli.ts'), env);
}

/** The same of the bundle, which must have been built. */
export async function startBuiltGateway(env: Readonly<Record<string, string>> = {}): Promise<RunningGateway> {
  return startFrom(path.join(root, 'dist', 'cli.js'), env);
}

async function startFrom(script: string, env: Readonly<Record<string, string>>): Promise<RunningGateway> {
  const child = spawn(process.execPath, [script, 'start'], {
    env: { ...process.env, PORT: '0', SLUICE_DATA: 'memory', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running = watch(child);
  let log = '';
  child.stderr.on('data', (text) => (log += text));
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (text) => {
      printed += text;
      const found = /URL +(http:\S+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    void running.ended.then(() => reject(new Error(`the gateway did not start: ${log}`)));
  });
  return { ...running, url, log: () => log };
}

/** A helper of the tests in a process of its own, with which messages are exchanged. */
export interface Helper extends Running {
  /** Where it listens, if it does. */
  readonly url: string;
  /** Sends a message and gives the answer to it. */
  ask<Answer>(message: object): Promise<Answer>;
}

/** Starts a script of this folder; its first message says that it is ready, and where. */
export async function startHelper(script: string, ...args: readonly string[]): Promise<Helper> {
  const child = fork(path.join(import.meta.dirname, script), args, { execArgv: ['--expose-gc', '--no-warnings'] });
  const running = watch(child);
  const next = <Answer>(): Promise<Answer> =>
    new Promise((resolve, reject) => {
      child.once('message', (message) => resolve(message as Answer));
      void running.ended.then(({ code, signal }) => reject(new Error(`${script} ended early: ${code ?? signal}`)));
    });
  const { url = '' } = await next<{ readonly url?: string }>();
  return {
    ...running,
    url,
    ask: (message) => {
      child.send(message);
      return next();
    },
  };
}
