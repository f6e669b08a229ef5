import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { chunk, completion, fakeUpstream, json, type Answer, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const down = json(503, { error: { message: 'down', type: 't', param: null, code: null } });

describe('a strategy', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  /** Streams that have begun and are not ended, by path. */
  const open = new Map<string, ServerResponse[]>();
  const holding: Answer = ({ url }, response) => {
    const path = url.split('/')[1] ?? '';
    open.set(path, [...(open.get(path) ?? []), response]);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(event(chunk({ content: path })));
  };
  const finish = (path: string): void =>
    void open
      .get(path)
      ?.shift()
      ?.end(`${event(chunk({}, 'stop'))}data: [DONE]\n\n`);

  before(async () => {
    const whole = json(200, completion('ok'));
    const paths: Record<string, Answer> = { down, holdA: holding, holdB: holding, silent: () => {} };
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'cheap', 'dear', 'unknown', 'own', 'quick']) paths[name] = whole;
    paths['slow'] = async (request, response, attempt) => {
      await wait(150);
      await whole(request, response, attempt);
    };
    upstream = await fakeUpstream(paths);
  });
  after(() => upstream.close());

  const target = (path: string, more: object = {}): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more });
  const group = (strategy: object, ...targets: readonly object[]): object => ({ strategy, targets });
  const count = (path: string): number => upstream.seen.filter(({ url }) => url.startsWith(`/${path}/`)).length;
  const indexOf = (response: Response): number => Number(/\[(\d+)\]$/.exec(response.headers.get('x-sluice-last-used-option-index') ?? '')?.[1]);
  /** Sends a call, reads the answer, and tells which target gave it. */
  const ask = async (config: object, headers: Record<string, string> = {}): Promise<number> => {
    const response = await gateway.chat(config, {}, headers);
    assert.equal(response.status, 200, await response.text());
    return indexOf(response);
  };

  it('by latency finds the faster target, and another when that one fails', async () => {
    const config = group({ mode: 'latency' }, target('slow', { api_key: 'l' }), target('quick', { api_key: 'l' }));
    for (let i = 0; i < 40; i++) await ask(config);
    assert.ok(count('slow') >= 1 && count('slow') < 10, String(count('slow')));
    const failing = group({ mode: 'latency' }, target('down', { api_key: 'l1' }), target('quick', { api_key: 'l2' }));
    for (let i = 0; i < 5; i++) assert.equal(await ask(failing), 1);
  });

  it('by load counts a stream until its end', async () => {
    const config = group({ mode: 'least_busy' }, target('holdA'), target('holdB'));
    const stream = async (): Promise<{ path: string; body: Promise<string> }> => {
      const response = await gateway.chat(config, { stream: true });
      return { path: indexOf(response) === 0 ? 'holdA' : 'holdB', body: response.text() };
    };
    const first = await stream();
    const second = await stream();
    assert.notEqual(second.path, first.path);
    finish(second.path);
    await second.body;
    for (let i = 0; i < 3; i++) {
      const next = await stream();
      assert.equal(next.path, second.path);
      finish(next.path);
      await next.body;
    }
    finish(first.path);
    await first.body;
  });

  it('by cost takes the cheapest that works, by the price list or by the config, and what has no price last', async () => {
    const model = (name: string): object => ({ override_params: { model: name } });
    const unknown = target('unknown', model('nobody-knows-it'));
    const dear = target('dear', model('gpt-4o'));
    const cheap = target('cheap', model('gpt-4o-mini'));
    const own = target('own', { ...model('own-llama'), price: { input: 0, output: 0 } });
    assert.equal(await ask(group({ mode: 'cost' }, unknown, dear, cheap)), 2);
    assert.equal(await ask(group({ mode: 'cost' }, unknown, dear, cheap, own)), 3);
    assert.equal(await ask(group({ mode: 'cost' }, unknown, dear, { ...target('down'), ...model('gpt-4o-mini') })), 1);
    assert.equal(await ask(group({ mode: 'cost' }, unknown, target('down', { ...model('gpt-4o'), api_key: 'c' }))), 0);
    const nested = group({ mode: 'fallback' }, dear, own);
    assert.equal(await ask(group({ mode: 'cost' }, cheap, nested)), 0, 'the first of the nested group answers');
  });

  it('that hedges asks a second target beside a slow one, cancels the loser and does not blame it', async () => {
    const config = group({ mode: 'hedge', delay: 20 }, target('silent', { api_key: 'h' }), target('quick'));
    const before = count('silent');
    for (let i = 0; i < 7; i++) assert.equal(await ask(config), 1);
    assert.equal(count('silent') - before, 7);
    for (let i = 0; i < 100 && upstream.aborted.length < 7; i++) await wait(10);
    assert.equal(upstream.aborted.filter(({ url }) => url.startsWith('/silent/')).length, 7);
    const asked = count('quick');
    const quick = group({ mode: 'hedge', delay: 5_000 }, target('a'), target('quick'));
    assert.equal(await ask(quick), 0);
    assert.equal(count('quick'), asked);
  });

  it('that is sticky gives each caller one target, whatever the order of the config, and one stand-in when that is down', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const strategy = { mode: 'loadbalance', sticky: { enabled: true, hash_fields: ['metadata.user'] } };
    const named = (paths: readonly string[]): object => group(strategy, ...paths.map((path) => target(path)));
    const who = (user: string): Record<string, string> => ({ 'x-portkey-metadata': JSON.stringify({ user }) });
    const homes = new Map<string, string>();
    for (const user of ['ann', 'bob', 'cid', 'dee', 'eve', 'fay', 'gus', 'hal']) {
      const home = names[await ask(named(names), who(user))] ?? '';
      for (let i = 0; i < 3; i++) assert.equal(names[await ask(named(names), who(user))], home);
      const turned = names.toReversed();
      assert.equal(turned[await ask(named(turned), who(user))], home);
      homes.set(user, home);
    }
    assert.ok(new Set(homes.values()).size > 2);
    const annsHome = homes.get('ann') ?? '';
    const broken = group(strategy, ...names.map((path) => (path === annsHome ? target('down', { name: path }) : target(path, { name: path }))));
    const standIns = new Set<number>();
    for (let i = 0; i < 8; i++) standIns.add(await ask(broken, who('ann')));
    assert.equal(standIns.size, 1);
  });

  it('takes a canary back that fails too often, and no client notices', async () => {
    const strategy = { mode: 'loadbalance', canary: { target: 'new', minimum_requests: 10 } };
    const noBreaker = { cb_config: { failure_threshold: 1_000 } };
    const config = group(
      strategy,
      target('a', { name: 'old', weight: 0.5 }),
      target('down', { name: 'new', weight: 0.5, api_key: 'canary', ...noBreaker }),
    );
    const before = count('down');
    for (let i = 0; i < 60; i++) assert.equal(await ask(config), 0);
    assert.equal(count('down') - before, 10);
  });
});

