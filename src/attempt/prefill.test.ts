import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatRequest } from '../ir/request.ts';
import { claudePrefill } from '../providers/anthropic-options.ts';
import { beginningOf, goingOnFrom, withMark } from './prefill.ts';

const request = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'm',
  stream: true,
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
  sampling: {},
  extra: {},
  ...more,
});

describe('the beginning of an answer that is to be gone on from', () => {
  it('lacks white space at its end, which hosts refuse, and must not be empty', () => {
    assert.equal(beginningOf('Hello wo \n', {}, request()), 'Hello wo');
    assert.equal(beginningOf(' \n', {}, request()), undefined);
  });

  it('goes with no request for thoughts or a schema', () => {
    assert.equal(beginningOf('Hello', {}, request({ format: { type: 'json' } })), undefined);
    assert.equal(beginningOf('Hello', {}, request({ reasoning: { mode: 'enabled', budgetTokens: 1024 } })), undefined);
    assert.equal(beginningOf('Hello', {}, request({ reasoning: { mode: 'disabled' } })), 'Hello');
    assert.equal(beginningOf('Hello', {}, request({ reasoning: { effort: 'none' } })), 'Hello');
  });

  it('is taken by Claude up to 4.5, under every name that hosts have for it', () => {
    const takes = [
      'claude-3-5-sonnet-20241022',
      'claude-sonnet-4-20250514',
      'claude-opus-4-1',
      'claude-opus-4-5-20251101',
      'claude-haiku-4-5@20251001',
    ];
    for (const model of [...takes, 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'])
      assert.equal(beginningOf('Hello', claudePrefill, request({ model })), 'Hello', model);
    for (const model of [
      'claude-opus-4-6',
      'claude-sonnet-4-6',
      'us.anthropic.claude-opus-4-6-v1',
      'claude-opus-4-8',
      'claude-sonnet-5',
      'claude-opus-5-5',
    ])
      assert.equal(beginningOf('Hello', claudePrefill, request({ model })), undefined, model);
  });

  it('is the last message, marked as the host wants it', () => {
    assert.deepEqual(goingOnFrom(request(), 'Hello').messages.at(-1), { role: 'assistant', parts: [{ type: 'text', text: 'Hello' }] });
    const messages = [{ role: 'user' }, { role: 'assistant' }];
    assert.deepEqual(withMark({ messages }, { prefix: true }), { messages: [{ role: 'user' }, { role: 'assistant', prefix: true }] });
    assert.deepEqual(withMark({ messages }, undefined), { messages });
  });
});
