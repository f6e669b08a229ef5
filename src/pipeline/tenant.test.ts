import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ResolvedConfig } from '../config/resolved.ts';
import { tenantOf } from './tenant.ts';

const target = (apiKey: string | undefined, options: Record<string, string> = {}): ResolvedConfig =>
  ({ kind: 'target', apiKey, options }) as unknown as ResolvedConfig;
const group = (...targets: ResolvedConfig[]): ResolvedConfig => ({ kind: 'fallback', targets }) as unknown as ResolvedConfig;

describe('tenantOf', () => {
  const plain = tenantOf({ headers: {}, config: undefined });

  it('tells callers apart by every credential that they bring', () => {
    const tenants = [
      plain,
      ...['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'x-portkey-api-key', 'x-sluice-api-key'].map((name) =>
        tenantOf({ headers: { [name]: 'secret' }, config: undefined }),
      ),
      tenantOf({ headers: {}, config: undefined, url: '/v1/responses?key=secret' }),
      tenantOf({ headers: {}, config: undefined, url: '/v1/responses?k%65y=other' }),
      tenantOf({ headers: {}, config: target('secret') }),
      tenantOf({ headers: {}, config: target(undefined, { azure_ad_token: 'token' }) }),
      tenantOf({ headers: {}, config: target(undefined, { vertex_service_account_json: 'account' }) }),
      tenantOf({ headers: {}, config: target(undefined, { aws_secret_access_key: 'other' }) }),
      tenantOf({ headers: { authorization: 'secret' }, config: target('secret') }),
    ];
    assert.equal(new Set(tenants).size, tenants.length);
  });

  it('does not depend on what is no credential, nor on the order of targets', () => {
    assert.equal(tenantOf({ headers: {}, config: undefined, url: '/v1/responses?page=2' }), plain);
    assert.equal(tenantOf({ headers: { 'user-agent': 'x', 'x-portkey-trace-id': '1' }, config: target('', { api_version: 'v1' }) }), plain);
    const two = group(target('a'), group(target('b'), target('a')));
    assert.equal(tenantOf({ headers: {}, config: two }), tenantOf({ headers: {}, config: group(target('b'), target('a')) }));
  });

  it('shows nothing of the credentials', () => {
    assert.match(tenantOf({ headers: { authorization: 'Bearer sk-secret' }, config: target('sk-other') }), /^[0-9a-f]{64}$/);
  });
});
