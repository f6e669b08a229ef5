import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { useGateway } from '../support/gateway.ts';

const PATHS = [
  '/admin/v1/configs',
  '/admin/v1/configs/check',
  '/admin/v1/providers',
  '/admin/v1/api-keys',
  '/admin/v1/policies',
  '/v1/configs',
  '/v1/virtual-keys',
  '/v1/integrations',
  '/v1/providers',
  '/v1/api-keys/workspace/service',
  '/v1/policies/usage-limits',
  '/v1/policies/rate-limits',
];

/** Members that some schema knows, so that values get behind the first check. */
const NAMES = `
  id name workspace config status provider key keys options custom_host models expires_at usage_limits
  rate_limits scopes default_config metadata allowed_models conditions group_by kind type credit_limit unit
  value targets strategy virtual_key slug integration_id ai_provider_id configurations defaults deploymentConfig
  __proto__ constructor integration
`
  .trim()
  .split(/\s+/);

const scalar = fc.oneof(
  fc.constantFrom(
    'openai',
    'mock',
    'azure-openai',
    'bedrock',
    'usage_limit',
    'rate_limit',
    'cost',
    'requests',
    'rpm',
    '@x',
    '@x/y',
    '',
    '****abcd',
    'active',
    '2030-01-01T00:00:00Z',
  ),
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 5 }),
  ),
}));
const body = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 7 });

describe('whatever is sent to be saved', () => {
  const gateway = useGateway();

  it('tells a number from a text that is none', async () => {
    const response = await fetch(`${gateway.url}/admin/v1/logs?limit=many`);
    assert.equal(response.status, 400);
    assert.match(await response.text(), /"limit: Expected number, received nan"/);
  });

  it('is saved, or refused with a message, and never a fault of the gateway', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), body, async (path, sent) => {
        const text = JSON.stringify(sent);
        const response = await fetch(gateway.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
        const answer = (await response.json()) as { error?: { message: string } };
        assert.ok(response.status < 500, `${path} ${text}: ${response.status} ${JSON.stringify(answer)}`);
        if (response.status >= 400) assert.ok((answer.error?.message ?? '').length > 0);
      }),
      { numRuns: 400, examples: [['/v1/virtual-keys', { deploymentConfig: [null] }]] },
    );
    for (const path of ['configs', 'providers', 'api-keys', 'policies'])
      for (const prefix of ['/admin/v1/', '/v1/']) {
        if (prefix === '/v1/' && path === 'policies') continue;
        assert.equal((await fetch(`${gateway.url}${prefix}${path}`)).status, 200, prefix + path);
      }
  });
});
