import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFileText, type FileContents } from '../file.ts';
import { importTexts } from './import.ts';

const LITELLM = `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: azure/my-gpt4o, api_base: https://east.openai.azure.com/, api_key: os.environ/AZURE_KEY, api_version: "2024-10-21", rpm: 600}
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY, rpm: 300, timeout: 30}
  - model_name: claude
    litellm_params: {model: anthropic/claude-sonnet-4-5, max_parallel_requests: 10, order: 1}
  - model_name: claude
    litellm_params: {model: bedrock/converse/anthropic.claude, aws_region_name: us-east-1, aws_access_key_id: os.environ/AWS_ID, aws_secret_access_key: os.environ/AWS_SECRET, order: 2}
  - model_name: "local/*"
    litellm_params: {model: hosted_vllm/*, api_base: http://localhost:8000, api_key: none, tags: [x]}
  - model_name: odd
    litellm_params: {model: watsonx/granite}
router_settings: {routing_strategy: least-busy, num_retries: 2, fallbacks: [{gpt-4o: [claude]}], model_group_alias: {gpt-4: gpt-4o}}
litellm_settings: {drop_params: true}
general_settings: {master_key: os.environ/MASTER}
guardrails: []
`;

const PORTKEY = JSON.stringify({
  object: 'list',
  data: [
    {
      slug: 'google-virtual-key',
      name: 'Google',
      ai_provider_name: 'google',
      object: 'virtual-key',
      usage_limits: { type: 'cost', credit_limit: 10, next_usage_reset_at: null },
    },
    { slug: 'azure-key', ai_provider_name: 'azure-openai', model_config: { resourceName: 'east', deploymentName: 'd', apiVersion: '2024-10-21' } },
    { slug: 'strange', ai_provider_name: 'nobody' },
    {
      slug: 'pc-main',
      name: 'Main',
      config: JSON.stringify({ strategy: { mode: 'fallback' }, targets: [{ virtual_key: 'google-virtual-key' }, { provider: '@azure-key' }] }),
    },
  ],
});

/** What a gateway makes of a file. */
function read(text: string): FileContents {
  const env = Object.fromEntries([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [String(name), 'a-secret-of-this-test']));
  const secrets = { seal: (secret: string) => secret, read: (reference: Readonly<Record<string, string>>) => reference['sealed'] };
  const contents = readFileText(text, {
    name: 'sluice.yaml',
    env,
    secrets,
    now: 0,
    before: [],
    saved: () => assert.fail('nothing is saved elsewhere'),
  });
  return 'problems' in contents ? assert.fail(contents.problems.join('\n')) : contents;
}

