import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { providerById } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import { parseConfig } from './parse.ts';
import { resolveConfig, type RequestSettings } from './resolve.ts';
import type { ResolvedConfig, TargetNode } from './resolved.ts';

const key = { provider: 'openai', api_key: 'k' };
const provider = (id: string): Provider => providerById(id) ?? assert.fail(id);

const NOTHING: RequestSettings = {
  provider: undefined,
  options: {},
  customHost: undefined,
  requestTimeout: undefined,
  forwardHeaders: undefined,
  strict: undefined,
  attempts: undefined,
};

function resolve(config: unknown, settings: Partial<RequestSettings> = {}): ResolvedConfig {
  const request = { ...NOTHING, ...settings };
  return resolveConfig(parseConfig(JSON.stringify(config), { providerInHeaders: request.provider !== undefined }), request);
}

/** The leaves of a resolved tree, in order. */
function leaves(node: ResolvedConfig): TargetNode[] {
  return node.kind === 'target' ? [node] : node.targets.flatMap(leaves);
}

const leaf = (config: unknown, settings?: Partial<RequestSettings>): TargetNode => leaves(resolve(config, settings))[0] ?? assert.fail('no target');
const fallback = (...targets: unknown[]) => ({ strategy: { mode: 'fallback' }, targets });

describe('A config resolves to', () => {
  it('a target with defaults', () => {
    assert.deepEqual(resolve(key), {
      kind: 'target',
      path: 'config',
      name: undefined,
      weight: 1,
      onStreamBreak: 'resume',
      provider: 'openai',
      apiKey: 'k',
      options: {},
      customHost: undefined,
      dialect: undefined,
      overrideParams: {},
      defaultParams: {},
      dropParams: [],
      retry: { attempts: 0, onStatusCodes: [429, 500, 502, 503, 504, 529], onErrors: [], useRetryAfter: undefined },
      requestTimeout: undefined,
      timeouts: { connect: undefined, firstEvent: undefined, idle: undefined, total: undefined },
      breaker: { failures: 5, percentage: undefined, minimumRequests: 5, cooldown: 3000, longest: 12_000, statusCodes: undefined },
      forwardHeaders: [],
      strict: true,
      concurrency: undefined,
      price: undefined,
      fault: undefined,
      account: undefined,
    });
  });

  it('a tree of strategies whose paths are those of the config', () => {
    const inner = { name: 'inner', weight: 2, strategy: { mode: 'loadbalance' }, targets: [{ ...key, weight: 0.25 }, key] };
    const root = resolve({ strategy: { mode: 'fallback', on_status_codes: [429] }, targets: [inner, { ...key, name: 'last' }] });
    assert.ok(root.kind === 'fallback');
    assert.deepEqual(root.onStatusCodes, [429]);
    assert.equal(root.path, 'config');
    const [first, second] = root.targets;
    assert.ok(first?.kind === 'loadbalance' && second?.kind === 'target');
    assert.deepEqual([first.name, first.weight, first.path], ['inner', 2, 'config.targets[0]']);
    assert.deepEqual(
      leaves(root).map(({ path, weight }) => [path, weight]),
      [
        ['config.targets[0].targets[0]', 0.25],
        ['config.targets[0].targets[1]', 1],
        ['config.targets[1]', 1],
      ],
    );
  });

  it('a fallback that goes by any failure where no statuses are named, and by none where the list is empty', () => {
    const codes = (strategy: object) => {
      const node = resolve({ strategy: { mode: 'fallback', ...strategy }, targets: [key] });
      return node.kind === 'fallback' ? node.onStatusCodes : assert.fail(node.kind);
    };
    assert.equal(codes({}), undefined);
    assert.deepEqual(codes({ on_status_codes: [] }), []);
  });

  it('conditions in their order', () => {
    const conditions = [{ query: { 'metadata.a': { $eq: 1 } }, then: 'a' }];
    const node = resolve({
      strategy: { mode: 'conditional', conditions, default: 'b' },
      targets: [
        { ...key, name: 'a' },
        { ...key, name: 'b' },
      ],
    });
    assert.ok(node.kind === 'conditional');
    assert.deepEqual([node.conditions, node.default], [conditions, 'b']);
  });

  it('strategies of every mode with what they go by', () => {
    const targets = [
      { ...key, name: 'a' },
      { ...key, name: 'b' },
    ];
    const node = (strategy: object) => {
      const {
        path,
        name,
        weight,
        onStreamBreak,
        targets: below,
        ...own
      } = resolve({ strategy, targets }) as Extract<ResolvedConfig, { targets: unknown }>;
      assert.deepEqual([path, name, weight, onStreamBreak, below.length], ['config', undefined, 1, 'resume', 2]);
      return own;
    };
    const none = { onStatusCodes: undefined, onErrors: undefined };
    const tied = { enabled: true, hash_fields: ['metadata.user'], ttl: 60 };
    const sticky = { hashFields: ['metadata.user'], ttl: 60_000 };
    assert.deepEqual(node({ mode: 'loadbalance' }), { kind: 'loadbalance', ...none, sticky: undefined, canary: undefined });
    assert.deepEqual(node({ mode: 'loadbalance', on_status_codes: [429], on_errors: ['auth'], sticky: tied, canary: { target: 'b' } }), {
      kind: 'loadbalance',
      onStatusCodes: undefined,
      onErrors: ['auth'],
      sticky,
      canary: { target: 'b', maxErrorPercentage: 5, minimumRequests: 20 },
    });
    assert.deepEqual(node({ mode: 'latency', sticky: { ...tied, enabled: false } }), { kind: 'latency', ...none, sticky: undefined });
    assert.deepEqual(node({ mode: 'least_busy', on_status_codes: [429], sticky: { enabled: true } }), {
      kind: 'least_busy',
      onStatusCodes: [429],
      onErrors: undefined,
      sticky: { hashFields: [], ttl: undefined },
    });
    assert.deepEqual(node({ mode: 'cost' }), { kind: 'cost', ...none });
    assert.deepEqual(node({ mode: 'hedge' }), { kind: 'hedge', ...none, delay: undefined, percentile: 95, maxTokens: undefined });
    assert.deepEqual(node({ mode: 'hedge', delay: 300, max_tokens: 9 }), { kind: 'hedge', ...none, delay: 300, percentile: undefined, maxTokens: 9 });
    assert.deepEqual(node({ mode: 'hedge', delay: 300, percentile: 90 }), {
      kind: 'hedge',
      ...none,
      delay: 300,
      percentile: 90,
      maxTokens: undefined,
    });
  });

  it('a single strategy where one target has none', () => {
    const node = resolve({ targets: [key] });
    assert.ok(node.kind === 'single');
    assert.equal(node.targets[0]?.path, 'config.targets[0]');
  });
});

