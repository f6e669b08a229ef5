import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Portkey } from 'portkey-ai';
import { useGateway } from '../support/gateway.ts';
import { completion, fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';

const ADMIN_KEY = 'admin-key-of-the-tests';
const gateway = useGateway({ SLUICE_ADMIN_KEY: ADMIN_KEY, REQUIRE_API_KEY: '1' });

function client(apiKey: string, more: object = {}): Portkey {
  return new Portkey({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0, ...more });
}

/** The members of an answer, of which the types of the client say little. */
type Told = Readonly<Record<string, unknown>>;

describe('the Portkey client', () => {
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream(json(200, completion('Hello from upstream')));
  });
  after(() => upstream.close());

  it('makes a virtual key, a config and an API key, and calls with them', async () => {
    const admin = client(ADMIN_KEY);
    const virtualKey = await admin.virtualKeys.create({
      name: 'My OpenAI',
      provider: 'openai',
      key: 'sk-upstream-secret',
      custom_host: `${upstream.url}/v1`,
    });
    assert.equal(virtualKey.slug, 'my-openai');
    const config = await admin.configs.create({ name: 'First', config: { retry: { attempts: 1 }, virtual_key: 'my-openai' } });
    assert.match(config.slug ?? '', /^pc-first-/);
    const made = await admin.apiKeys.create({
      type: 'workspace',
      'sub-type': 'service',
      name: 'App',
      scopes: ['completions.write'],
      defaults: { config_id: config.slug, metadata: { team: 'blue' } },
    });
    assert.match(made.key ?? '', /^sk-sluice-/);

    const caller = client(made.key ?? '');
    const answer = await caller.chat.completions.create({ model: 'gpt-4', messages: [{ role: 'user', content: 'Hi' }] });
    assert.equal((answer as unknown as { choices: { message: { content: string } }[] }).choices[0]?.message.content, 'Hello from upstream');
    assert.equal(upstream.seen.at(-1)?.headers['authorization'], 'Bearer sk-upstream-secret');

    const bySlug = client(made.key ?? '', { virtualKey: 'my-openai', config: config.slug });
    await bySlug.chat.completions.create({ model: 'gpt-4', messages: [{ role: 'user', content: 'Hi' }] });
    const byModel = client(made.key ?? '');
    await byModel.chat.completions.create({ model: '@my-openai/gpt-4o', messages: [{ role: 'user', content: 'Hi' }] });
    assert.equal(upstream.seen.at(-1)?.body?.['model'], 'gpt-4o');
    assert.ok(upstream.seen.every(({ headers, text }) => !JSON.stringify([headers, text]).includes(made.key ?? '-')));

    await assert.rejects(caller.configs.create({ name: 'x', config: { provider: 'mock' } }), { status: 403 });
    await assert.rejects(client('sk-unknown-key').chat.completions.create({ model: 'x', messages: [] }), { status: 401 });
  });

  it('reads, changes, lists and removes configs', async () => {
    const { configs } = client(ADMIN_KEY);
    const { slug = '' } = await configs.create({ name: 'One', config: { provider: 'openai', api_key: 'sk-very-secret-key-1' } });
    const read = (await configs.retrieve({ slug })) as unknown as Told;
    assert.deepEqual([read['name'], read['status'], read['slug'], read['success']], ['One', 'active', slug, true]);
    assert.deepEqual(read['config'], { provider: 'openai', api_key: '****ey-1' });
    const changed = await configs.update({ slug, name: 'Two', config: { provider: 'mock' } });
    assert.equal(changed.version_id, `${slug}@2`);
    const listed = await configs.list();
    assert.equal(listed.total, listed.data?.length);
    assert.ok(listed.data?.some((entry) => entry['slug'] === slug && entry['name'] === 'Two'));
    await configs.delete({ slug });
    await assert.rejects(configs.retrieve({ slug }), { status: 404 });
    await assert.rejects(configs.create({ name: 'Bad', config: { provider: 'nope' } }), { status: 400 });
  });

  it('reads, changes, lists and removes virtual keys', async () => {
    const { virtualKeys } = client(ADMIN_KEY);
    const usage = { type: 'cost', credit_limit: 10, alert_threshold: 8, periodic_reset: 'monthly' };
    const { slug = '' } = await virtualKeys.create({
      name: 'Azure',
      provider: 'azure-openai',
      key: 'azure-secret-key-123',
      resourceName: 'east',
      deploymentConfig: [{ apiVersion: '2024-10-21', deploymentName: 'gpt', is_default: true }],
      note: 'for tests',
      usage_limits: usage,
    });
    const read = (await virtualKeys.retrieve({ slug })) as unknown as Told;
    assert.deepEqual([read['ai_provider_name'], read['masked_api_key'], read['note']], ['azure-openai', '****-123', 'for tests']);
    assert.equal((read['usage_limits'] as Told)['credit_limit'], 10);
    await virtualKeys.update({ slug, name: 'Azure East', key: 'another-secret-456' });
    const changed = (await virtualKeys.retrieve({ slug })) as unknown as Told;
    assert.deepEqual([changed['name'], changed['masked_api_key']], ['Azure East', '****-456']);
    assert.ok((await virtualKeys.list()).data?.some((entry) => entry.slug === slug));
    await virtualKeys.delete({ slug });
    await assert.rejects(virtualKeys.retrieve({ slug }), { status: 404 });
  });

  it('makes providers of integrations, which follow the key of the integration', async () => {
    const admin = client(ADMIN_KEY);
    const integration = (await admin.integrations.create({
      name: 'Company account',
      slug: 'company-openai',
      ai_provider_id: 'openai',
      key: 'sk-company-1',
      configurations: { custom_host: `${upstream.url}/v1` },
    })) as unknown as Told;
    assert.equal(integration['slug'], 'company-openai');
    const { slug = '' } = await admin.providers.create({ name: 'Team', slug: 'team-openai', integration_id: 'company-openai' });
    const ask = (): Promise<unknown> =>
      client(ADMIN_KEY, { provider: `@${slug}` }).chat.completions.create({ model: 'gpt-4', messages: [{ role: 'user', content: 'Hi' }] });
    await ask();
    assert.equal(upstream.seen.at(-1)?.headers['authorization'], 'Bearer sk-company-1');
    await admin.integrations.update({ slug: 'company-openai', key: 'sk-company-2' });
    await ask();
    assert.equal(upstream.seen.at(-1)?.headers['authorization'], 'Bearer sk-company-2');
    assert.equal(((await admin.providers.retrieve({ slug })) as unknown as Told)['integration_id'], 'company-openai');
    assert.ok(((await admin.integrations.list()) as unknown as { data: Told[] }).data.every((entry) => entry['slug'] !== slug));
    await admin.integrations.models.update({
      slug: 'company-openai',
      allow_all_models: false,
      models: [
        { slug: 'gpt-4', enabled: true },
        { slug: 'o1', enabled: true },
      ],
    });
    await admin.integrations.models.delete({ slug: 'company-openai', slugs: 'o1' });
    const models = (await admin.integrations.models.list({ slug: 'company-openai' })) as unknown as Told;
    assert.deepEqual([models['allow_all_models'], models['models']], [false, [{ slug: 'gpt-4', enabled: true }]]);
    await ask();
    const other = client(ADMIN_KEY, { provider: `@${slug}` }).chat.completions.create({ model: 'o1', messages: [{ role: 'user', content: 'Hi' }] });
    await assert.rejects(other, { status: 412 });
    const { workspaces } = (await admin.integrations.workspaces.list({ slug: 'company-openai' })) as unknown as { workspaces: Told[] };
    assert.deepEqual(workspaces, [{ id: 'default', slug: 'default', enabled: true }]);
    await admin.providers.update({ slug, name: 'Team two' });
    assert.ok((await admin.providers.list()).data?.some((entry) => entry.name === 'Team two'));
    await admin.providers.delete({ slug });
    await admin.integrations.delete({ slug: 'company-openai' });
  });

  it('reads, changes, lists and removes API keys, and gives away no more than its key has', async () => {
    const admin = client(ADMIN_KEY);
    const made = await admin.apiKeys.create({
      type: 'workspace',
      'sub-type': 'service',
      name: 'Maker',
      scopes: ['api_keys.create', 'api_keys.read', 'completions.write'],
    });
    const { id = '' } = made;
    const read = (await admin.apiKeys.retrieve({ id })) as unknown as Told;
    assert.deepEqual([read['name'], read['status'], read['object']], ['Maker', 'active', 'api-key']);
    assert.ok(!JSON.stringify(read).includes(made.key ?? '-'));
    await admin.apiKeys.update({ id, name: 'Renamed', rate_limits: [{ type: 'requests', unit: 'rpm', value: 5 }] });
    assert.equal(((await admin.apiKeys.retrieve({ id })) as unknown as Told)['name'], 'Renamed');
    assert.ok((await admin.apiKeys.list({})).data?.some((entry) => entry['id'] === id));

    const maker = client(made.key ?? '');
    const child = { type: 'workspace', 'sub-type': 'service', name: 'Child' };
    await assert.rejects(maker.apiKeys.create({ ...child, scopes: ['*'] }), { status: 403 });
    assert.ok((await maker.apiKeys.create({ ...child, scopes: ['completions.write'] })).key);
    await admin.apiKeys.delete({ id });
    await assert.rejects(maker.apiKeys.retrieve({ id }), { status: 401 });
  });

  it('has policies at the paths where its users ask for them', async () => {
    const ask = async (method: string, path: string, body?: object): Promise<Told> => {
      const headers = { 'x-portkey-api-key': ADMIN_KEY, 'content-type': 'application/json' };
      const response = await fetch(`${gateway.url}/v1/policies${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await response.json()) as Told;
    };
    const policy = {
      name: 'Per user',
      conditions: [{ key: 'metadata._user', value: '*' }],
      group_by: [{ key: 'metadata._user' }],
      type: 'cost',
      credit_limit: 5,
      periodic_reset: 'monthly',
    };
    const { id } = await ask('POST', '/usage-limits', policy);
    const read = await ask('GET', `/usage-limits/${String(id)}`);
    assert.deepEqual([read['credit_limit'], read['group_by'], read['object']], [5, [{ key: 'metadata._user' }], 'policy_usage_limits']);
    assert.equal((await ask('PUT', `/usage-limits/${String(id)}`, { credit_limit: 7 }))['success'], true);
    assert.deepEqual([(await ask('GET', '/usage-limits'))['total'], (await ask('GET', '/rate-limits'))['total']], [1, 0]);
    await ask('POST', '/rate-limits', {
      name: 'All',
      conditions: [{ key: 'workspace', value: 'default' }],
      group_by: [{ key: 'api_key' }],
      type: 'requests',
      unit: 'rpm',
      value: 100,
    });
    assert.equal((await ask('GET', '/rate-limits'))['total'], 1);
    assert.equal((await ask('DELETE', `/usage-limits/${String(id)}`))['success'], true);
  });
});
