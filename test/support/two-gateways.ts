import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { startGateway } from '../chaos/processes.ts';
import { startPostgres, startRedis, type Service } from './services.ts';

/** A gateway in a process of its own. */
export type GatewayProcess = Awaited<ReturnType<typeof startGateway>>;

/** Two gateways on one Postgres and one Redis, all of a test file's own. */
export interface TwoGateways {
  one: GatewayProcess;
  other: GatewayProcess;
  postgres: Service;
  redis: Service;
  /** What they were started with; a data folder of its own is added for each. */
  env: Readonly<Record<string, string>>;
}

const ADMIN_KEY = 'an-admin-key-of-the-tests';

/** Starts them before the tests of a file, and ends all four behind them. */
export function useTwoGateways(): TwoGateways {
  const all = {} as TwoGateways;
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-two-'));
  before(async () => {
    [all.postgres, all.redis] = await Promise.all([startPostgres(), startRedis()]);
    all.env = {
      DATABASE_URL: all.postgres.url,
      REDIS_URL: all.redis.url,
      SLUICE_ADMIN_KEY: ADMIN_KEY,
      SLUICE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    };
    const start = (name: string): Promise<GatewayProcess> => startGateway({ ...all.env, SLUICE_DATA: path.join(folder, name) });
    [all.one, all.other] = await Promise.all([start('one'), start('other')]);
  });
  after(async () => {
    for (const gateway of [all.one, all.other]) gateway?.kill('SIGKILL');
    await Promise.all([all.postgres?.dispose(), all.redis?.dispose()]);
    rmSync(folder, { recursive: true, force: true });
  });
  return all;
}

/** Asks the admin interface, as `POST /configs`, and gives the status and the body. */
export async function admin(gateway: GatewayProcess, operation: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const [method = '', route = ''] = operation.split(' ');
  const reply = await fetch(`${gateway.url}/admin/v1${route}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_KEY}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

/** Asks a model and gives the status. */
export async function call(gateway: GatewayProcess, headers: Readonly<Record<string, string>>): Promise<number> {
  const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'mock', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await reply.arrayBuffer();
  return reply.status;
}

/** A call that needs nothing of what is saved. */
export const INLINE = { 'x-portkey-provider': 'mock' };
