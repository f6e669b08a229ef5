import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startGateway } from '../chaos/processes.ts';
import { eventually } from '../support/eventually.ts';
import { withoutPostgres, withoutRedis } from '../support/services.ts';
import { admin, call, INLINE, useTwoGateways, type GatewayProcess } from '../support/two-gateways.ts';

/** Tells the calls of one test from the others in the log. */
const MARK = { 'x-portkey-metadata': '{"test":"loss"}' };
const PLAIN = { ...INLINE, ...MARK };
const CACHED = { ...MARK, 'x-portkey-config': JSON.stringify({ provider: 'mock', cache: { mode: 'simple' } }) };

/** Asks by an API whose answers are kept in the database, notes the id, and gives the status. */
async function respond(gateway: GatewayProcess, ids: string[]): Promise<number> {
  const reply = await fetch(`${gateway.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...INLINE, ...MARK },
    body: JSON.stringify({ model: 'mock', input: 'Hi' }),
  });
  const { id } = (await reply.json()) as { readonly id?: string };
  if (id !== undefined) ids.push(id);
  return reply.status;
}

/** Whether all of these are kept where a gateway finds them. */
async function areKept(gateway: GatewayProcess, ids: readonly string[]): Promise<boolean> {
  for (const id of ids) if ((await fetch(`${gateway.url}/v1/responses/${id}`, { headers: INLINE })).status !== 200) return false;
  return true;
}

describe('two gateways on one Postgres and one Redis', { skip: withoutPostgres ?? withoutRedis }, () => {
  const gateways = useTwoGateways();

  it('use a config that was saved in the other one, its changes, and not what was deleted', async (test) => {
    const { one, other } = gateways;
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
    const { one, other } = gateways;
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
    const { one, other, postgres, redis } = gateways;
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

  it('lose no call, no line of the log and no kept response when both die and return under load', async () => {
    const { one, other, postgres, redis } = gateways;
    const logged = async (): Promise<number> => Number((await admin(other, 'GET /logs?limit=1&from=0&count=true&metadata.test=loss')).body['total']);
    const over = new AbortController();
    const statuses = new Map<number, number>();
    const kept: string[] = [];
    const callers = [one, other].flatMap((gateway) =>
      [() => call(gateway, PLAIN), () => call(gateway, PLAIN), () => call(gateway, CACHED), () => respond(gateway, kept)].map(async (ask) => {
        while (!over.signal.aborted) {
          const status = await ask();
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
    await eventually('each call is logged, once', async () => (await logged()) === total());
    for (const gateway of [one, other]) await eventually('both find all that was kept', () => areKept(gateway, kept));
  });

  it('start while both are down, serve what needs neither, and find the rest when they are back', async () => {
    const { one, postgres, redis } = gateways;
    const created = await admin(one, 'POST /configs', { name: 'before', config: { provider: 'mock' } });
    const key = String((await admin(one, 'POST /api-keys', { name: 'before' })).body['key']);
    const saved = { 'x-portkey-config': String(created.body['id']) };
    await Promise.all([postgres.stop(), redis.stop()]);
    const third = await startGateway(gateways.env);
    assert.equal(await call(third, INLINE), 200);
    // Not that there is no such config, nor that the key is wrong: nobody knows.
    assert.equal(await call(third, saved), 503);
    assert.equal(await call(third, { ...INLINE, 'x-portkey-api-key': key }), 503);
    await Promise.all([postgres.start(), redis.start()]);
    await eventually('what is saved is found', async () => (await call(third, saved)) === 200);
    assert.equal(await call(third, { ...INLINE, 'x-portkey-api-key': key }), 200);
    third.kill('SIGTERM');
    assert.deepEqual(await third.ended, { code: 0, signal: null });
  });

  it('end when they are told to while both say nothing', async (test) => {
    const { postgres, redis } = gateways;
    const third = await startGateway(gateways.env);
    assert.equal(await call(third, INLINE), 200);
    assert.equal(await respond(third, []), 200);
    postgres.freeze();
    redis.freeze();
    const start = performance.now();
    third.kill('SIGTERM');
    const ending = await third.ended;
    test.diagnostic(`it took ${Math.round(performance.now() - start)} ms`);
    postgres.thaw();
    redis.thaw();
    assert.deepEqual(ending, { code: 0, signal: null });
  });
});
