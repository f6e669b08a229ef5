import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { completion, fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';
import { ownPrefix, startRedis, withoutRedis, type Service } from '../support/services.ts';

const statusOf = (response: Response): string | null => response.headers.get('x-portkey-cache-status');

describe('a cache that two gateways share', { skip: withoutRedis }, () => {
  const env: Record<string, string> = { REDIS_PREFIX: ownPrefix() };
  let redis: Service;
  let upstream: FakeUpstream;
  before(async () => {
    redis = await startRedis();
    env['REDIS_URL'] = redis.url;
    upstream = await fakeUpstream(json(200, completion('Hello')));
  });
  const [one, other] = [useGateway(env), useGateway(env)];
  after(async () => {
    await upstream.close();
    await redis.dispose();
  });
  let paths = 0;
  const config = (mode: string): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${paths++}`, cache: { mode } });

  /** Whether the other gateway, asked once, has what the one made; it arrives soon, but not at once. */
  async function isShared(): Promise<boolean> {
    for (let tries = 0; tries < 50; tries++) {
      const own = config('simple');
      assert.equal(statusOf(await one.chat(own)), 'MISS');
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (statusOf(await other.chat(own)) === 'HIT') return true;
    }
    return false;
  }

  it('answers in one what was made by the other, and goes on without Redis', async () => {
    assert.ok(await isShared());
    const seen = upstream.seen.length;
    await redis.stop();
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push(statusOf(await one.chat(config('simple'))));
    assert.deepEqual(statuses, ['MISS', 'MISS', 'MISS']);
    assert.equal(upstream.seen.length, seen + 3);
    const repeated = config('simple');
    await one.chat(repeated);
    assert.equal(statusOf(await one.chat(repeated)), 'HIT', 'from its own memory');
    await redis.start();
  });

  it('holds nobody up for long while Redis says nothing', async () => {
    redis.freeze();
    try {
      const replies = await Promise.all(Array.from({ length: 20 }, () => one.chat(config('semantic'))));
      assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
      assert.deepEqual([...new Set(replies.map(statusOf))], ['SEMANTIC MISS']);
    } finally {
      redis.thaw();
    }
  });
});