describe('A target inherits', () => {
  it('parameters member by member, its own first', () => {
    const { overrideParams, defaultParams, dropParams } = leaf({
      ...fallback({ ...key, override_params: { temperature: 0.9 }, default_params: { seed: 1 }, drop_params: ['b', 'c'] }),
      override_params: { temperature: 0.1, top_p: 0.2 },
      default_params: { seed: 0, user: 'u' },
      drop_params: ['a', 'b'],
    });
    assert.deepEqual(overrideParams, { temperature: 0.9, top_p: 0.2 });
    assert.deepEqual(defaultParams, { seed: 1, user: 'u' });
    assert.deepEqual(dropParams, ['a', 'b', 'c']);
  });

  it('retries as a whole', () => {
    const parent = { retry: { attempts: 1, on_status_codes: [400], use_retry_after_header: true } };
    const [own, inherited] = leaves(resolve({ ...fallback({ ...key, retry: { attempts: 2 } }, key), ...parent }));
    assert.deepEqual(own?.retry, { attempts: 2, onStatusCodes: [429, 500, 502, 503, 504, 529], onErrors: [], useRetryAfter: undefined });
    assert.deepEqual(inherited?.retry, { attempts: 1, onStatusCodes: [400], onErrors: [], useRetryAfter: true });
  });

  it('time limits one by one, the breaker key by key, and what happens when a stream breaks', () => {
    const parent = { timeouts: { idle: 5, total: 9 }, on_stream_break: 'error', cb_config: { failure_threshold: 2, cooldown_interval: 40_000 } };
    const child = { ...key, timeouts: { idle: 7 }, on_stream_break: 'resume', cb_config: { failure_threshold_percentage: 30 } };
    const [own, inherited] = leaves(resolve({ ...fallback(child, key), ...parent }));
    assert.deepEqual(own?.timeouts, { connect: undefined, firstEvent: undefined, idle: 7, total: 9 });
    assert.deepEqual(inherited?.timeouts, { connect: undefined, firstEvent: undefined, idle: 5, total: 9 });
    assert.deepEqual([own?.onStreamBreak, inherited?.onStreamBreak], ['resume', 'error']);
    assert.deepEqual(inherited?.breaker, {
      failures: 2,
      percentage: undefined,
      minimumRequests: 5,
      cooldown: 40_000,
      longest: 40_000,
      statusCodes: undefined,
    });
    assert.deepEqual([own?.breaker.failures, own?.breaker.percentage], [Infinity, 30]);
  });

  it('time limit, host, forwarded headers and strictness unless it has its own', () => {
    const parent = { request_timeout: 100, custom_host: 'https://a.example/v1/', forward_headers: ['X-A'], strict_open_ai_compliance: false };
    const child = { ...key, request_timeout: 200, custom_host: 'https://b.example', forward_headers: [], strict_open_ai_compliance: true };
    const [own, inherited] = leaves(resolve({ ...fallback({ strategy: { mode: 'single' }, targets: [child] }, key), ...parent }));
    assert.deepEqual([own?.requestTimeout, own?.customHost, own?.forwardHeaders, own?.strict], [200, 'https://b.example', [], true]);
    assert.deepEqual(
      [inherited?.requestTimeout, inherited?.customHost, inherited?.forwardHeaders, inherited?.strict],
      [100, 'https://a.example/v1', ['x-a'], false],
    );
  });

  it('places, a queue with its defaults, and a price', () => {
    const parent = { max_concurrency: 5, queue: { size: 3 }, price: { input: 1, output: 2 } };
    const child = { ...key, max_concurrency: 2, queue: { timeout: 50 }, price: { input: 0, output: 0 } };
    const [own, inherited] = leaves(resolve({ ...fallback(child, key), ...parent }));
    assert.deepEqual(own?.concurrency, { most: 2, queue: { size: 100, timeout: 50 } });
    assert.deepEqual(own?.price, { input: 0, output: 0 });
    assert.deepEqual(inherited?.concurrency, { most: 5, queue: { size: 3, timeout: 10_000 } });
    assert.deepEqual(inherited?.price, { input: 1, output: 2 });
    assert.deepEqual(leaf({ ...key, max_concurrency: 1 }).concurrency, { most: 1, queue: undefined });
  });

  it('no time limit where it says 0', () => {
    assert.equal(leaf({ ...fallback({ ...key, request_timeout: 0 }), request_timeout: 100 }).requestTimeout, undefined);
  });

  it('the dialect where its provider speaks it', () => {
    const targets = [
      { provider: 'google', api_key: 'k' },
      { provider: 'anthropic', api_key: 'k' },
    ];
    assert.deepEqual(
      leaves(resolve({ ...fallback(...targets), dialect: 'gemini' })).map(({ dialect }) => dialect),
      ['gemini', undefined],
    );
  });

  it('never credentials or options', () => {
    const target = leaf({ ...fallback({ provider: 'ollama' }), provider: 'openai', api_key: 'secret', openai_organization: 'o' });
    assert.deepEqual([target.provider, target.apiKey, target.options], ['ollama', '', {}]);
  });
});

