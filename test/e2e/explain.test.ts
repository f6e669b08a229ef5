import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { VERSION } from '../../src/version.ts';
import { completion, fakeUpstream, json, type FakeUpstream, type SeenRequest } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';
import { curlCalls } from '../support/shell.ts';

interface Shown {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Plan {
  readonly path: string;
  readonly mode?: string;
  readonly terms: Readonly<Record<string, unknown>>;
  readonly first: number;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly tries: readonly Plan[];
  readonly left_out: readonly { readonly path: string }[];
  readonly policy: { readonly breaker: { readonly state: string; readonly open_for_ms: number } } & Readonly<Record<string, unknown>>;
  readonly sending: {
    readonly format: string;
    readonly authentication: string;
    readonly requests: readonly Shown[];
    readonly dropped_params: readonly string[];
    readonly error?: { readonly code: string; readonly param?: string };
    readonly note?: string;
  };
}

interface Explanation {
  readonly endpoint: { readonly path: string; readonly kind: string; readonly format: string };
  readonly order: readonly { readonly target: string; readonly provider: string; readonly first: number }[];
  readonly plan: Plan;
}

const DOWN = json(503, { error: { message: 'down', type: 't', param: null, code: null } });
const SAY_HI = { model: 'gpt-4', messages: [{ role: 'user', content: 'Hi' }] };
const KEY = 'sk-0123456789-abcdefghij';

describe('an explanation', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({ down: DOWN, whole: json(200, completion('Hello')), other: DOWN });
  });
  after(() => upstream.close());

  const target = (name: string, more: object = {}): object => ({ provider: 'openai', api_key: KEY, custom_host: `${upstream.url}/${name}`, ...more });
  const headersOf = (config: object): Readonly<Record<string, string>> => ({ 'x-portkey-config': JSON.stringify(config) });
  const ask = async (config: object, more: object = {}): Promise<Explanation> => {
    const response = await gateway.post('/v1/explain', { headers: headersOf(config), body: SAY_HI, ...more });
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as Explanation;
  };
  const targetsOf = ({ order }: Explanation): string[] => order.map(({ target: place }) => place.replace('config.', ''));
  const leaves = (plan: Plan): readonly Plan[] => (plan.mode === undefined ? [plan] : plan.tries.flatMap(leaves));

  /** The same request made in earnest. */
  const make = async (config: object, route = '/v1/chat/completions', body: object = SAY_HI): Promise<{ order: string[]; seen: SeenRequest[] }> => {
    const before = upstream.seen.length;
    const response = await gateway.post(route, body, headersOf(config));
    await response.text();
    const attempts = JSON.parse(response.headers.get('x-sluice-attempts') ?? '[]') as { target: string }[];
    return { order: attempts.map(({ target: place }) => place.replace('config.', '')), seen: upstream.seen.slice(before) };
  };

  it('sends nothing', async () => {
    const before = upstream.seen.length;
    const response = await gateway.post('/v1/explain', {
      headers: headersOf({ strategy: { mode: 'fallback' }, targets: [target('whole')] }),
      body: SAY_HI,
    });
    assert.equal(response.headers.get('x-sluice-attempts'), '[]');
    assert.equal(upstream.seen.length, before);
  });

  it('shows the requests that would be sent, byte for byte but for masked secrets', async () => {
    const everyone = [
      target('down/openai', { override_params: { temperature: 0.5 }, drop_params: ['user'] }),
      target('down/anthropic', { provider: 'anthropic', anthropic_beta: 'b1' }),
      target('down/google', { provider: 'google' }),
      target('down/cohere', { provider: 'cohere' }),
      target('down/azure', { provider: 'azure-openai', resource_name: 'r', deployment_id: 'd' }),
      target('down/mistral', { provider: 'mistral-ai' }),
      target('down/perplexity', { provider: 'perplexity-ai' }),
    ];
    const counting = everyone.filter((_, i) => i === 1 || i === 2);
    const tool = { name: 'look', description: 'Looks.', input_schema: { type: 'object', properties: { at: { type: 'string' } } } };
    const messages = [{ role: 'user', content: 'Look at “this”' }];
    for (const [route, body] of [
      ['/v1/chat/completions', { ...SAY_HI, user: 'u', seed: 7, stream: true, max_tokens: 9 }],
      ['/v1/messages', { model: 'claude', max_tokens: 9, system: 'Be brief', tools: [tool], messages }],
      ['/v1/responses', { model: 'gpt-4', input: 'Hi', store: false }],
      ['/v1beta/models/gemini-pro:generateContent', { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], generationConfig: { topK: 3 } }],
      ['/v1/embeddings', { model: 'm', input: ['a', 'b'], dimensions: 3 }],
      ['/v1/messages/count_tokens', { model: 'claude', messages }],
    ] as const) {
      const config = { strategy: { mode: 'fallback' }, targets: route.endsWith('count_tokens') ? counting : everyone };
      const explanation = await ask(config, { path: route, body });
      const { seen } = await make(config, route, body);
      const requests = leaves(explanation.plan).flatMap(({ sending }) => sending.requests ?? []);
      assert.ok(requests.length >= 2, route);
      assert.equal(requests.length, seen.length, route);
      for (const [i, { method, url, headers, body: shownBody }] of requests.entries()) {
        const sent = seen[i] as SeenRequest;
        assert.deepEqual([method, url], [sent.method, upstream.url + sent.url], route);
        assert.deepEqual(shownBody, sent.body, `${route} ${url}`);
        for (const [name, value] of Object.entries(headers))
          assert.equal(value, (sent.headers[name] ?? '').replace(KEY, '****ghij'), `${route} ${name}`);
      }
    }
  });

  it('shows the order of a fallback, and what it goes by', async () => {
    const config = {
      strategy: { mode: 'fallback', on_status_codes: [503] },
      retry: { attempts: 3 },
      request_timeout: 5_000,
      targets: [target('down', { retry: { attempts: 0 } }), target('other', { retry: { attempts: 0 } }), target('whole')],
    };
    const explanation = await ask(config);
    assert.deepEqual(targetsOf(explanation), ['targets[0]', 'targets[1]', 'targets[2]']);
    assert.deepEqual(
      explanation.order.map(({ first }) => first),
      [1, 0, 0],
    );
    const { mode, terms, tries } = explanation.plan;
    assert.deepEqual([mode, terms['moves_on'], terms['on_stream_break']], ['fallback', { on_status_codes: [503] }, 'resume']);
    assert.deepEqual(
      tries.map(({ policy }) => [(policy['retry'] as { attempts: number }).attempts, policy['request_timeout']]),
      [
        [0, 5_000],
        [0, 5_000],
        [3, 5_000],
      ],
    );
    assert.deepEqual((await make(config)).order, targetsOf(explanation));
  });

  it('shows a target whose breaker is open behind the others, and for how long it is', async () => {
    const config = {
      strategy: { mode: 'fallback' },
      cb_config: { failure_threshold: 1, cooldown_interval: 60_000 },
      targets: [target('down', { api_key: 'sk-of-the-broken-one' }), target('whole', { api_key: 'sk-of-the-other-one' })],
    };
    assert.deepEqual(targetsOf(await ask(config)), ['targets[0]', 'targets[1]']);
    await make(config);
    const explanation = await ask(config);
    assert.deepEqual(targetsOf(explanation), ['targets[1]', 'targets[0]']);
    const [works, broken] = explanation.plan.tries as readonly [Plan, Plan];
    assert.deepEqual([works.policy.breaker.state, works.facts['is_available']], ['closed', true]);
    assert.deepEqual([broken.policy.breaker.state, broken.facts['is_available']], ['open', false]);
    const { open_for_ms: openFor } = broken.policy.breaker;
    assert.ok(openFor > 30_000 && openFor <= 60_000);
    assert.deepEqual((await make(config)).order, ['targets[1]']);
  });

  it('shows the chances of a load balancer, and what gets no call', async () => {
    const group = { strategy: { mode: 'loadbalance' }, targets: [target('whole', { weight: 3 }), target('whole', { weight: 1 })] };
    const config = { strategy: { mode: 'loadbalance' }, targets: [group, target('whole', { weight: 0 }), target('other', { weight: 1 })] };
    const explanation = await ask(config);
    assert.deepEqual(explanation.order, [
      { target: 'config.targets[0].targets[0]', provider: 'openai', first: 0.375 },
      { target: 'config.targets[0].targets[1]', provider: 'openai', first: 0.125 },
      { target: 'config.targets[2]', provider: 'openai', first: 0.5 },
    ]);
    assert.deepEqual(explanation.plan.left_out, [{ path: 'config.targets[1]' }]);
    assert.deepEqual(explanation.plan.tries[0]?.tries[0]?.facts, { weight: 3, share: 0.75, is_available: true, has_room: true });
    assert.deepEqual((await ask(config)).order, explanation.order);
  });

  it('shows which condition holds, and what all of them saw', async () => {
    const config = {
      strategy: {
        mode: 'conditional',
        conditions: [
          { query: { 'metadata.plan': { $eq: 'paid' } }, then: 'best' },
          { query: { $or: [{ 'params.model': { $regex: '^gpt' } }, { 'params.tools.0.type': 'function' }] }, then: 'usual' },
        ],
        default: 'rest',
      },
      targets: [target('whole', { name: 'best' }), target('whole', { name: 'usual' }), target('whole', { name: 'rest' })],
    };
    const chosen = async (plan: string, model: string): Promise<Explanation> => {
      const headers = { ...headersOf(config), 'x-portkey-metadata': JSON.stringify({ plan }) };
      return ask(config, { headers, body: { ...SAY_HI, model } });
    };
    const usual = await chosen('free', 'gpt-4');
    assert.deepEqual(targetsOf(usual), ['targets[1]']);
    assert.deepEqual(usual.plan.terms, {
      conditions: [
        { query: { 'metadata.plan': { $eq: 'paid' } }, then: 'best', holds: false, facts: { 'metadata.plan': 'free' } },
        {
          query: { $or: [{ 'params.model': { $regex: '^gpt' } }, { 'params.tools.0.type': 'function' }] },
          then: 'usual',
          holds: true,
          facts: { 'params.model': 'gpt-4', 'params.tools.0.type': null },
        },
      ],
      default: 'rest',
    });
    assert.deepEqual(targetsOf(await chosen('paid', 'gpt-4')), ['targets[0]']);
    assert.deepEqual(targetsOf(await chosen('free', 'mixtral')), ['targets[2]']);
    const { default: _, ...undecided } = config.strategy;
    const nobody = await ask({ ...config, strategy: undecided }, { body: { ...SAY_HI, model: 'mixtral' } });
    assert.deepEqual([nobody.order, nobody.plan.left_out.length], [[], 3]);
  });

  it('shows what the other strategies know: prices, loads, paces, ties and head starts', async () => {
    const cost = await ask({
      strategy: { mode: 'cost' },
      targets: [target('whole', { price: { input: 9, output: 9 } }), target('whole', { price: { input: 1, output: 1 } })],
    });
    assert.deepEqual(targetsOf(cost), ['targets[1]', 'targets[0]']);
    assert.equal(typeof cost.plan.tries[0]?.facts['cost_usd'], 'number');
    const hedge = await ask({ strategy: { mode: 'hedge', delay: 250 }, targets: [target('whole'), target('other')] });
    assert.deepEqual([targetsOf(hedge), hedge.plan.terms['head_start_ms']], [['targets[0]', 'targets[1]'], 250]);
    const busy = await ask({ strategy: { mode: 'least_busy' }, targets: [target('whole', { weight: 3 }), target('other')] });
    assert.deepEqual([busy.plan.tries[0]?.first, busy.plan.tries[0]?.facts['in_flight']], [0.75, 0]);
    const pace = { strategy: { mode: 'latency', sticky: { enabled: true } }, targets: [target('whole'), target('other')] };
    const tied = await ask(pace, { headers: { ...headersOf(pace), authorization: 'Bearer caller' } });
    assert.deepEqual(tied.plan.terms['sticky'], { hash_fields: [], is_tied: true });
    assert.equal(tied.order[0]?.first, 1);
    assert.equal(tied.plan.tries[0]?.facts['mean_ms'], null);
  });

  it('shows why a target would get nothing', async () => {
    const config = {
      strategy: { mode: 'fallback' },
      targets: [{ provider: 'workers-ai', api_key: KEY }, { provider: 'jina', api_key: KEY }, target('whole')],
    };
    const { plan } = await ask(config);
    assert.deepEqual(
      plan.tries.map(({ sending: { error } }) => error?.code),
      ['missing_option', 'unsupported_endpoint', undefined],
    );
    assert.deepEqual((await make(config)).order, ['targets[0]', 'targets[1]', 'targets[2]']);
  });

  it('shows what a provider cannot be sent, and what the gateway does by itself', async () => {
    const anthropic = await ask(target('whole', { provider: 'anthropic' }), { body: { ...SAY_HI, seed: 7 } });
    assert.deepEqual(anthropic.plan.sending.dropped_params, ['seed']);
    const counted = await ask(target('whole'), { path: '/v1/messages/count_tokens', body: SAY_HI });
    assert.deepEqual(counted.plan.sending.requests, []);
    assert.match(counted.plan.sending.note ?? '', /estimates/);
    const signed = await ask({ provider: 'bedrock', aws_access_key_id: 'AKIA', aws_secret_access_key: 's', aws_region: 'eu-west-1' });
    assert.equal(signed.plan.sending.authentication, 'aws');
    const keyless = await ask({}, { headers: { 'x-portkey-provider': 'openai' } });
    assert.equal(keyless.plan.sending.authentication, 'missing');
  });

  it('spells out what a request refers to by id, as the request would', async () => {
    const config = target('whole');
    const first = await gateway.post('/v1/responses', { model: 'gpt-4', input: 'My name is Ada' }, headersOf({ ...config, dialect: 'openai-chat' }));
    const { id } = (await first.json()) as { id: string };
    const question = { path: '/v1/responses', body: { model: 'gpt-4', input: 'Who am I?', previous_response_id: id } };
    const { plan } = await ask({ ...config, dialect: 'openai-chat' }, question);
    assert.match(JSON.stringify(plan.sending.requests[0]?.body), /Ada.*Hello.*Who am I/);
  });

  it('takes the headers of the question where none are named', async () => {
    const response = await gateway.post('/v1/explain', { body: SAY_HI }, { 'x-portkey-provider': 'groq', authorization: `Bearer ${KEY}` });
    const { plan } = (await response.json()) as Explanation;
    assert.equal(plan.sending.requests[0]?.url, 'https://api.groq.com/openai/v1/chat/completions');
    assert.equal(plan.sending.requests[0]?.headers['authorization'], 'Bearer ****ghij');
  });

  it('is refused as the request would be where the config is wrong', async () => {
    const response = await gateway.post('/v1/explain', { headers: { 'x-portkey-config': { strategy: { mode: 'no' } } }, body: SAY_HI });
    assert.equal(response.status, 400);
  });

  it('ends showing bodies where it gets too long', async () => {
    const long = { ...SAY_HI, messages: [{ role: 'user', content: 'x'.repeat(5 * 1024 * 1024) }] };
    const targets = Array.from({ length: 6 }, () => target('whole'));
    const response = await gateway.post('/v1/explain', { headers: headersOf({ strategy: { mode: 'fallback' }, targets }), body: long });
    const { plan } = (await response.json()) as Explanation;
    assert.equal(plan.tries.filter(({ sending }) => sending.requests?.[0]?.body !== undefined).length, 3);
    assert.equal(plan.tries.length, 6);
  });

  it('holds no secret, wherever it came from', async () => {
    const secret = fc.string({ minLength: 6, maxLength: 40, unit: fc.constantFrom(...'abcdefXYZ0189-_./+='.split('')) }).map((text) => `~${text}`);
    await fc.assert(
      fc.asyncProperty(fc.array(secret, { minLength: 12, maxLength: 12 }), async (list) => {
        const [own, aws, awsSecret, session, vertex, entra, modal, modalSecret, caller, url, mcp, forwarded] = list as [string, ...string[]];
        const account = { client_email: 'a@b.example', private_key: vertex, project_id: 'p' };
        const config = {
          strategy: { mode: 'fallback' },
          forward_headers: ['x-team-token'],
          targets: [
            ...['openai', 'anthropic', 'google', 'cohere', 'deepseek'].map((provider) => ({ provider, api_key: own })),
            { provider: 'bedrock', aws_access_key_id: aws, aws_secret_access_key: awsSecret, aws_session_token: session },
            { provider: 'vertex-ai', vertex_service_account_json: account, vertex_region: 'us-central1' },
            { provider: 'azure-openai', resource_name: 'r', deployment_id: 'd', azure_auth_mode: 'entra', azure_entra_client_secret: entra },
            { provider: 'azure-ai', azure_foundry_url: 'https://r.services.ai.azure.com', azure_ad_token: entra },
            { provider: 'modal', custom_host: 'https://m.modal.run', api_key: own, modal_key: modal, modal_secret: modalSecret },
            { passthrough: true },
          ],
        };
        const body = {
          ...SAY_HI,
          input: 'Hi',
          messages: [
            {
              role: 'user',
              content: [{ type: 'image_url', image_url: { url: `https://h.example/i.png?sig=${encodeURIComponent(url as string)}&token=${url}` } }],
            },
          ],
          tools: [{ type: 'mcp', server_label: 's', server_url: 'https://mcp.example', authorization: mcp, headers: { 'X-Key': mcp } }],
        };
        const headers = {
          ...headersOf(config),
          'x-portkey-provider': 'openai',
          authorization: `Bearer ${caller}`,
          'x-team-token': forwarded,
        };
        for (const route of ['/v1/chat/completions', '/v1/responses', '/v1/embeddings']) {
          const response = await gateway.post('/v1/explain', { path: route, headers, body });
          assert.equal(response.status, 200);
          const text = await response.text();
          const shown = list.filter((value) => text.includes(value) || text.includes(encodeURIComponent(value)));
          assert.deepEqual(shown, [], route);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the page about explanations', () => {
  const gateway = useGateway();
  const page = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'explain.md'), 'utf8');

  it('shows what its command is answered with', async () => {
    const [call] = curlCalls(page, {});
    assert.ok(call !== undefined);
    const response = await gateway.post(call.path, call.body, call.headers);
    const [, answer = ''] = /^```jsonc\n(.*?)^```$/ms.exec(page) ?? [];
    assert.deepEqual(await response.json(), JSON.parse(answer.replaceAll(/(?<=sluice\/)[\d.]+/g, VERSION)));
  });
});
