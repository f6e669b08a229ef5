import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatRequest, MediaPart } from '../ir/request.ts';
import { unsaidMembers } from './unsaid-members.ts';

const image: MediaPart = { type: 'media', kind: 'image', source: { kind: 'url', url: 'https://example.com/cat.png' } };
const request: ChatRequest = {
  model: 'm',
  stream: false,
  sampling: {},
  extra: {},
  messages: [
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'Hello', cache: {} },
        { ...image, detail: 'low' },
        { ...image, context: 'A cat', citable: false },
      ],
    },
    { role: 'user', parts: [{ type: 'tool_result', id: 'c', isError: true, content: [{ ...image, citable: true }] }] },
  ],
};

describe('members that cannot be said', () => {
  it('are found wherever they stand, if they are asked for', () => {
    assert.deepEqual(unsaidMembers(request, ['cache_control', 'citations', 'context', 'detail', 'is_error']), [
      'cache_control',
      'detail',
      'context',
      'is_error',
      'citations',
    ]);
    assert.deepEqual(unsaidMembers(request, ['detail']), ['detail']);
  });

  it('are found in tools', () => {
    const tools = [{ type: 'function', name: 'f', cache: { ttl: '1h' } }] as const;
    assert.deepEqual(unsaidMembers({ ...request, messages: [], tools }, ['cache_control', 'detail']), ['cache_control']);
  });

  it('are none where the provider is left to choose', () => {
    assert.deepEqual(unsaidMembers({ ...request, messages: [{ role: 'user', parts: [{ ...image, detail: 'auto' }] }] }, ['detail']), []);
  });
});
