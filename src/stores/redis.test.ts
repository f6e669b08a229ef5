import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ownPrefix, startRedis, withoutRedis, type Service } from '../../test/support/services.ts';
import { openRedis, type RedisConnection } from './redis.ts';

const up = (redis: RedisConnection): Promise<void> => (redis.isUp ? Promise.resolve() : new Promise((resolve) => redis.onUp(resolve)));
const down = (redis: RedisConnection): Promise<void> => (redis.isUp ? new Promise((resolve) => redis.onDown(resolve)) : Promise.resolve());

describe('a Redis that comes and goes', { skip: withoutRedis }, () => {
  let server: Service;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.dispose());

  async function using(run: (redis: RedisConnection) => Promise<void>): Promise<void> {
    const redis = await openRedis(server.url, { prefix: ownPrefix() });
    try {
      await run(redis);
    } finally {
      await redis.close();
    }
  }

  it('keeps the keys of different gateways apart', async () => {
    await using(async (one) =>
      using(async (other) => {
        await Promise.all([up(one), up(other)]);
        await one.client.set('key', '1');
        assert.deepEqual([await one.client.get('key'), await other.client.get('key')], ['1', null]);
        assert.equal(await one.client.eval("return redis.call('get', KEYS[1])", 1, 'key'), '1');
      }),
    );
  });

  it('is opened while it is down, and comes up by itself', async () => {
    await server.stop();
    await using(async (redis) => {
      assert.equal(redis.isUp, false);
      await assert.rejects(redis.client.get('key'));
      await server.start();
      await up(redis);
      assert.equal(await redis.client.set('key', '1'), 'OK');
    });
  });

  it('rejects at once while it is down, and comes back by itself', async () => {
    await using(async (redis) => {
      await up(redis);
      await server.stop();
      await down(redis);
      await assert.rejects(redis.client.get('key'));
      await server.start();
      await up(redis);
      assert.equal(await redis.client.get('key'), null);
    });
  });

  it('rejects what gets no answer, gives the connection up, and makes a new one', async () => {
    await using(async (redis) => {
      await up(redis);
      server.freeze();
      await assert.rejects(redis.client.get('key'), /timed out/);
      await down(redis);
      server.thaw();
      await up(redis);
      assert.equal(await redis.client.get('key'), null);
    });
  });

  it('sends no command twice', async () => {
    await using(async (redis) => {
      await up(redis);
      await redis.client.set('count', 0);
      server.freeze();
      const asked = await Promise.allSettled(Array.from({ length: 20 }, () => redis.client.incr('count')));
      assert.ok(asked.every(({ status }) => status === 'rejected'));
      await down(redis);
      server.thaw();
      await up(redis);
      assert.ok(Number(await redis.client.get('count')) <= 20);
    });
  });

  it('is closed for good, whatever it is doing', async () => {
    const redis = await openRedis(server.url);
    await redis.close();
    await assert.rejects(redis.client.get('key'));
    assert.equal(redis.isUp, false);
  });
});