describe('A target has', () => {
  it('five repetitions at most', () => {
    assert.equal(leaf({ ...key, retry: { attempts: 50 } }).retry.attempts, 5);
  });

  it('both spellings of the retry hint', () => {
    assert.equal(leaf({ ...key, retry: { attempts: 1, use_retry_after_header: true } }).retry.useRetryAfter, true);
    assert.equal(leaf({ ...key, retry: { attempts: 1, useRetryAfterHeaders: true } }).retry.useRetryAfter, true);
  });

  it('the options of its own provider only', () => {
    assert.deepEqual(leaf({ ...key, openai_organization: 'o', resource_name: 'r' }).options, { openai_organization: 'o' });
  });

  it('the base URL that one of its options is, before an inherited one', () => {
    const target = { provider: 'huggingface', api_key: 'k', huggingface_base_url: 'https://own.example/' };
    assert.equal(leaf({ ...fallback(target), custom_host: 'https://parent.example' }).customHost, 'https://own.example');
    assert.equal(leaf(fallback({ ...target, custom_host: 'https://direct.example' })).customHost, 'https://direct.example');
  });

  it('the parameters of its parent, not a copy of them', () => {
    const [first, second] = leaves(resolve({ ...fallback(key, key), override_params: { a: 1 } }));
    assert.equal(first?.overrideParams, second?.overrideParams);
  });
});