describe('an imported file', () => {
  it("of LiteLLM's is one that a gateway takes, with a config for each group and one for all of them", () => {
    const { text, lines } = importTexts([LITELLM]);
    const { records } = read(text);
    assert.deepEqual(
      records.map(({ id }) => id),
      ['azure-openai', 'openai', 'anthropic', 'bedrock', 'vllm', 'pc-gpt-4o', 'pc-claude', 'pc-local', 'pc-litellm'],
    );
    const configOf = (id: string): unknown => records.find((record) => record.id === id)?.body['config'];
    const claude = {
      strategy: { mode: 'fallback' },
      targets: [
        { virtual_key: 'anthropic', override_params: { model: 'claude-sonnet-4-5' }, max_concurrency: 10 },
        { virtual_key: 'bedrock', override_params: { model: 'anthropic.claude' } },
      ],
    };
    assert.deepEqual(configOf('pc-claude'), { ...claude, retry: { attempts: 2 } });
    const balanced = {
      strategy: { mode: 'least_busy' },
      targets: [
        { virtual_key: 'azure-openai', override_params: { model: 'my-gpt4o' }, deployment_id: 'my-gpt4o', weight: 600 },
        { virtual_key: 'openai', override_params: { model: 'gpt-4o' }, request_timeout: 30_000, weight: 300 },
      ],
    };
    assert.deepEqual(configOf('pc-gpt-4o'), { strategy: { mode: 'fallback' }, targets: [balanced, claude], retry: { attempts: 2 } });
    const router = configOf('pc-litellm') as { strategy: { conditions: { query: object; then: string }[] } };
    assert.deepEqual(router.strategy.conditions[0], { query: { 'params.model': { $in: ['gpt-4o', 'gpt-4'] } }, then: 'pc-gpt-4o' });
    assert.deepEqual(router.strategy.conditions[2]?.query, { 'params.model': { $regex: '^local/.*$' } });

    const gradeOf = (place: string): string | undefined => lines.find((line) => line.place === place)?.grade;
    assert.equal(gradeOf('model_list[1]'), 'exact');
    assert.equal(gradeOf('model_list[1].litellm_params.rpm'), 'approximate');
    assert.equal(gradeOf('model_list[2].litellm_params.api_key'), 'manual');
    assert.equal(gradeOf('model_list[4].litellm_params.tags'), 'manual');
    assert.equal(gradeOf('model_list[5].litellm_params.model'), 'unsupported');
    assert.equal(gradeOf('general_settings.master_key'), 'manual');
    assert.equal(gradeOf('guardrails'), 'unsupported');
  });

  it("of LiteLLM's keeps what models cost, what requests have by default, and the budget of all", () => {
    const rows = [
      { model: 'openai/gpt-4o', temperature: 0.2, max_tokens: 100, input_cost_per_token: 0.0000025, output_cost_per_token: 0.00001 },
      { model: 'openai/gpt-4o-mini', input_cost_per_token: 0.00000015 },
    ].map((parameters, index) => ({ model_name: `m${index}`, litellm_params: { ...parameters, api_key: 'a-key-of-this-test' } }));
    const about = { input_cost_per_token: 1, cache_read_input_token_cost: 0.00000125, base_model: 'gpt-4o' };
    const document = {
      model_list: [{ ...rows[0], model_info: about }, rows[1]],
      litellm_settings: { max_budget: 100, budget_duration: '30d' },
    };
    const { text, lines } = importTexts([JSON.stringify(document)]);
    const { records } = read(text);
    const bodyOf = (id: string): unknown => records.find((record) => record.id === id)?.body;
    assert.deepEqual((bodyOf('pc-m0') as { config: unknown }).config, {
      virtual_key: 'openai',
      override_params: { model: 'gpt-4o' },
      default_params: { temperature: 0.2, max_tokens: 100 },
      price: { input: 2.5, output: 10, cache_read: 1.25 },
    });
    assert.deepEqual((bodyOf('pc-m1') as { config: unknown }).config, { virtual_key: 'openai', override_params: { model: 'gpt-4o-mini' } });
    assert.deepEqual(bodyOf('litellm-budget'), {
      name: 'litellm-budget',
      kind: 'usage_limit',
      type: 'cost',
      credit_limit: 100,
      periodic_reset_days: 30,
    });
    const grades = Object.fromEntries(lines.map(({ place, grade }) => [place, grade]));
    assert.deepEqual(grades, {
      'model_list[0]': 'exact',
      'model_list[0].litellm_params.temperature': 'exact',
      'model_list[0].litellm_params.max_tokens': 'exact',
      'model_list[0].litellm_params.input_cost_per_token': 'exact',
      'model_list[0].litellm_params.output_cost_per_token': 'exact',
      'model_list[0].model_info.input_cost_per_token': 'exact',
      'model_list[0].model_info.cache_read_input_token_cost': 'exact',
      'model_list[0].model_info.base_model': 'unsupported',
      'model_list[1]': 'exact',
      'model_list[1].litellm_params.input_cost_per_token': 'manual',
      'litellm_settings.max_budget': 'approximate',
      'litellm_settings.budget_duration': 'approximate',
    });
    const odd = importTexts([JSON.stringify({ model_list: [], litellm_settings: { max_budget: 5, budget_duration: '30s' } })]);
    assert.deepEqual(
      odd.lines.map(({ grade }) => grade),
      ['manual', 'manual'],
    );
  });

  it("of Portkey's is one that a gateway takes, with variables for the keys that are not exported", () => {
    const { text, lines } = importTexts([PORTKEY]);
    const { records } = read(text);
    assert.deepEqual(
      records.map(({ id }) => id),
      ['google-virtual-key', 'azure-key', 'pc-main'],
    );
    assert.match(text, /key: \$\{GOOGLE_VIRTUAL_KEY_KEY\}/);
    assert.deepEqual(records[1]?.body['options'], { resource_name: 'east', deployment_id: 'd', api_version: '2024-10-21' });
    assert.deepEqual(lines.map(({ grade }) => grade).toSorted(), ['approximate', 'exact', 'manual', 'manual', 'unsupported']);
  });

  it('is refused where it is neither', () => {
    assert.throws(() => importTexts(['{"hello": 1}']), /neither LiteLLM/);
    assert.throws(() => importTexts(['a: [']), /cannot be read/);
  });
});
