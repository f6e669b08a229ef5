import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GatewayError } from '../errors.ts';
import { PROVIDERS } from '../providers/index.ts';
import { INVALID_HOST } from './custom-host.ts';
import { readConfig } from './facade.ts';
import { headersOf } from './provider-options.ts';
import type { ResolvedConfig, TargetNode } from './resolved.ts';

type Headers = Readonly<Record<string, string | undefined>>;

const json = (config: unknown): Headers => ({ 'x-portkey-config': JSON.stringify(config) });
const key = { provider: 'openai', api_key: 'k' };

const configOf = (headers: Headers): ResolvedConfig => readConfig({ headers }).config;

function target(headers: Headers): TargetNode {
  const config = configOf(headers);
  return config.kind === 'target' ? config : assert.fail(config.kind);
}

function refusal(headers: Headers): GatewayError {
  try {
    configOf(headers);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  assert.fail('accepted');
}

describe('Headers are refused', () => {
  it('where they ask for checks, which no call is run without', () => {
    for (const name of ['x-portkey-default-input-guardrails', 'x-sluice-default-output-guardrails']) {
      const { code, status, message } = refusal({ 'x-portkey-provider': 'mock', [name]: '[{"default.contains": {}}]' });
      assert.deepEqual([code, status], ['invalid_header', 400]);
      assert.match(message, /-guardrails: Guardrails and mutators are not part of this version/);
      target({ 'x-portkey-provider': 'mock', [name]: ' [] ' });
    }
  });

  const cases: readonly (readonly [what: string, headers: Headers, code: string, message: string])[] = [
    ['without provider and config', { host: 'x' }, 'provider_required', 'Either x-portkey-config or x-portkey-provider header is required'],
    [
      'with empty ones',
      { 'x-portkey-provider': '', 'x-portkey-config': '' },
      'provider_required',
      'Either x-portkey-config or x-portkey-provider header is required',
    ],
    ['with an unknown provider', { 'x-portkey-provider': 'nope' }, 'unknown_provider', 'Invalid provider passed'],
    ['with an unknown provider beside a config', { ...json(key), 'x-portkey-provider': 'nope' }, 'unknown_provider', 'Invalid provider passed'],
    [
      'with a private custom host',
      { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': 'http://10.0.0.1/x' },
      'invalid_custom_host',
      'Invalid custom host',
    ],
    ['with a config that is not JSON', { 'x-portkey-config': '{bad' }, 'config_not_json', 'Invalid config passed. You need to pass a valid json'],
    [
      'with a config without a provider',
      json({ retry: { attempts: 2 } }),
      'config_without_provider',
      'Either x-portkey-provider needs to be passed. Or the x-portkey-config header should have a valid config with provider details in it.',
    ],
    [
      'with forwarded headers that name their own',
      { 'x-portkey-provider': 'openai', 'x-portkey-forward-headers': 'x-a, X-Portkey-Forward-Headers' },
      'invalid_forward_headers',
      "forward_headers must not contain the 'x-portkey-forward-headers' header",
    ],
    [
      'with a timeout that is no number',
      { ...json(key), 'x-portkey-request-timeout': '1e9' },
      'invalid_header',
      'x-portkey-request-timeout: Expected a whole number from 0 to 2147483647',
    ],
    [
      'with an option that leads elsewhere',
      { 'x-portkey-provider': 'azure-openai', 'x-portkey-azure-resource-name': '127.0.0.1/?' },
      'invalid_header',
      'x-portkey-azure-resource-name: Must be letters, digits and dashes, as it becomes a part of the URL',
    ],
    [
      'with an option that would lead one of several hosts elsewhere',
      { 'x-portkey-provider': 'vertex-ai', 'x-portkey-vertex-region': 'evil.example/x' },
      'invalid_header',
      'x-portkey-vertex-region: Must be letters, digits and dashes, as it becomes a part of the URL',
    ],
    [
      'with a version that would climb out of the path',
      { 'x-portkey-provider': 'openai', 'x-portkey-api-version': '..' },
      'invalid_header',
      'x-portkey-api-version: Must be letters, digits and dashes, as it becomes a part of the URL',
    ],
    [
      'with an option that is a private URL',
      { 'x-portkey-provider': 'huggingface', 'x-portkey-huggingface-base-url': 'http://169.254.169.254' },
      'invalid_header',
      `x-portkey-huggingface-base-url: ${INVALID_HOST}`,
    ],
  ];
  for (const [what, headers, code, message] of cases) {
    it(what, () => {
      const error = refusal(headers);
      assert.deepEqual([error.code, error.message, error.status], [code, message, 400]);
    });
  }

  it('with the id of a saved config, which says so', () => {
    const error = refusal({ 'x-portkey-config': 'pc-abc-123' });
    assert.equal(error.code, 'unknown_config');
    assert.match(error.message, /No configs are saved in this gateway/);
  });

  it('with a hint at the provider that was meant', () => {
    assert.deepEqual(refusal({ 'x-portkey-provider': 'opennai' }).details, ["Did you mean 'openai'?"]);
  });

  it('every time, not only the first', () => {
    for (let i = 0; i < 2; i++) assert.equal(refusal({ 'x-portkey-config': '{bad' }).code, 'config_not_json');
  });
});

describe('A provider header', () => {
  it('alone makes a target with the caller’s key', () => {
    const { path, provider, apiKey, retry } = target({ 'x-portkey-provider': 'openai', authorization: 'Bearer secret' });
    assert.deepEqual([path, provider, apiKey, retry.attempts], ['config', 'openai', undefined, 0]);
  });

  it('gives its provider to a config that has none', () => {
    const { provider, apiKey, retry } = target({ ...json({ retry: { attempts: 2 } }), 'x-portkey-provider': 'openai' });
    assert.deepEqual([provider, apiKey, retry.attempts], ['openai', undefined, 2]);
  });

  it('means nothing beside a config that has one', () => {
    const headers = { ...json(key), 'x-portkey-provider': 'anthropic', 'x-portkey-anthropic-version': 'v', authorization: 'Bearer secret' };
    const { provider, apiKey, options } = target(headers);
    assert.deepEqual([provider, apiKey, options], ['openai', 'k', {}]);
  });
});

describe('Header names', () => {
  it('have two prefixes, of which x-sluice- wins', () => {
    assert.equal(target({ 'x-sluice-config': JSON.stringify(key) }).apiKey, 'k');
    assert.equal(target({ 'x-portkey-provider': 'anthropic', 'x-sluice-provider': 'openai' }).provider, 'openai');
    assert.equal(target({ ...json(key), 'x-portkey-request-timeout': '5', 'x-sluice-request-timeout': '7' }).requestTimeout, 7);
  });

  it('carry every option of every provider, under both prefixes and bare', () => {
    for (const provider of PROVIDERS) {
      for (const option of provider.options ?? []) {
        for (const header of headersOf(option)) {
          const value = option.replacesBaseURL === true ? 'https://example.com/v1' : 'abc';
          const { options } = target({ 'x-portkey-provider': provider.id, [header]: value });
          assert.equal(options[option.name], value, `${provider.id} ${header}`);
        }
      }
    }
  });
});

describe('Settings in headers', () => {
  const forwarded = (list: string) => target({ ...json(key), 'x-portkey-forward-headers': list }).forwardHeaders;

  it('list forwarded headers with commas, or as a list', () => {
    assert.deepEqual(forwarded('X-A, x-b ,,'), ['x-a', 'x-b']);
    assert.deepEqual(forwarded('["X-A", "x-b"]'), ['x-a', 'x-b']);
    assert.deepEqual(forwarded("['X-A', x-b]"), ['x-a', 'x-b']);
    assert.deepEqual(forwarded('[]'), []);
  });

  it('end strictness with false only', () => {
    const strict = (value: string, config: object = key) => target({ ...json(config), 'x-portkey-strict-open-ai-compliance': value }).strict;
    assert.equal(strict('false'), false);
    assert.equal(strict('False'), false);
    assert.equal(strict('true', { ...key, strict_open_ai_compliance: false }), true);
    assert.equal(strict('0'), true);
  });

  it('go before the config', () => {
    const own = { ...key, request_timeout: 9, custom_host: 'https://b.example' };
    const { requestTimeout, customHost } = target({ ...json(own), 'x-portkey-request-timeout': '5', 'x-portkey-custom-host': 'https://a.example/' });
    assert.deepEqual([requestTimeout, customHost], [5, 'https://a.example']);
  });

  it('count repetitions, as older clients do', () => {
    assert.equal(target({ ...json(key), 'x-portkey-retry-count': '3' }).retry.attempts, 3);
    assert.equal(refusal({ ...json(key), 'x-portkey-retry-count': 'many' }).code, 'invalid_header');
  });
});

describe('A config in a header', () => {
  it('may hold UTF-8, which arrives as Latin-1', () => {
    const text = JSON.stringify({ ...key, override_params: { user: 'Zoë 🦊' } });
    const arrived = Buffer.from(text, 'utf8').toString('latin1');
    assert.equal(target({ 'x-portkey-config': arrived }).overrideParams['user'], 'Zoë 🦊');
  });

  it('may hold Latin-1 that is no UTF-8', () => {
    assert.equal(target(json({ ...key, override_params: { user: 'Zo\u00eb' } })).overrideParams['user'], 'Zo\u00eb');
  });

  it('may be 48 KB long', () => {
    const targets = Array.from({ length: 300 }, (_, i) => ({
      ...key,
      api_key: `${'k'.repeat(60)}${i}`,
      override_params: { model: 'gpt-4o', seed: i },
    }));
    const headers = json({ strategy: { mode: 'fallback' }, targets });
    assert.ok((headers['x-portkey-config'] ?? '').length > 36_000);
    const config = configOf(headers);
    assert.equal(config.kind === 'fallback' && config.targets.length, 300);
  });
});

describe('A resolved config', () => {
  it('is shared by requests whose relevant headers agree', () => {
    const first = configOf({ ...json(key), authorization: 'Bearer a', 'x-portkey-trace-id': '1', 'x-portkey-metadata': '{}' });
    const second = configOf({ authorization: 'Bearer b', 'x-portkey-trace-id': '2', ...json(key) });
    assert.equal(first, second);
  });

  it('is another where one of them differs', () => {
    const first = configOf(json(key));
    const others: Headers[] = [
      { ...json(key), 'x-portkey-custom-host': 'https://a.example' },
      { ...json(key), 'x-sluice-request-timeout': '5' },
      { ...json(key), 'x-portkey-forward-headers': 'x-a' },
      { ...json(key), 'x-portkey-strict-open-ai-compliance': 'false' },
      json({ ...key, api_key: 'other' }),
    ];
    for (const headers of others) assert.notEqual(configOf(headers), first, JSON.stringify(headers));
  });

  it('knows one value in two headers apart', () => {
    const headers = { 'x-portkey-provider': 'openai', 'x-portkey-openai-project': 'a' };
    const others = { 'x-portkey-provider': 'openai', 'x-portkey-openai-organization': 'a' };
    assert.notDeepEqual(configOf(headers), configOf(others));
  });

  it('or a GatewayError comes of any headers', () => {
    const name = fc.constantFrom(
      ...['config', 'provider', 'custom-host', 'request-timeout', 'forward-headers', 'strict-open-ai-compliance', 'retry-count'].map(
        (n) => `x-portkey-${n}`,
      ),
      'x-sluice-config',
      'anthropic-beta',
    );
    const value = fc.oneof(fc.constantFrom('openai', 'azure-openai', '{}', JSON.stringify(key), '1'), fc.string(), fc.json());
    fc.assert(
      fc.property(fc.dictionary(name, value), (headers) => {
        try {
          assert.ok(Object.isFrozen(configOf(headers)));
        } catch (error) {
          assert.ok(error instanceof GatewayError, String(error));
        }
      }),
    );
  });
});
