import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startGateway } from '../chaos/processes.ts';
import { eventually } from '../support/eventually.ts';
import { ownPrefix, startPostgres, startRedis, withoutPostgres, withoutRedis, type Service } from '../support/services.ts';

type Gateway = Awaited<ReturnType<typeof startGateway>>;

const ADMIN_KEY = 'an-admin-key-of-the-tests';

/** Asks the admin interface, as `POST /configs`, and gives the status and the body. */
async function admin(gateway: Gateway, operation: string, body?: unknown) {
  const [method = '', route = ''] = operation.split(' ');
  const reply = await fetch(`${gateway.url}/admin/v1${route}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_KEY}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

/** Calls the mock provider and gives the status. */
async function call(gateway: Gateway, headers: Readonly<Record<string, string>>): Promise<number> {
  const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'mock', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await reply.arrayBuffer();
  return reply.status;
}

const INLINE = { 'x-portkey-provider': 'mock' };

describe('two gateways on one Postgres and one Redis', { skip: withoutPostgres ?? withoutRedis }, () => {
  let postgres: Service;
  let redis: Service;
  let folder = '';
  let one: Gateway;
  let other: Gateway;
  before(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const env = {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      REDIS_PREFIX: ownPrefix(),
      SLUICE_ADMIN_KEY: ADMIN_KEY,
      SLUICE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    };
    folder = mkdtempSync(path.join(tmpdir(), 'sluice-shared-'));
    const start = (name: string): Promise<Gateway> => startGateway({ ...env, SLUICE_DATA: path.join(folder, name) });
    [one, other] = await Promise.all([start('one'), start('other')]);
  });
  after(async () => {
    for (const gateway of [one, other]) gateway?.kill('SIGKILL');
    await Promise.all([postgres?.dispose(), redis?.dispose()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('use a config that was saved in the other one, its changes, and not what was deleted', async (test) => {
    const created = await admin(one, 'POST /configs', { name: 'shared', config: { provider: 'mock' } });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const id = String(created.body['id']);
    const headers = { 'x-portkey-config': id };
    assert.equal(await call(one, headers), 200);
    const arrived = await eventually('the config arrives', async () => (await call(other, headers)) === 200);
    test.diagnostic(`a config arrived after ${Math.round(arrived)} ms`);
    const deleted = await admin(one, `DELETE /configs/${id}`);
    assert.ok(deleted.status < 300, JSON.stringify(deleted.body));
    const gone = await eventually('the config goes', async () => (await call(other, headers)) !== 200);
    test.diagnostic(`its deletion arrived after ${Math.round(gone)} ms`);
  });

  it('take a key that was made in the other one, and refuse it once it is deleted', async (test) => {
    const created = await admin(one, 'POST /api-keys', { name: 'shared' });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const headers = { ...INLINE, 'x-portkey-api-key': String(created.body['key']) };
    const arrived = await eventually('the key arrives', async () => (await call(other, headers)) === 200);
    const deleted = await admin(one, `DELETE /api-keys/${String(created.body['id'])}`);
    assert.ok(deleted.status < 300, JSON.stringify(deleted.body));
    const gone = await eventually('the key is refused', async () => (await call(other, headers)) === 401);
    test.diagnostic(`a key arrived after ${Math.round(arrived)} ms, its deletion after ${Math.round(gone)} ms`);
  });

  it('answer on while Postgres and Redis are down, from what they know, and share again when these are back', async () => {
    const created = await admin(one, 'POST /configs', { name: 'known', config: { provider: 'mock' } });
    const known = { 'x-portkey-config': String(created.body['id']) };
    await eventually('the config arrives', async () => (await call(other, known)) === 200);
    await Promise.all([postgres.stop(), redis.stop()]);
    for (const gateway of [one, other]) {
      for (const headers of [INLINE, known]) assert.equal(await call(gateway, headers), 200);
    }
    const refused = await admin(one, 'POST /configs', { name: 'late', config: { provider: 'mock' } });
    assert.equal(refused.status, 503, JSON.stringify(refused.body));
    await Promise.all([postgres.start(), redis.start()]);
    let late = '';
    await eventually('configs can be saved again', async () => {
      const { status, body } = await admin(one, 'POST /configs', { name: 'late', config: { provider: 'mock' } });
      late = String(body['id']);
      return status === 201;
    });
    await eventually('the config arrives', async () => (await call(other, { 'x-portkey-config': late })) === 200);
  });

  it('lose no call, and no line of the log, when both die and return under load', async () => {
    const logged = async (): Promise<number> => Number((await admin(other, 'GET /logs?limit=1&from=0&count=true')).body['total']);
    let before = Number.NaN;
    await eventually('all earlier calls are logged', async () => before === (before = await logged()) && before > 0);
    const over = new AbortController();
    const statuses = new Map<number, number>();
    const callers = [one, other].flatMap((gateway) =>
      Array.from({ length: 4 }, async () => {
        while (!over.signal.aborted) {
          const status = await call(gateway, INLINE);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }),
    );
    const total = (): number => [...statuses.values()].reduce((sum, count) => sum + count, 0);
    const more = async (): Promise<void> => {
      const reached = total() + 100;
      await eventually('calls are answered', () => total() >= reached);
    };
    for (const service of [postgres, redis]) {
      await more();
      service.freeze();
      await more();
      service.thaw();
      await more();
      await service.stop();
      await more();
      await service.start();
    }
    await more();
    over.abort();
    await Promise.all(callers);
    assert.deepEqual([...statuses.keys()], [200]);
    await eventually('each call is logged, once', async () => (await logged()) - before === total());
  });

  it('start while both are down, serve what needs neither, and find the rest when they are back', async () => {
    const created = await admin(one, 'POST /configs', { name: 'before', config: { provider: 'mock' } });
    const saved = { 'x-portkey-config': String(created.body['id']) };
    await Promise.all([postgres.stop(), redis.stop()]);
    const third = await startGateway({
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      SLUICE_ADMIN_KEY: ADMIN_KEY,
      SLUICE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    });
    assert.equal(await call(third, INLINE), 200);
    const status = await call(third, saved);
    assert.ok(status === 503 || status === 400, String(status));
    await Promise.all([postgres.start(), redis.start()]);
    await eventually('what is saved is found', async () => (await call(third, saved)) === 200);
    third.kill('SIGTERM');
    assert.deepEqual(await third.ended, { code: 0, signal: null });
  });
});
