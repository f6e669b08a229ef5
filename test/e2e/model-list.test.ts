import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useGateway } from '../support/gateway.ts';

interface List {
  readonly data: readonly { readonly id: string; readonly owned_by: string }[];
}

describe('GET /v1/models without a provider', () => {
  const gateway = useGateway({ SLUICE_DATA: 'memory' });
  const save = async (kind: string, body: object): Promise<Record<string, unknown>> => {
    const response = await gateway.post(`/admin/v1/${kind}`, body);
    assert.equal(response.status, 201, await response.clone().text());
    return (await response.json()) as Record<string, unknown>;
  };
  const list = async (headers: Readonly<Record<string, string>> = {}, path = '/v1/models'): Promise<Response> =>
    fetch(gateway.url + path, { headers });
  const idsOf = async (headers?: Readonly<Record<string, string>>): Promise<string[]> =>
    ((await (await list(headers)).json()) as List).data.map(({ id }) => id);

  it('says what is missing as long as nothing is saved', async () => {
    const response = await list();
    assert.equal(response.status, 400);
    assert.match(await response.text(), /provider/);
  });

  it('lists the models of all saved providers by the names under which calls can ask for them', async () => {
    await save('providers', { id: 'mine', provider: 'openai', key: 'sk-1' });
    await save('providers', { id: 'few', provider: 'mock', models: ['mock', 'mock-slow'] });
    const ids = await idsOf();
    assert.ok(ids.includes('@mine/gpt-4o'));
    assert.deepEqual(
      ids.filter((id) => id.startsWith('@few/')),
      ['@few/mock', '@few/mock-slow'],
    );
    const answer = await gateway.post('/v1/chat/completions', {
      model: ids.find((id) => id === '@few/mock'),
      messages: [{ role: 'user', content: 'Hi' }],
    });
    assert.equal(answer.status, 200);
  });

  it('has the shape of the client that asks', async () => {
    const { models } = (await (await list({}, '/v1beta/models')).json()) as { models: { name: string }[] };
    assert.ok(models.some(({ name }) => name === 'models/@few/mock'));
  });

  it("lists only what the caller's key may use", async () => {
    const { key } = await save('api-keys', { name: 'limited', allowed_providers: ['@few'], allowed_models: ['mock'] });
    assert.deepEqual(await idsOf({ authorization: `Bearer ${String(key)}` }), ['@few/mock']);
  });

  it('asks the provider where one is named', async () => {
    assert.deepEqual(
      ((await (await list({ 'x-portkey-provider': '@few' })).json()) as List).data.map(({ id }) => id).filter((id) => id.startsWith('@')),
      [],
    );
  });
});