describe('too many calls', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  const held: ServerResponse[] = [];
  before(async () => {
    upstream = await fakeUpstream({
      hold: (_, response) => {
        held.push(response);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(event(chunk({ content: 'Hi' })));
      },
      whole: json(200, completion('ok')),
      failing: json(400, { error: { message: 'no', type: 't', param: null, code: null } }),
    });
  });
  after(() => upstream.close());
  const target = (path: string, more: object = {}): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more });
  const release = (): void => void held.shift()?.end(`${event(chunk({}, 'stop'))}data: [DONE]\n\n`);
  const stream = (config: object, headers: Record<string, string> = {}, signal: AbortSignal | null = null): Promise<Response> =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-portkey-config': JSON.stringify(config), ...headers },
      body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
      signal,
    });

  it('for a target are refused, or go to the next one, until a streamed answer has ended', async () => {
    const limited = target('hold', { max_concurrency: 1 });
    const first = await stream(limited);
    const refused = await stream(limited);
    assert.equal(refused.status, 503);
    assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
    assert.equal(refused.headers.get('x-sluice-last-used-option-index'), 'config');
    assert.match(refused.headers.get('x-sluice-attempts') ?? '', /"error":"overloaded"/);
    assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'overloaded');
    const elsewhere = await stream({ strategy: { mode: 'fallback' }, retry: { attempts: 2 }, targets: [limited, target('whole')] });
    assert.equal(elsewhere.headers.get('x-sluice-last-used-option-index'), 'config.targets[1]');
    await elsewhere.text();
    release();
    await first.text();
    const again = await stream(limited);
    assert.equal(again.status, 200);
    release();
    await again.text();
  });

  it('wait in line for as long as the config says, the more urgent in front', async () => {
    const limited = target('hold', { api_key: 'line', max_concurrency: 1, queue: { size: 2, timeout: 10_000 } });
    const first = await stream(limited);
    const order: string[] = [];
    const waiting = ['low', 'normal'].map(async (priority) => {
      const response = await stream(limited, { 'x-sluice-priority': priority });
      order.push(`${priority} ${response.status}`);
      if (response.ok) release();
      await response.text();
    });
    await wait(100);
    const urgent = stream(limited, { 'x-sluice-priority': 'high' }).then(async (response) => {
      order.push(`high ${response.status}`);
      release();
      await response.text();
    });
    await wait(100);
    assert.deepEqual(order, ['low 503']);
    release();
    await first.text();
    await Promise.all([...waiting, urgent]);
    assert.deepEqual(order, ['low 503', 'high 200', 'normal 200']);
    const impatient = target('hold', { api_key: 'line', max_concurrency: 1, queue: { timeout: 20 } });
    const occupied = await stream(limited);
    assert.equal((await stream(impatient)).status, 503);
    release();
    await occupied.text();
  });

  it('are let in again when a client leaves, and when an attempt fails', async () => {
    const limited = target('hold', { api_key: 'leaving', max_concurrency: 1, queue: { timeout: 10_000 } });
    const aborter = new AbortController();
    const leaving = await stream(limited, {}, aborter.signal);
    const next = stream(limited);
    aborter.abort();
    await assert.rejects(leaving.text());
    assert.equal((await next).status, 200);
    held.shift();
    release();
    await (await next).text();
    const failing = target('failing', { max_concurrency: 1 });
    for (let i = 0; i < 3; i++) assert.equal((await stream(failing)).status, 400);
  });

  it('go to a member of a group that has room', async () => {
    const targets = [target('hold', { api_key: 'full', max_concurrency: 1, queue: {}, weight: 1e6 }), target('whole', { weight: 1 })];
    const occupied = await stream(target('hold', { api_key: 'full', max_concurrency: 1 }));
    for (const mode of ['loadbalance', 'least_busy', 'latency']) {
      const response = await stream({ strategy: { mode }, targets });
      assert.equal(response.headers.get('x-sluice-last-used-option-index'), 'config.targets[1]');
      await response.text();
    }
    release();
    await occupied.text();
  });
});