describe('The headers of a request', () => {
  const settings = { customHost: 'https://h.example', requestTimeout: 5, forwardHeaders: ['x-h'], strict: false };

  it('go before the config for every target', () => {
    const own = { ...key, custom_host: 'https://b.example', request_timeout: 9, forward_headers: ['x-b'], strict_open_ai_compliance: true };
    for (const target of leaves(resolve(fallback(own, key), settings))) {
      assert.deepEqual([target.customHost, target.requestTimeout, target.forwardHeaders, target.strict], ['https://h.example', 5, ['x-h'], false]);
    }
  });

  it('give provider and options where the config names none', () => {
    const openai = { provider: provider('openai'), options: { openai_organization: 'header', openai_project: 'p' } };
    const target = leaf({ retry: { attempts: 2 }, openai_organization: 'config' }, openai);
    assert.equal(target.provider, 'openai');
    assert.equal(target.apiKey, undefined);
    assert.equal(target.retry.attempts, 2);
    assert.deepEqual(target.options, { openai_organization: 'config', openai_project: 'p' });
  });

  it('give no provider, key or options to a target that names its own provider', () => {
    const [own, passing] = leaves(
      resolve(fallback(key, { passthrough: true }), { provider: provider('anthropic'), options: { anthropic_version: 'v' } }),
    );
    assert.deepEqual([own?.provider, own?.apiKey, own?.options], ['openai', 'k', {}]);
    assert.deepEqual([passing?.provider, passing?.apiKey, passing?.options], ['anthropic', undefined, { anthropic_version: 'v' }]);
    assert.equal(leaf({ provider: 'ollama' }, { provider: provider('openai') }).apiKey, '');
  });

  it('give repetitions where the config says nothing of them', () => {
    assert.equal(leaf(key, { attempts: 3 }).retry.attempts, 3);
    assert.equal(leaf(key, { attempts: 30 }).retry.attempts, 5);
    assert.equal(leaf({ ...key, retry: { attempts: 1 } }, { attempts: 3 }).retry.attempts, 1);
  });
});

const settingsOf = fc.record(
  {
    weight: fc.nat(9),
    override_params: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
    drop_params: fc.array(fc.string({ minLength: 1 }), { maxLength: 3 }),
    request_timeout: fc.nat(1_000),
    forward_headers: fc.array(fc.constantFrom('x-a', 'X-B'), { maxLength: 2 }),
    strict_open_ai_compliance: fc.boolean(),
    retry: fc.record({ attempts: fc.nat(9), use_retry_after_header: fc.boolean() }),
  },
  { requiredKeys: [] },
);
const { config: anyConfig } = fc.letrec<{ config: object }>((tie) => ({
  config: fc.oneof(
    { depthSize: 'small' },
    settingsOf.map((settings) => ({ ...settings, ...key })),
    fc
      .tuple(settingsOf, fc.constantFrom('single', 'fallback', 'loadbalance'), fc.array(tie('config'), { minLength: 1, maxLength: 3 }))
      .map(([settings, mode, targets]) => ({ ...settings, strategy: { mode }, targets: [...targets, key] })),
  ),
}));

describe('Any valid config', () => {
  it('resolves to the same in camelCase', () => {
    fc.assert(fc.property(anyConfig, (config) => assert.deepEqual(resolve(inCamelCase(config)), resolve(config))));
  });

  it('resolves to a tree that is frozen all the way down', () => {
    fc.assert(fc.property(anyConfig, (config) => assert.ok(isDeepFrozen(resolve(config)))));
  });
});

function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  const camel = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [camel(name), name === 'override_params' ? member : inCamelCase(member)]));
}

function isDeepFrozen(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen));
}
