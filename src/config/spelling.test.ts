import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configJsonSchema } from './json-schema.ts';
import { inSnakeCase } from './spelling.ts';

const snake = (value: unknown): unknown => inSnakeCase(value).value;

describe('camelCase', () => {
  it('means the same as snake_case at every depth', () => {
    assert.deepEqual(snake({ customHost: 'h', targets: [{ apiKey: 'k', retry: { onStatusCodes: [1] } }], strictOpenAiCompliance: true }), {
      custom_host: 'h',
      targets: [{ api_key: 'k', retry: { on_status_codes: [1] } }],
      strict_open_ai_compliance: true,
    });
  });

  it('is left alone in what belongs to providers, checks and users', () => {
    const opaque = {
      override_params: { topP: 1, someThing: { aB: 1 } },
      default_params: { topK: 1 },
      vertex_service_account_json: { clientEmail: 'x' },
      input_guardrails: [{ 'default.wordCount': { minWords: 1 }, wordCount: {} }],
      output_mutators: [{ addPrefix: {} }],
      before_request_hooks: [{ checks: [{ id: 'x', parameters: { minWords: 1 } }], on_fail: { feedback: { metadata: { myKey: 1 } } } }],
      strategy: { conditions: [{ query: { 'params.maxTokens': 1, someKey: 1, $or: [] } }] },
    };
    assert.deepEqual(snake(opaque), opaque);
    assert.deepEqual(snake({ overrideParams: { topP: 1 } }), { override_params: { topP: 1 } });
  });

  it('is nothing else that has capitals', () => {
    const others = { API_KEY: 1, 'x-Y': 2, Provider: 3, resource_Name: 4, $Or: 5 };
    assert.deepEqual(snake(others), others);
  });

  it('exists for every known key', () => {
    for (const key of Object.keys(configJsonSchema()['properties'] as object)) {
      const camel = key.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
      assert.deepEqual(Object.keys(snake({ [camel]: 1 }) as object), [key]);
    }
  });

  it('and snake_case together are a problem with its place', () => {
    assert.deepEqual(
      inSnakeCase({ targets: [{ api_key: 1, apiKey: 2 }] }).problems.map(({ path }) => path),
      [['targets', 0, 'api_key']],
    );
  });
});
