import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { completion, fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

describe('strategies', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  const status = (code: number): ReturnType<typeof json> => json(code, { error: { message: `status ${code}`, type: 't', param: null, code: null } });
  before(async () => {
    upstream = await fakeUpstream({
      ok: json(200, completion('ok')),
      a: json(200, completion('a')),
      b: json(200, completion('b')),
      s400: status(400),
      s429: status(429),
      s500: status(500),
      s503: status(503),
      bad: (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('<'),
    });
  });
  after(() => upstream.close());
  const target = (path: string, more: object = {}): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more });
  const paths = (): string[] => upstream.seen.map(({ url }) => url.split('/')[1] as string);
  const fallback = (targets: readonly object[], more: object = {}): object => ({ strategy: { mode: 'fallback', ...more }, targets });
  const indexOf = (response: Response): string | null => response.headers.get('x-portkey-last-used-option-index');
  const since = async (run: () => Promise<Response>): Promise<{ response: Response; seen: string[] }> => {
    const before = upstream.seen.length;
    const response = await run();
    return { response, seen: paths().slice(before) };
  };

  it('falls back on any status that is not 2xx', async () => {
    for (const first of ['s500', 's400', 's429']) {
      const { response, seen } = await since(() => gateway.chat(fallback([target(first), target('ok')])));
      assert.equal(response.status, 200);
      assert.equal(indexOf(response), 'config.targets[1]');
      assert.deepEqual(seen, [first, 'ok']);
    }
  });

  it('falls back only on the listed statuses where there is a list', async () => {
    const stays = await since(() => gateway.chat(fallback([target('s500'), target('ok')], { on_status_codes: [429] })));
    assert.equal(stays.response.status, 500);
    assert.deepEqual(stays.seen, ['s500']);
    const moves = await since(() => gateway.chat(fallback([target('s429'), target('ok')], { on_status_codes: [429] })));
    assert.equal(moves.response.status, 200);
    const never = await since(() => gateway.chat(fallback([target('s500'), target('ok')], { on_status_codes: [] })));
    assert.equal(never.response.status, 500);
  });

  it('answers with the last error when every target fails', async () => {
    const { response, seen } = await since(() => gateway.chat(fallback([target('s500'), target('s503')])));
    assert.equal(response.status, 503);
    assert.deepEqual(seen, ['s500', 's503']);
    assert.equal(indexOf(response), 'config.targets[1]');
  });

  it('falls back when nobody listens, when the answer is no answer and when the provider lacks the endpoint', async () => {
    const nobody = { provider: 'openai', api_key: 'k', custom_host: 'http://127.0.0.1:9' };
    assert.equal((await gateway.chat(fallback([nobody, target('ok')]))).status, 200);
    assert.equal((await gateway.chat(fallback([target('bad'), target('ok')]))).status, 200);
    const lacking = { provider: 'voyage', api_key: 'k', custom_host: upstream.url };
    assert.equal((await gateway.chat(fallback([lacking, target('ok')]))).status, 200);
  });

  it('does not fall back on a request that no target could be sent', async () => {
    const before = upstream.seen.length;
    const response = await gateway.chat(fallback([{ provider: 'anthropic', api_key: 'k', custom_host: upstream.url }, target('ok')]), {
      messages: 'not a list',
    });
    assert.equal(response.status, 400);
    assert.match(((await response.json()) as { error: { message: string } }).error.message, /messages/);
    assert.equal(upstream.seen.length, before);
  });

  it('spreads calls by weight, 1 where none is given', async () => {
    const counts = { a: 0, b: 0 };
    const config = { strategy: { mode: 'loadbalance' }, targets: [target('a', { weight: 0.25 }), target('b')] };
    for (let i = 0; i < 200; i++)
      counts[((await (await gateway.chat(config)).json()) as { choices: { message: { content: 'a' | 'b' } }[] }).choices[0]!.message.content]++;
    assert.ok(counts.a > 10 && counts.a < 80, `a got ${counts.a} of 200, expected about 40`);
  });

  it('never picks a target of weight 0', async () => {
    const config = { strategy: { mode: 'loadbalance' }, targets: [target('a', { weight: 0 }), target('b', { weight: 1 })] };
    const { seen } = await since(async () => {
      let response = await gateway.chat(config);
      for (let i = 0; i < 20; i++) response = await gateway.chat(config);
      return response;
    });
    assert.ok(seen.every((path) => path === 'b'));
  });

  it('nests strategies and names the leaf by its path', async () => {
    const config = { strategy: { mode: 'loadbalance' }, targets: [fallback([target('s500'), target('ok')])] };
    assert.equal(indexOf(await gateway.chat(config)), 'config.targets[0].targets[1]');
    assert.equal(indexOf(await gateway.chat({ strategy: { mode: 'single' }, targets: [target('a'), target('b')] })), 'config.targets[0]');
  });

  describe('conditional', () => {
    const config = (query: object, more: object = { default: 'b' }): object => ({
      strategy: { mode: 'conditional', conditions: [{ query, then: 'a' }], ...more },
      targets: [target('a', { name: 'a' }), target('b', { name: 'b' })],
    });
    const choose = async (query: object, metadata: object, params: object = {}): Promise<string> => {
      const response = await gateway.chat(config(query), params, { 'x-portkey-metadata': JSON.stringify(metadata) });
      return ((await response.json()) as { choices: { message: { content: string } }[] }).choices[0]!.message.content;
    };

    it('compares metadata, parameters and the path with every operator', async () => {
      const cases: readonly [query: object, metadata: object, expected: 'a' | 'b'][] = [
        [{ 'metadata.plan': 'pro' }, { plan: 'pro' }, 'a'],
        [{ 'metadata.plan': 'pro' }, { plan: 'free' }, 'b'],
        [{ 'metadata.plan': { $eq: 'pro' } }, { plan: 'pro' }, 'a'],
        [{ 'metadata.plan': { $ne: 'pro' } }, { plan: 'pro' }, 'b'],
        [{ 'metadata.age': { $gt: 17 } }, { age: '18' }, 'a'],
        [{ 'metadata.age': { $gte: 18, $lt: 20 } }, { age: 21 }, 'b'],
        [{ 'metadata.plan': { $in: ['x', 'pro'] } }, { plan: 'pro' }, 'a'],
        [{ 'metadata.plan': { $nin: ['x'] } }, {}, 'a'],
        [{ 'params.model': { $regex: '^gpt-' } }, {}, 'a'],
        [{ $and: [{ 'metadata.a': 1 }, { $or: [{ 'metadata.b': 1 }, { 'metadata.c': 1 }] }] }, { a: 1, c: 1 }, 'a'],
        [{ $or: [{ 'metadata.a': 1 }], 'metadata.b': 1 }, { a: 1 }, 'b'],
        [{ 'url.pathname': '/v1/chat/completions' }, {}, 'a'],
      ];
      for (const [query, metadata, expected] of cases) assert.equal(await choose(query, metadata), expected, JSON.stringify({ query, metadata }));
    });

    it('looks deeper than two segments into the parameters', async () => {
      assert.equal(await choose({ 'params.response_format.type': 'json_object' }, {}, { response_format: { type: 'json_object' } }), 'a');
    });

    it('says so when nothing matches and there is no default', async () => {
      for (const path of ['/v1/chat/completions', '/v1/embeddings']) {
        const response = await gateway.post(
          path,
          { model: 'm', messages: [], input: 'x' },
          { 'x-portkey-config': JSON.stringify(config({ 'metadata.x': 'y' }, {})) },
        );
        assert.equal(response.status, 400);
        assert.equal(((await response.json()) as { message: string }).message, 'Query router did not resolve to any valid target');
      }
    });
  });
});
