import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCall } from '../../test/support/calls.ts';
import type { JsonObject } from '../ir/json.ts';
import { explainedCall } from './explained-call.ts';

const BODY = { model: 'm', messages: [] };
const OWN = { authorization: 'Bearer k', 'x-portkey-provider': 'openai', 'x-portkey-metadata': '{"plan":"paid"}' };
const asked = (json: JsonObject | undefined): ReturnType<typeof explainedCall> => explainedCall(aCall({ url: '/v1/explain', headers: OWN, json }));

describe('a call that is to be explained', () => {
  it('is a chat completion with the headers of the question where these are not named', () => {
    const call = asked({ body: BODY });
    assert.equal(call.pathname, '/v1/chat/completions');
    assert.equal(call.endpoint.kind, 'chat');
    assert.deepEqual([call.headers, call.json, JSON.parse(call.body.toString())], [OWN, BODY, BODY]);
    assert.deepEqual(call.metadata, { plan: 'paid' });
  });

  it('has the path, the query and the headers that the question names, and none of its own then', () => {
    const call = asked({
      path: '/v1beta/models/gemini-pro:streamGenerateContent?alt=sse',
      headers: { 'X-Portkey-Config': { provider: 'google' }, 'x-sluice-metadata': '{"plan":"free"}' },
      body: {},
    });
    assert.equal(call.endpoint.kind === 'chat' && call.endpoint.model, 'gemini-pro');
    assert.equal(call.endpoint.kind === 'chat' && call.endpoint.jsonArray, false);
    assert.deepEqual(call.headers, { 'x-portkey-config': '{"provider":"google"}', 'x-sluice-metadata': '{"plan":"free"}' });
    assert.deepEqual(call.metadata, { plan: 'free' });
    assert.equal(call.url, '/v1beta/models/gemini-pro:streamGenerateContent?alt=sse');
  });

  it('can be one for embeddings or for a count', () => {
    assert.equal(asked({ path: '/v1/embeddings', body: {} }).endpoint.kind, 'embed');
    assert.equal(asked({ path: '/v1/messages/count_tokens', body: {} }).endpoint.kind, 'count');
  });

  it('is refused with the name of what is wrong', () => {
    const cases: readonly (readonly [JsonObject | undefined, { readonly code: string; readonly param?: string }])[] = [
      [undefined, { code: 'invalid_json' }],
      [{}, { code: 'invalid_request', param: 'body' }],
      [{ body: [] }, { code: 'invalid_request', param: 'body' }],
      [
        { path: 5, body: BODY },
        { code: 'invalid_request', param: 'path' },
      ],
      [
        { path: '/v1/files', body: BODY },
        { code: 'invalid_request', param: 'path' },
      ],
      [
        { path: '/v1/responses/r/cancel', body: BODY },
        { code: 'invalid_request', param: 'path' },
      ],
      [
        { path: '/nowhere', body: BODY },
        { code: 'invalid_request', param: 'path' },
      ],
      [
        { path: 'v1/explain', body: BODY },
        { code: 'invalid_request', param: 'path' },
      ],
      [
        { headers: 'x', body: BODY },
        { code: 'invalid_request', param: 'headers' },
      ],
      [
        { headers: { a: 1 }, body: BODY },
        { code: 'invalid_request', param: 'headers.a' },
      ],
      [{ headers: { a: 'x'.repeat(200_000) }, body: BODY }, { code: 'headers_too_large' }],
      [
        { body: BODY, model: 'm' },
        { code: 'invalid_request', param: 'model' },
      ],
    ];
    for (const [json, { code, param }] of cases)
      assert.throws(
        () => asked(json),
        (error: { code: string; info: { param?: string } }) => {
          assert.deepEqual([error.code, error.info.param], [code, param]);
          return true;
        },
      );
  });
});