describe('a gateway that has as many calls as it may', () => {
  const gateway = useGateway({ MAX_CONCURRENT_CALLS: '5' });
  let upstream: FakeUpstream;
  const held: ServerResponse[] = [];
  before(async () => void (upstream = await fakeUpstream((_, response) => void held.push(response))));
  after(() => upstream.close());

  it('refuses more, the less urgent first, without reading them, and goes on with its pages', async () => {
    const config = { provider: 'openai', api_key: 'k', custom_host: upstream.url };
    const chat = (priority: string): Promise<Response> => gateway.chat(config, {}, { 'x-sluice-priority': priority });
    const calls = ['normal', 'low', 'normal', 'low'].map(chat);
    for (let i = 0; i < 200 && held.length < 4; i++) await wait(10);
    assert.equal(held.length, 4);
    assert.equal((await chat('low')).status, 503);
    calls.push(chat('high'));
    for (let i = 0; i < 200 && held.length < 5; i++) await wait(10);
    const refused = await chat('high');
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1']);
    assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'overloaded');
    assert.equal((await fetch(`${gateway.url}/livez`)).status, 200);
    for (const response of held.splice(0)) await json(200, completion('ok'))({} as never, response, 0);
    for (const call of calls) assert.equal((await call).status, 200);
    const next = chat('low');
    for (let i = 0; i < 200 && held.length < 1; i++) await wait(10);
    for (const response of held.splice(0)) await json(200, completion('ok'))({} as never, response, 0);
    assert.equal((await next).status, 200);
  });

  it('names what is wrong with a priority', async () => {
    const response = await gateway.chat({ provider: 'mock' }, {}, { 'x-sluice-priority': 'urgent' });
    assert.equal(response.status, 400);
    assert.equal(((await response.json()) as { error: { param: string } }).error.param, 'x-sluice-priority');
  });
});
