import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of a test's own, which can be stopped, frozen and started again under the same address. */
export interface Service {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>;
  /** It keeps its connections and says nothing any more. */
  freeze(): void;
  thaw(): void;
  /** Ends it and forgets all that it kept. */
  dispose(): Promise<void>;
}

interface Program {
  /** Of a sudden end. */
  readonly endSignal: 'KILL' | 'QUIT';
  readonly command: string;
  readonly args: readonly string[];
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Why there is no Redis to test with; undefined where there is one. */
export const withoutRedis: string | undefined = (process.env['TEST_REDIS_URL'] ?? findRedis()) ? undefined : 'redis-server is not installed';

/** Why there is no Postgres to test with; undefined where there is one. */
export const withoutPostgres: string | undefined = (process.env['TEST_DATABASE_URL'] ?? findPostgres()) ? undefined : 'postgresql is not installed';

/** Why there is no Postgres with pgvector to test with; undefined where there is one. */
export const withoutPgvector: string | undefined =
  process.env['TEST_PGVECTOR_URL'] !== undefined || hasPgvector() ? undefined : (withoutPostgres ?? 'pgvector is not installed');

/** Starts a Redis that keeps nothing on disk. */
export async function startRedis(): Promise<Service> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const program = { endSignal: 'KILL', command: findRedis() ?? 'redis-server', args } as const;
  return startService({ url: `redis://127.0.0.1:${port}`, port, folder, program, ask: () => askRedis(port) });
}

/** Starts a Postgres that does not wait for its disk. */
export async function startPostgres(): Promise<Service> {
  const bin = findPostgres() ?? '';
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-postgres-'));
  const user = ordinaryUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = path.join(folder, 'data');
  const made = spawnSync(path.join(bin, 'initdb'), ['-D', data, '-U', 'sluice', '-A', 'trust', '-E', 'UTF8', '--locale', 'C.UTF-8', '--no-sync'], {
    ...user,
    cwd: folder,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${made.error?.message ?? ''}`);
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: 'off',
    max_connections: 200,
  };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const program = { endSignal: 'QUIT', command: path.join(bin, 'postgres'), args, user } as const;
  const url = `postgres://sluice@127.0.0.1:${port}/postgres`;
  return startService({ url, port, folder, program, ask: () => queryPostgres(url, 'select 1') });
}

/** A server, or the one that all tests of a run share, for the tests of a file: `url` is known once they run. */
export function usePostgres(): { url: string } {
  const service = { url: '' };
  let own: Service | undefined;
  before(async () => {
    const shared = process.env['TEST_DATABASE_URL'];
    if (shared === undefined) own = await startPostgres();
    service.url = own?.url ?? shared ?? '';
  });
  after(() => own?.dispose());
  return service;
}

/** The same for a Postgres with pgvector, in a database of its own. */
export function usePgvector(): { url: string } {
  const named = process.env['TEST_PGVECTOR_URL'];
  if (named !== undefined) return { url: named };
  const service = { url: '' };
  let own: Service | undefined;
  before(async () => {
    own = await startPostgres();
    service.url = own.url;
  });
  after(() => own?.dispose());
  return service;
}

/** The same for Redis. */
export function useRedis(): { url: string } {
  const service = { url: '' };
  let own: Service | undefined;
  before(async () => {
    const shared = process.env['TEST_REDIS_URL'];
    if (shared === undefined) own = await startRedis();
    service.url = own?.url ?? shared ?? '';
  });
  after(() => own?.dispose());
  return service;
}

/** A database of its own on a server that tests share. */
export async function createDatabase(server: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await queryPostgres(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Keys of its own on a server that tests share. */
export function ownPrefix(): string {
  return `test-${randomBytes(6).toString('hex')}:`;
}

interface ServiceOptions {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly program: Program;
  /** Rejects while it does not answer. */
  readonly ask: () => Promise<void>;
}

/**
 * Runs a server, says which process it is, and ends it when its own input ends: so it is gone when its test is, however that ends.
 * The first argument is the signal to end it with.
 */
const KEEPER = 'signal=$1; shift; "$@" </dev/null >server.log 2>&1 & echo $!; read _; kill -$signal $!; wait $!';

async function startService({ url, port, folder, program, ask }: ServiceOptions): Promise<Service> {
  let server: { readonly keeper: ChildProcess; readonly pid: number } | undefined;
  const start = async (): Promise<void> => {
    const args = ['-c', KEEPER, 'keeper', program.endSignal, program.command, ...program.args];
    const keeper = spawn('/bin/sh', args, { ...program.user, cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
    const [line] = (await once(keeper.stdout, 'data')) as [Buffer];
    server = { keeper, pid: Number(line.toString()) };
    await answering(ask, folder);
  };
  const stop = async (): Promise<void> => {
    if (server === undefined) return;
    const { keeper, pid } = server;
    server = undefined;
    signalAll(pid, 'SIGCONT');
    const exit = once(keeper, 'exit');
    keeper.stdin?.end();
    await exit;
  };
  const forget = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', forget);
  await start();
  return {
    url,
    port,
    start,
    stop,
    freeze: () => server && signalAll(server.pid, 'SIGSTOP'),
    thaw: () => server && signalAll(server.pid, 'SIGCONT'),
    dispose: async () => {
      await stop();
      process.off('exit', forget);
      forget();
    },
  };
}

async function answering(ask: () => Promise<void>, folder: string): Promise<void> {
  const end = Date.now() + 30_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > end) throw new Error(`A server did not start: ${readFileSync(path.join(folder, 'server.log'), 'utf8')}`, { cause: error });
      await sleep(20);
    }
  }
}

/** A Postgres is a family of processes. */
function signalAll(pid: number, signal: NodeJS.Signals): void {
  const children =
    spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .stdout?.split('\n')
      .filter(Boolean) ?? [];
  for (const each of [pid, ...children.map(Number)]) {
    try {
      process.kill(each, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

async function askRedis(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString().startsWith('+PONG')) throw new Error(answer.toString());
  } finally {
    socket.destroy();
  }
}

async function queryPostgres(url: string, query: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  await client.query(query);
  await client.end();
}

/** A port that nobody has, below those that systems give out by themselves: it must still be free when the server comes back. */
async function freePort(): Promise<number> {
  const server = createServer();
  for (;;) {
    server.listen(randomInt(20_000, 32_000), '127.0.0.1');
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      server.close();
      return port;
    } catch {
      // Somebody has it.
    }
  }
}

function findRedis(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'redis-server'))
    .find((file) => existsSync(file));
}

/** The folder of the programs of the newest Postgres; Debian does not put them on the path. */
function findPostgres(): string | undefined {
  const folders = [...globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed(), ...(process.env['PATH'] ?? '').split(path.delimiter)];
  return folders.find((folder) => existsSync(path.join(folder, 'initdb')) && existsSync(path.join(folder, 'postgres')));
}

/** Postgres refuses to run as root; Debian's package makes a user for it. */
function ordinaryUser(): Program['user'] {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

/** Whether the Postgres that is started here has the extension; Debian keeps it apart from the programs. */
function hasPgvector(): boolean {
  const version = /postgresql\/(\d+)\/bin$/.exec(findPostgres() ?? '')?.[1];
  return version !== undefined && existsSync(`/usr/share/postgresql/${version}/extension/vector.control`);
}
