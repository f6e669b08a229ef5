import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { adminOf, errorOf } from '../support/admin.ts';
import { completion, fakeUpstream, json, type Answer, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const MESSAGES = [{ role: 'user', content: 'Hi' }];

describe('saved providers', () => {
  const gateway = useGateway();
  const ask = adminOf(gateway);

  it('and whatever else is saved in Portkey’s form, get no id and no workspace that nobody could name', async () => {
    const account = { provider: 'openai', key: 'sk-some-key-0123', name: 'x' };
    const cases: readonly (readonly [path: string, body: object, param: string])[] = [
      ['virtual-keys', { ...account, slug: 'a/b' }, 'slug'],
      ['virtual-keys', { ...account, slug: '' }, 'slug'],
      ['virtual-keys', { ...account, workspace_id: 'x\u0000' }, 'workspace_id'],
      ['integrations', { ai_provider_id: 'openai', key: 'sk-some-key-0123', slug: 'ü' }, 'slug'],
      ['configs', { name: 'x', config: { provider: 'mock' }, workspace_id: '/' }, 'workspace_id'],
      ['api-keys/workspace/service', { name: 'x', workspace_id: '' }, 'workspace_id'],
      ['policies/rate-limits', { name: 'x', type: 'requests', unit: 'rpm', value: 1, workspace_id: '*' }, 'workspace_id'],
    ];
    for (const [path, body, param] of cases) {
      const response = await gateway.post(`/v1/${path}`, body);
      const { error } = (await response.json()) as { error?: { param: string } };
      assert.deepEqual([response.status, error?.param], [400, param], `${path} ${JSON.stringify(body)}`);
    }
  });
  let upstream: FakeUpstream;
  /** What the key of a request is answered with; 200 where nothing is said. */
  const statuses = new Map<string, number>();
  before(async () => {
    const answer: Answer = (request, response, attempt) => {
      const key = (request.headers['authorization'] ?? '').replace('Bearer ', '');
      const status = statuses.get(key) ?? 200;
      const body =
        status === 200
          ? completion('Hello')
          : { error: { message: 'no', type: 'x', code: status === 401 ? 'invalid_api_key' : 'rate_limit_exceeded' } };
      const list = { object: 'list', data: [{ id: 'gpt-4', object: 'model' }] };
      return json(status, request.method === 'GET' && status === 200 ? list : body)(request, response, attempt);
    };
    upstream = await fakeUpstream(answer);
  });
  after(() => upstream.close());

  const save = async (given: object): Promise<Record<string, unknown>> => {
    const reply = await ask('POST', '/providers', { provider: 'openai', custom_host: `${upstream.url}/v1`, ...given });
    assert.equal(reply.status, 201, JSON.stringify(reply.body));
    return reply.body;
  };
  const call = (headers: Readonly<Record<string, string>>, more: object = {}, path = '/v1/chat/completions'): Promise<Response> =>
    gateway.post(path, { model: 'gpt-4', messages: MESSAGES, ...more }, headers);
  const lastKey = (): string | undefined => upstream.seen.at(-1)?.headers['authorization'];

  it('take no secret of the machine from whoever writes in Portkey’s form, which keys with scopes may', async () => {
    const write = (path: string, body: object): Promise<Response> => gateway.post(path, body);
    const host = { custom_host: `${upstream.url}/v1` };
    for (const reference of [{ env: 'PATH' }, { file: '/etc/hostname' }, { sealed: 'x' }]) {
      const given = { name: 'x', ai_provider_id: 'modal', key: 'k', configurations: { ...host, modal_key: reference, modal_secret: 'x' } };
      const integration = await write('/v1/integrations', given);
      assert.equal(integration.status, 400, JSON.stringify(reference));
      assert.match(await integration.text(), /modal_key: Expected the value itself/);
      const virtualKey = { name: 'x', provider: 'bedrock', key: 'k', awsAccessKeyId: reference, awsSecretAccessKey: 'x', awsRegion: 'eu-central-1' };
      assert.equal((await write('/v1/virtual-keys', virtualKey)).status, 400, JSON.stringify(reference));
    }
    const plain = { name: 'plain', ai_provider_id: 'modal', key: 'k', configurations: { ...host, modal_key: 'k', modal_secret: 'x' } };
    assert.equal((await write('/v1/integrations', plain)).status, 200);
  });

  it('are found by every way in which a request can name them', async () => {
    await save({ name: 'Way in', key: 'sk-way-in-secret' });
    const inline = (config: object): Readonly<Record<string, string>> => ({ 'x-portkey-config': JSON.stringify(config) });
    const ways: readonly (readonly [Readonly<Record<string, string>>, object])[] = [
      [{ 'x-portkey-virtual-key': 'way-in' }, {}],
      [{ 'x-sluice-virtual-key': 'way-in' }, {}],
      [{ 'x-portkey-provider': '@way-in' }, {}],
      [{}, { model: '@way-in/gpt-4' }],
      [inline({ virtual_key: 'way-in' }), {}],
      [inline({ virtualKey: 'way-in' }), {}],
      [inline({ provider: '@way-in' }), {}],
      [inline({ provider: 'openai', virtual_key: 'way-in' }), {}],
      [inline({ override_params: { model: '@way-in/gpt-4' } }), {}],
      [inline({ retry: { attempts: 1 } }), { model: '@way-in/gpt-4' }],
      [
        inline({
          strategy: { mode: 'fallback' },
          override_params: { model: '@way-in/gpt-4' },
          targets: [{ strategy: { mode: 'loadbalance' }, targets: [{ weight: 1 }] }],
        }),
        {},
      ],
      [{ ...inline({ strategy: { mode: 'single' }, targets: [{ passthrough: true }] }), 'x-portkey-provider': '@way-in' }, {}],
    ];
    for (const [headers, more] of ways) {
      const response = await call({ authorization: 'Bearer sk-of-the-caller', ...headers }, more);
      assert.equal(response.status, 200, `${JSON.stringify([headers, more])} ${await response.text()}`);
      assert.equal(lastKey(), 'Bearer sk-way-in-secret');
      assert.equal(upstream.seen.at(-1)?.body?.['model'], 'gpt-4');
    }
  });

  it('are named in the URL too, which the provider does not see', async () => {
    await save({ id: 'in-url', key: 'sk-in-url-secret' });
    const files = await fetch(`${gateway.url}/v1/files?model=@in-url/x&purpose=batch`, { headers: { authorization: 'Bearer other' } });
    assert.equal(files.status, 200);
    assert.deepEqual([upstream.seen.at(-1)?.url, lastKey()], ['/v1/files?model=x&purpose=batch', 'Bearer sk-in-url-secret']);
    const gemini = await gateway.post('/v1beta/models/@in-url%2Fgpt-4:generateContent', { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] });
    assert.equal(gemini.status, 200);
    assert.equal(upstream.seen.at(-1)?.body?.['model'], 'gpt-4');
  });

  it('are named in the refusal where they are not there', async () => {
    for (const headers of [
      { 'x-portkey-virtual-key': 'nowhere' },
      { 'x-portkey-provider': '@nowhere' },
      { 'x-portkey-config': '{"virtual_key":"nowhere"}' },
    ]) {
      const response = await call(headers);
      const text = await response.text();
      assert.deepEqual([response.status, text.includes("no provider saved as 'nowhere'")], [400, true], text);
    }
    const model = await call({}, { model: '@nowhere/gpt-4' });
    assert.deepEqual([model.status, (await model.text()).includes('nowhere')], [400, true]);
  });

  it('leave alone what only looks like a slug', async () => {
    const response = await call(
      { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream.url}/v1`, authorization: 'Bearer own' },
      { model: '@cf/meta/llama' },
    );
    assert.equal(response.status, 200);
    assert.deepEqual([upstream.seen.at(-1)?.body?.['model'], lastKey()], ['@cf/meta/llama', 'Bearer own']);
  });

  it('send their credential nowhere else than to where it was saved for', async () => {
    await save({ id: 'guarded', key: 'sk-guarded-secret-1' });
    await ask('POST', '/providers', {
      id: 'azure',
      provider: 'azure-openai',
      key: 'azure-guarded-secret',
      options: { resource_name: 'mine', deployment_id: 'd', api_version: 'v1' },
    });
    const elsewhere = 'http://127.0.0.1:9';
    const attempts: readonly Readonly<Record<string, string>>[] = [
      { 'x-portkey-virtual-key': 'guarded', 'x-portkey-custom-host': elsewhere },
      { 'x-portkey-config': JSON.stringify({ virtual_key: 'guarded', custom_host: elsewhere }) },
      { 'x-portkey-config': JSON.stringify({ strategy: { mode: 'fallback' }, custom_host: elsewhere, targets: [{ provider: '@guarded' }] }) },
      { 'x-portkey-config': JSON.stringify({ virtual_key: 'guarded', api_key: 'mine' }) },
      { 'x-portkey-virtual-key': 'azure', 'x-portkey-azure-resource-name': 'thief' },
      { 'x-portkey-config': JSON.stringify({ virtual_key: 'azure', resource_name: 'thief' }) },
    ];
    const before = upstream.seen.length;
    for (const headers of attempts) assert.equal((await call(headers)).status, 400, JSON.stringify(headers));
    assert.equal(upstream.seen.length, before);
    const wrong = await call({ 'x-portkey-config': JSON.stringify({ provider: 'anthropic', virtual_key: 'guarded' }) });
    assert.match(await wrong.text(), /The provider saved as 'guarded' is 'openai'/);
  });

  it('spread calls over several keys, and stand in for those that are refused', async () => {
    await save({ id: 'many', keys: [{ value: 'sk-many-number-1' }, { value: 'sk-many-number-2' }, { value: 'sk-many-number-3', weight: 0 }] });
    const used = new Set<string | undefined>();
    for (let i = 0; i < 40; i++) {
      const response = await call({ 'x-portkey-virtual-key': 'many' });
      assert.equal(response.headers.get('x-portkey-last-used-option-index'), 'config');
      used.add(lastKey());
    }
    assert.deepEqual(used, new Set(['Bearer sk-many-number-1', 'Bearer sk-many-number-2']));
    statuses.set('sk-many-number-1', 401);
    for (let i = 0; i < 10; i++) assert.equal((await call({ 'x-portkey-virtual-key': 'many' })).status, 200);
    statuses.set('sk-many-number-2', 429);
    const all = await call({ 'x-portkey-virtual-key': 'many' });
    assert.ok([401, 429].includes(all.status));
    statuses.clear();
    const target = JSON.stringify({ strategy: { mode: 'fallback' }, targets: [{ virtual_key: 'many' }, { provider: 'mock' }] });
    assert.equal((await call({ 'x-portkey-config': target })).headers.get('x-portkey-last-used-option-index'), 'config.targets[0]');
  });

  it('are used for their models only, and no longer than they may', async () => {
    await save({ id: 'bounded', key: 'sk-bounded-secret', models: ['gpt-4o*'] });
    const refused = await call({ 'x-portkey-virtual-key': 'bounded' });
    assert.equal(refused.status, 412);
    assert.match(await refused.text(), /'bounded' may not be asked for the model 'gpt-4'/);
    assert.equal((await call({ 'x-portkey-virtual-key': 'bounded' }, { model: 'gpt-4o-mini' })).status, 200);
    const chain = JSON.stringify({ strategy: { mode: 'fallback' }, targets: [{ virtual_key: 'bounded' }, { provider: 'mock' }] });
    assert.equal((await call({ 'x-portkey-config': chain })).headers.get('x-portkey-last-used-option-index'), 'config.targets[1]');

    const when = (ms: number): string => new Date(Date.now() + ms).toISOString();
    await ask('PUT', '/providers/bounded', { models: null, expires_at: when(-1000) });
    assert.match(await (await call({ 'x-portkey-virtual-key': 'bounded' })).text(), /expired at/);
    await ask('PUT', '/providers/bounded', { expires_at: null, status: 'disabled' });
    assert.match(await (await call({ 'x-portkey-virtual-key': 'bounded' })).text(), /is disabled/);
    assert.equal((await call({ 'x-portkey-virtual-key': 'bounded' })).status, 412);
    const next = await call({ 'x-portkey-config': chain }, { model: 'gpt-4o' });
    assert.equal(next.headers.get('x-portkey-last-used-option-index'), 'config.targets[1]', 'the next target takes the call');
    await ask('PUT', '/providers/bounded', { status: 'active' });
    assert.equal((await call({ 'x-portkey-virtual-key': 'bounded' })).status, 200);
  });

  it('change their keys, and keep those that are not named', async () => {
    const made = await save({
      id: 'turning',
      keys: [
        { id: 'one', value: 'sk-turning-number-1' },
        { id: 'two', value: 'sk-turning-number-2' },
      ],
    });
    assert.deepEqual(
      (made['keys'] as { masked: string }[]).map(({ masked }) => masked),
      ['****er-1', '****er-2'],
    );
    const changed = await ask('PUT', '/providers/turning', { keys: [{ id: 'two' }, { id: 'three', value: 'sk-turning-number-3' }] });
    assert.deepEqual(
      (changed.body['keys'] as { id: string; masked: string }[]).map(({ id, masked }) => [id, masked]),
      [
        ['two', '****er-2'],
        ['three', '****er-3'],
      ],
    );
    const unknown = await ask('PUT', '/providers/turning', { keys: [{ id: 'four' }] });
    assert.deepEqual([unknown.status, errorOf(unknown).param], [400, 'keys[0]']);
    await ask('PUT', '/providers/turning', { keys: [{ id: 'three' }] });
    await ask('PUT', '/providers/turning', { key: 'sk-turning-number-4' });
    await call({ 'x-portkey-virtual-key': 'turning' });
    assert.equal(lastKey(), 'Bearer sk-turning-number-4');
  });

  it('are refused with what is wrong with them', async () => {
    const cases: readonly (readonly [object, string])[] = [
      [{ provider: 'opneai', key: 'k-123456' }, 'provider'],
      [{ provider: 'openai' }, 'key'],
      [{ provider: 'openai', key: 'a\nb' }, 'key'],
      [{ provider: 'openai', key: 'k-123456', custom_host: 'http://169.254.169.254/' }, 'custom_host'],
      [{ provider: 'openai', key: 'k-123456', options: { aws_region: 'x' } }, 'options.aws_region'],
      [{ provider: 'openai', keys: [{ value: 'a', env: 'B' }] }, 'keys[0]'],
      [{ provider: 'openai', keys: [{ env: 'SLUICE_ADMIN_KEY' }] }, 'keys[0].env'],
      [{ provider: 'azure-openai', key: 'k-123456' }, 'options.resource_name'],
      [{ provider: 'openai', key: 'k-123456', usage_limits: [{ type: 'money', credit_limit: 1 }] }, 'usage_limits[0].type'],
      [{ provider: 'openai', key: 'k-123456', rate_limits: [{ type: 'requests', value: 1 }] }, 'rate_limits[0].unit'],
    ];
    for (const [given, param] of cases) {
      const reply = await ask('POST', '/providers', given);
      assert.deepEqual([reply.status, errorOf(reply).param], [400, param], JSON.stringify(reply.body));
    }
    const typo = await ask('POST', '/providers', { provider: 'opneai', key: 'k-123456' });
    assert.match(errorOf(typo).message, /Did you mean 'openai'\?/);
  });

  it('are asked for their models on demand', async () => {
    await save({ id: 'tested', key: 'sk-tested-secret-1' });
    const good = await ask('POST', '/providers/tested/test');
    assert.deepEqual([good.body['ok'], good.body['status'], good.body['models']], [true, 200, ['gpt-4']]);
    statuses.set('sk-tested-secret-1', 401);
    const bad = await ask('POST', '/providers/tested/test');
    assert.deepEqual([bad.body['ok'], bad.body['status'], bad.body['error']], [false, 401, 'no']);
    statuses.clear();
  });

  it('tell no secret of theirs in any reply, error or explanation', async () => {
    const secretText = fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/).map((text) => `SECRET-${text}`);
    await fc.assert(
      fc.asyncProperty(secretText, secretText, secretText, async (first, second, third) => {
        const told: string[] = [];
        const tell = async (method: string, path: string, body?: object): Promise<void> => {
          const reply = await ask(method, path, body);
          told.push(JSON.stringify([reply.body, ...reply.headers]));
        };
        await ask('DELETE', '/providers/property');
        await ask('DELETE', '/configs/pc-property');
        await tell('POST', '/providers', {
          id: 'property',
          provider: 'bedrock',
          custom_host: upstream.url,
          key: first,
          options: { aws_region: 'us-east-1', aws_access_key_id: second, aws_secret_access_key: third },
        });
        await tell('POST', '/configs', { id: 'pc-property', config: { provider: 'openai', api_key: first, custom_host: `${upstream.url}/v1` } });
        await tell('POST', '/configs', { config: { provider: 'nope', api_key: second } });
        await tell('POST', '/providers', { provider: 'openai', key: third, custom_host: 'ftp://x' });
        for (const path of ['/providers', '/providers/property', '/configs', '/configs/pc-property', '/configs/pc-property/versions', '/status'])
          await tell('GET', path);
        await tell('POST', '/providers/property/test');
        for (const headers of [{ 'x-portkey-virtual-key': 'property' }, { 'x-portkey-config': 'pc-property' }]) {
          const answer = await gateway.post('/v1/explain', { body: { model: 'm', messages: MESSAGES } }, headers);
          told.push(await answer.text());
        }
        for (const secret of [first, second, third])
          assert.ok(
            told.every((text) => !text.includes(secret)),
            secret,
          );
      }),
      { numRuns: 10 },
    );
  });
});
