import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../ir/json.ts';
import { looksLikeError, looksLikeJson } from './body.ts';
import { applyQuirks, refusedMembers } from './quirks.ts';
import { fillTemplate, hostOf, splitUrl, versioned } from './url.ts';

describe('URLs of targets', () => {
  it('are split behind the authority', () => {
    assert.deepEqual(splitUrl('https://api.example:8443/v1/x?y=z'), { origin: 'https://api.example:8443', path: '/v1/x?y=z' });
    assert.deepEqual(splitUrl('mock://sluice'), { origin: 'mock://sluice', path: '' });
    assert.equal(hostOf('http://[::1]:8080/x'), '::1');
  });

  it('take values encoded, so that no value can leave its segment', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }).filter((model) => !/^\.\.?$/.test(model)),
        (model) => {
          const path = fillTemplate('/models/{model}:generate', { model }, 'config');
          assert.match(path, /^\/models\/[^/?#]*:generate$/);
          assert.equal(decodeURIComponent(path.slice('/models/'.length, -':generate'.length)), model);
        },
      ),
    );
  });

  it('take no value by which a path would lead elsewhere', () => {
    for (const model of ['.', '..']) assert.throws(() => fillTemplate('/models/{model}', { model }, 'config'), { code: 'missing_option' });
  });

  it('name the option that is missing', () => {
    assert.throws(() => fillTemplate('https://{resource_name}.example', {}, 'config.targets[1]'), {
      code: 'missing_option',
      message: 'resource_name is required at config.targets[1]',
    });
  });

  it('change their version segment only where there is one', () => {
    assert.equal(versioned('https://api.example/openai/v1', 'v2'), 'https://api.example/openai/v2');
    assert.equal(versioned('/v1beta/models/{model}:x', 'v1alpha'), '/v1alpha/models/{model}:x');
    assert.equal(versioned('/chat/completions', 'v2'), '/chat/completions');
    assert.equal(versioned('/x?api-version={api_version}', 'v2'), '/x?api-version={api_version}');
    assert.equal(versioned('/v1/x', undefined), '/v1/x');
  });
});

describe('quirks', () => {
  const request: JsonObject = {
    model: 'm',
    max_completion_tokens: 5,
    temperature: 3,
    messages: [{ role: 'developer', content: 'x' }],
    tool_choice: 'required',
    user: 'u',
    stream_options: {},
  };

  it('leave a request that they do not concern as the same object', () => {
    assert.equal(applyQuirks(request, undefined), request);
    assert.equal(
      applyQuirks(request, { drop: ['seed'], rename: { stop: 'ends' }, clamp: { top_p: { max: 1 } }, values: { model: { x: 'y' } } }),
      request,
    );
  });

  it('rename, respell, clamp, drop and add members, and lower the developer’s role', () => {
    const changed = applyQuirks(request, {
      rename: { max_completion_tokens: 'max_tokens' },
      values: { tool_choice: { required: 'any' } },
      clamp: { temperature: { min: 0, max: 2 } },
      drop: ['user'],
      defaults: { model: 'unused', safe: true },
      systemRole: 'system',
      streamOptions: false,
    });
    assert.deepEqual(changed, {
      model: 'm',
      max_tokens: 5,
      temperature: 2,
      messages: [{ role: 'system', content: 'x' }],
      tool_choice: 'any',
      safe: true,
    });
    assert.deepEqual(refusedMembers(request, { drop: ['user', 'seed'] }), ['user']);
  });
});

describe('whole answers', () => {
  it('are told from pages and from bodies that were cut off', () => {
    for (const good of ['{"a":1}', ' \n[1]\r\n', '{"x":"}"}  ', '{"x":"\\\\"}', '[{"\\"}":[]}]', '{}'])
      assert.ok(looksLikeJson(Buffer.from(good)), good);
    for (const bad of ['', '<html>', '{"a":', '{"a":[1]', 'oops', '}', '"text"', '{"a":{"b":1}', '{"a":"}', '{"a":1}{"b":2}'])
      assert.ok(!looksLikeJson(Buffer.from(bad)), bad);
  });

  it('are told from errors that come with status 200', () => {
    assert.ok(looksLikeError(Buffer.from('{ "error": {"message":"x"}}')));
    assert.ok(looksLikeError(Buffer.from('{"type":"error","error":{"type":"api_error","message":"x"}}')));
    assert.ok(!looksLikeError(Buffer.from('{"type":"message","error":null}')));
    assert.ok(!looksLikeError(Buffer.from('{"id":"x","error":null}')));
    assert.ok(!looksLikeError(Buffer.from('{"error":null,"choices":[]}')));
  });
});
