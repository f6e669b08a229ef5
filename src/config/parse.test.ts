import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GatewayError } from '../errors.ts';
import { PROVIDER_IDS } from '../providers/index.ts';
import { parseConfig } from './parse.ts';

const key = { provider: 'openai', api_key: 'k' };

/** The error that a config is refused with. */
function refusal(config: unknown, providerInHeaders = false): GatewayError {
  try {
    parseConfig(typeof config === 'string' ? config : JSON.stringify(config), { providerInHeaders });
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  assert.fail(`accepted: ${JSON.stringify(config)}`);
}

function accepts(config: unknown, providerInHeaders = false): void {
  parseConfig(JSON.stringify(config), { providerInHeaders });
}

/** Lines that a config is refused with, in order. */
const lines = (config: unknown): readonly string[] => refusal(config).details;

const fallback = (...targets: unknown[]) => ({ strategy: { mode: 'fallback' }, targets });
const conditional = (strategy: object, ...targets: unknown[]) => ({ strategy: { mode: 'conditional', ...strategy }, targets });

const canary = (trial: object, old: object = key) => ({ strategy: { mode: 'loadbalance', canary: trial }, targets: [old, { ...key, name: 'new' }] });

describe('A config is refused as a whole', () => {
  it('where it is not JSON', () => {
    const error = refusal('{bad');
    assert.equal(error.code, 'config_not_json');
    assert.equal(error.message, 'Invalid config passed. You need to pass a valid json');
  });

  it('where neither it nor a header names a provider', () => {
    const error = refusal({ retry: { attempts: 2 } });
    assert.equal(error.code, 'config_without_provider');
    assert.match(error.message, /^Either x-portkey-provider needs to be passed\. Or the x-portkey-config header/);
    accepts({ retry: { attempts: 2 } }, true);
  });

  it('where it has the old form with options', () => {
    const error = refusal({ mode: 'single', options: [key] });
    assert.equal(error.code, 'legacy_config');
    assert.equal(error.message, 'This version of config is not supported in this route. Please migrate to the latest version');
  });

  it('where it is no object', () => {
    assert.deepEqual(lines([key]), ['path: , message: Expected object, received array']);
  });
});

describe('A refused config is answered with', () => {
  const cases: readonly (readonly [what: string, config: unknown, first: RegExp])[] = [
    [
      'a provider without a key',
      { provider: 'openai' },
      /^path: , message: Invalid configuration\. It must have either 'provider' and 'api_key', or/,
    ],
    ['a target without a key', fallback({ provider: 'openai' }), /^path: targets,0, message: Invalid configuration\. It must have either/],
    ['a provider whose key would be the caller’s', { provider: 'openai', retry: { attempts: 1 } }, /^path: , message: Invalid configuration\./],
    ['an empty target', fallback(key, {}), /^path: targets,1, message: Invalid configuration\./],
    ['a target without a provider', fallback({ retry: { attempts: 1 } }), /^path: targets,0,provider, message: Required$/],
    [
      'a provider that is unknown',
      fallback(key, { provider: 'x', api_key: 'k' }),
      /^path: targets,1,provider, message: Invalid 'provider' value\. Must be/,
    ],
    ['a provider that is no text', { provider: 1, api_key: 'k' }, /^path: provider, message: Expected string, received number$/],
    [
      'an unknown mode',
      { strategy: { mode: 'xx' }, targets: [key] },
      /^path: strategy,mode, message: Invalid 'mode' value\. Must be one of: single, loadbalance, fallback, conditional, latency, least_busy, cost, hedge$/,
    ],
    ['a strategy without a mode', { strategy: {}, targets: [key] }, /^path: strategy,mode, message: Required$/],
    ['a strategy that is text', { strategy: 'fallback', targets: [key] }, /^path: strategy, message: Expected object, received string$/],
    ['a strategy without targets', { ...key, strategy: { mode: 'single' } }, /^path: targets, message: Required$/],
    ['targets without a strategy', { targets: [key, key] }, /^path: strategy, message: Required/],
    ['a provider and a target without a strategy', { ...key, targets: [key] }, /^path: strategy, message: Required/],
    ['no targets', fallback(), /^path: targets, message: Array must contain at least 1 element\(s\)$/],
    [
      'an unknown cache mode',
      { ...key, cache: { mode: 'zz' } },
      /^path: cache,mode, message: Invalid 'cache\.mode' value\. Must be one of: simple, semantic$/,
    ],
    ['a cache that is text', { ...key, cache: 'simple' }, /^path: cache, message: Expected object, received string$/],
    ['a retry without attempts', { ...key, retry: {} }, /^path: retry,attempts, message: Required$/],
    ['attempts below zero', { ...key, retry: { attempts: -1 } }, /^path: retry,attempts, message: Number must be greater than or equal to 0$/],
    ['half an attempt', { ...key, retry: { attempts: 1.5 } }, /^path: retry,attempts, message: Expected integer, received float$/],
    [
      'a status that is text',
      { ...key, retry: { attempts: 1, on_status_codes: ['429'] } },
      /^path: retry,on_status_codes,0, message: Expected number/,
    ],
    [
      'a timeout that no timer can measure',
      { ...key, request_timeout: 2 ** 31 },
      /^path: request_timeout, message: Number must be less than or equal/,
    ],
    ['a key that is null', { provider: 'openai', api_key: null }, /^path: api_key, message: Expected string, received null$/],
    [
      'a key with a line break',
      { provider: 'openai', api_key: 'k\nx-evil: 1' },
      /^path: api_key, message: Must be printable text without line breaks$/,
    ],
    ['a weight below zero', fallback({ ...key, weight: -1 }), /^path: targets,0,weight, message: Number must be greater than or equal to 0$/],
    [
      'no weight at all',
      { strategy: { mode: 'loadbalance' }, targets: [{ ...key, weight: 0 }] },
      /^path: targets, message: At least one target must have a 'weight' above 0$/,
    ],
    [
      'forwarded headers that name their own',
      { ...key, forward_headers: ['x-a', 'X-Portkey-Forward-Headers'] },
      /^path: forward_headers, message: forward_headers must not contain the 'x-portkey-forward-headers' header$/,
    ],
    [
      'a private custom host',
      fallback({ ...key, custom_host: 'http://10.0.0.1' }),
      /^path: targets,0,custom_host, message: Invalid custom host\. Expected /,
    ],
    ['a private custom host in camelCase', { ...key, customHost: 'http://10.0.0.1' }, /^path: custom_host, message: Invalid custom host\. Expected /],
    [
      'an option that leads elsewhere',
      { provider: 'azure-openai', api_key: 'k', resource_name: '127.0.0.1/?' },
      /^path: resource_name, message: Must be/,
    ],
    [
      'an option that is a private URL',
      { provider: 'huggingface', api_key: 'k', huggingfaceBaseUrl: 'http://10.0.0.1' },
      /^path: huggingface_base_url, message: Invalid custom host\. Expected /,
    ],
    ['an option of a wrong type', { ...key, openai_project: 5 }, /^path: openai_project, message: Expected string, received number$/],
    [
      'a dialect of no provider',
      { ...key, dialect: 'esperanto' },
      /^path: dialect, message: Invalid 'dialect' value\. Must be one of: .*openai-chat/,
    ],
    ['a dialect of another provider', { ...key, dialect: 'gemini' }, /^path: dialect, message: The provider does not speak it\. Must be one of: /],
    ['a virtual key', { virtual_key: 'vk' }, /^path: virtual_key, message: No providers are saved in this gateway/],
    ['a pass-through target without a header', fallback(key, { passthrough: true }), /^path: targets,1,passthrough, message: /],
    ['a key given twice', { ...key, apiKey: 'k' }, /^path: api_key, message: Given twice/],
    ['guardrails of a wrong type', { ...key, input_guardrails: [1] }, /^path: input_guardrails,0, message: Expected string or object$/],
    ['a fault of a wrong type', { ...key, fault: { probability: 2 } }, /^path: fault,probability, message: Number must be less than or equal to 1$/],
    [
      'sticky fields that nothing has',
      { strategy: { mode: 'loadbalance', sticky: { enabled: true, hash_fields: ['ip'] } }, targets: [key] },
      /^path: strategy,sticky,hash_fields,0, message: Must start with/,
    ],
    [
      'a time for ties that is none',
      { strategy: { mode: 'latency', sticky: { enabled: true, ttl: 0 } }, targets: [key] },
      /^path: strategy,sticky,ttl, message: Number must be greater than or equal to 1$/,
    ],
    [
      'no weight for the fastest',
      { strategy: { mode: 'latency' }, targets: [{ ...key, weight: 0 }] },
      /^path: targets, message: At least one target must have a 'weight' above 0$/,
    ],
    ['a canary of no name', canary({}), /^path: strategy,canary,target, message: Required$/],
    [
      'a canary that is no target',
      canary({ target: 'c' }),
      /^path: strategy,canary,target, message: Expected the name of one of the targets, got: c$/,
    ],
    [
      'a canary without anybody to take its calls back',
      canary({ target: 'new' }, { ...key, weight: 0 }),
      /^path: strategy,canary,target, message: Another target must have a 'weight' above 0$/,
    ],
    [
      'a canary in another mode',
      { strategy: { mode: 'latency', canary: { target: 'new' } }, targets: [key] },
      /Unrecognized key\(s\) in object: 'canary'/,
    ],
    [
      'a hedge without a second target',
      { strategy: { mode: 'hedge' }, targets: [key] },
      /^path: targets, message: The mode 'hedge' needs a second target; it may be the same as the first$/,
    ],
    [
      'a percentile that hedges every other call',
      { strategy: { mode: 'hedge', percentile: 10 }, targets: [key, key] },
      /^path: strategy,percentile, message: Number must be greater than or equal to 50$/,
    ],
    ['a target without places', { ...key, max_concurrency: 0 }, /^path: max_concurrency, message: Number must be greater than or equal to 1$/],
    [
      'a queue before no limit',
      fallback({ ...key, queue: { size: 1 } }),
      /^path: targets,0,queue, message: Has no effect without 'max_concurrency'$/,
    ],
    ['half a price', { ...key, price: { input: 1 } }, /^path: price,output, message: Required$/],
  ];
  for (const [what, config, first] of cases) {
    it(`the place and what was expected there: ${what}`, () => {
      const error = refusal(config);
      assert.equal(error.code, 'invalid_config');
      assert.equal(error.message, 'Invalid config passed');
      assert.equal(error.status, 400);
      assert.match(error.details[0] ?? '', first);
    });
  }

  it('the place as a path, for clients that look at one field', () => {
    assert.equal(refusal(fallback(key, { provider: 'x' })).info.param, 'config.targets[1].provider');
  });

  it('all ids of providers', () => {
    assert.ok(lines({ provider: 'x', api_key: 'k' })[0]?.endsWith(`Must be one of: ${PROVIDER_IDS.join(', ')}`));
  });

  it('everything that is wrong at once', () => {
    assert.equal(lines({ ...key, weight: -1, retry: {}, cache: 'simple', unknown: 1 }).length, 4);
  });

  it('a bounded number of lines', () => {
    const many = lines({ ...key, drop_params: Array.from({ length: 1_000 }, () => 1) });
    assert.equal(many.length, 51);
    assert.equal(many.at(-1), 'and 950 more');
  });
});

describe('An unknown key', () => {
  it('is refused with the nearest known one', () => {
    assert.deepEqual(lines(fallback({ ...key, overide_params: {} })), [
      "path: targets,0, message: Unrecognized key(s) in object: 'overide_params'. Did you mean 'override_params'?",
    ]);
    assert.deepEqual(lines({ ...key, retry: { attempts: 1, onStatusCode: [] } }), [
      "path: retry, message: Unrecognized key(s) in object: 'on_status_code'. Did you mean 'on_status_codes'?",
    ]);
    assert.deepEqual(lines({ ...key, zzzzzzzz: 1 }), ["path: , message: Unrecognized key(s) in object: 'zzzzzzzz'"]);
  });

  it('is refused under names that objects have by nature', () => {
    assert.match(refusal('{"provider":"openai","api_key":"k","__proto__":{"custom_host":"http://10.0.0.1"}}').details[0] ?? '', /'__proto__'/);
    assert.match(lines({ ...key, constructor: 1 })[0] ?? '', /'constructor'/);
  });

  it('is refused in a strategy of another mode', () => {
    assert.match(lines({ strategy: { mode: 'fallback', conditions: [] }, targets: [key] })[0] ?? '', /^path: strategy, message: Unrecognized key/);
  });

  it('is nobody’s business in parameters and checks', () => {
    accepts({
      ...key,
      override_params: { anyThing: { someKey: 1 } },
      default_params: { x: 1 },
    });
  });
});

describe('A conditional strategy is refused', () => {
  const target = { ...key, name: 'a' };
  const query = { 'metadata.tier': 'gold' };
  const cases: readonly (readonly [what: string, config: unknown, first: RegExp])[] = [
    ['without conditions', conditional({ default: 'a' }, target), /^path: strategy,conditions, message: No conditions passed in the query router$/],
    ['with an empty list of them', conditional({ conditions: [], default: 'a' }, target), /No conditions passed in the query router$/],
    [
      'with a condition that names no target',
      conditional({ conditions: [{ query, then: 'b' }] }, target),
      /^path: strategy,conditions,0,then, message: Invalid target name found in the query router: b$/,
    ],
    [
      'with a default that names no target',
      conditional({ conditions: [{ query, then: 'a' }], default: 'b' }, target),
      /^path: strategy,default, message: Invalid target name found in the query router: b$/,
    ],
    [
      'with an unknown operator',
      conditional({ conditions: [{ query: { 'metadata.tier': { $like: 'g' } }, then: 'a' }] }, target),
      /^path: strategy,conditions,0,query,metadata\.tier,\$like, message: Unsupported operator used in the query router: \$like$/,
    ],
    [
      'with two targets of one name',
      conditional({ conditions: [{ query, then: 'a' }] }, target, target),
      /^path: targets,1,name, message: Another target has this name$/,
    ],
    [
      'with a condition without a query',
      conditional({ conditions: [{ then: 'a' }] }, target),
      /^path: strategy,conditions,0,query, message: Required$/,
    ],
  ];
  for (const [what, config, first] of cases) it(what, () => assert.match(lines(config)[0] ?? '', first));

  it('never where it is well formed', () => {
    accepts(conditional({ conditions: [{ query, then: 'a' }], default: 'a' }, target, key));
  });
});

describe('A config is accepted', () => {
  const cases: readonly (readonly [what: string, config: unknown])[] = [
    ['with a provider that needs no key', { provider: 'ollama' }],
    ['with a credential that is an option', { provider: 'azure-openai', azure_ad_token: 't', resource_name: 'r' }],
    ['with options of other providers', { ...key, resource_name: 'r', anthropic_version: '2023-06-01' }],
    ['with one target and no strategy', { targets: [key] }],
    ['with status codes in any mode, as Portkey does', { strategy: { mode: 'loadbalance', on_status_codes: [429] }, targets: [key] }],
    ['with a queue before the limit of its parent', { ...fallback({ ...key, queue: {} }), max_concurrency: 5 }],
    ['with equal names where names mean nothing', fallback({ ...key, name: 'a' }, { ...key, name: 'a' })],
    ['with both spellings of the retry hint', { ...key, retry: { attempts: 1, use_retry_after_header: true, use_retry_after_headers: true } }],
    ['with a private host that is trusted', { ...key, custom_host: 'http://127.0.0.1:9999/v1' }],
    ['with an empty key', { provider: 'openai', api_key: '' }],
    ['with everything that is documented', documented()],
  ];
  for (const [what, config] of cases) it(what, () => accepts(config));

  it('with any setting beside a provider in the headers', () => {
    for (const config of [{ override_params: { model: 'm' } }, { custom_host: 'https://example.com' }, { cache: { mode: 'simple' } }]) {
      accepts(config, true);
      assert.equal(refusal(config).code, 'config_without_provider');
    }
    assert.match(refusal({}, true).details[0] ?? '', /Invalid configuration/);
  });

  it('with a target that takes its provider from the header', () => accepts(fallback(key, { passthrough: true }), true));
});

function documented(): unknown {
  const everything = {
    ...key,
    name: 'n',
    weight: 0.5,
    cache: { mode: 'semantic', max_age: 60 },
    retry: { attempts: 3, on_status_codes: [429], use_retry_after_headers: true },
    request_timeout: 1000,
    timeouts: { connect: 1, first_event: 2, idle: 3, total: 4 },
    on_stream_break: 'resume',
    on_errors: ['rate_limit', 'stream_break'],
    on_status_codes: [500],
    unsupported_params: 'warn',
    fault: { status: 503, delay: 10, cut_after: 2, stall: true, probability: 0.5 },
    cb_config: {
      failure_threshold: 3,
      cooldown_interval: 30_000,
      failure_status_codes: [500],
      minimum_requests: 5,
      failure_threshold_percentage: 20,
    },
    dialect: 'openai-chat',
    override_params: { model: 'm' },
    default_params: { temperature: 1 },
    drop_params: ['user'],
    custom_host: 'https://example.com/v1',
    forward_headers: ['x-a'],
    strict_open_ai_compliance: false,
    prompt_id: 'pp',
    fetch_integrated_models: true,
    max_concurrency: 10,
    queue: { size: 5, timeout: 1000 },
    price: { input: 0.1, output: 0.4 },
  };
  const sticky = { enabled: true, hash_fields: ['metadata.user'], ttl: 60 };
  const canary = { target: 'n', max_error_percentage: 1, minimum_requests: 50 };
  return { strategy: { mode: 'loadbalance', sticky, canary, cb_config: {}, on_errors: [] }, targets: [everything, key] };
}

describe('Checks that this version does not run', () => {
  it('are refused, because to run unchecked would be worse', () => {
    const check = { 'default.contains': { words: ['a'] }, deny: true };
    for (const asked of ['input_guardrails', 'outputGuardrails', 'input_mutators', 'output_mutators']) {
      assert.match(lines({ ...key, [asked]: [check] })[0] ?? '', /message: Guardrails and mutators are not part of this version/);
    }
    const hook = { id: 'h', type: 'guardrail', checks: [{ id: 'default.contains', parameters: { anyWord: 1 } }] };
    assert.match(lines({ ...key, before_request_hooks: [hook] })[0] ?? '', /^path: before_request_hooks, /);
    accepts({ ...key, input_guardrails: [] });
  });
});

describe('The size of a config', () => {
  const nested = (levels: number): unknown => (levels === 0 ? key : { strategy: { mode: 'single' }, targets: [nested(levels - 1)] });

  it('is limited in depth of targets', () => {
    accepts(nested(10));
    assert.match(lines(nested(11))[0] ?? '', /message: Targets can be nested 10 levels deep$/);
  });

  it('is limited in depth of JSON, wherever it is', () => {
    const deep = '{"a":'.repeat(100) + '1' + '}'.repeat(100);
    assert.match(refusal(`{"provider":"openai","api_key":"k","override_params":${deep}}`).details[0] ?? '', /nested 64 levels deep/);
    assert.match(refusal('{"targets":['.repeat(4_000) + ']}'.repeat(4_000)).details[0] ?? '', /nested 64 levels deep/);
  });

  it('is limited in the number of targets', () => {
    const targets = (count: number) => Array.from({ length: count }, () => key);
    accepts(fallback(...targets(1_000)));
    assert.match(lines(fallback(...targets(500), fallback(...targets(500))))[0] ?? '', /at most 1000 targets$/);
  });
});

const KEYS = [
  'provider',
  'api_key',
  'strategy',
  'mode',
  'targets',
  'retry',
  'attempts',
  'conditions',
  'query',
  'then',
  'name',
  'weight',
  'dialect',
  'canary',
  'sticky',
  'queue',
];
const WORDS = ['openai', 'k', 'fallback', 'conditional', 'loadbalance', 'single', 'latency', 'hedge', 'a', '$or', 'openai-chat', 'http://10.0.0.1'];
const { config: anyConfig } = fc.letrec((tie) => ({
  config: fc.dictionary(
    fc.oneof(fc.constantFrom(...KEYS), fc.string()),
    fc.oneof({ depthSize: 'small' }, fc.constantFrom(...WORDS), fc.jsonValue(), tie('config'), fc.array(tie('config'), { maxLength: 3 })),
    { maxKeys: 6 },
  ),
}));

describe('Any JSON', () => {
  it('is accepted or refused with a GatewayError', () => {
    fc.assert(
      fc.property(fc.oneof(anyConfig, fc.jsonValue()), fc.boolean(), (config, providerInHeaders) => {
        try {
          parseConfig(JSON.stringify(config), { providerInHeaders });
        } catch (error) {
          assert.ok(error instanceof GatewayError && error.status === 400, String(error));
        }
      }),
    );
  });

  it('that is no JSON is refused with a GatewayError', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseConfig(text, { providerInHeaders: true });
        } catch (error) {
          assert.ok(error instanceof GatewayError);
        }
      }),
    );
  });
});
