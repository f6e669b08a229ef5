import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anthropicMessages } from './index.ts';

function inseparableIn(thread: unknown): unknown {
  const wire = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], thread: thread as never };
  return anthropicMessages.inseparable?.(anthropicMessages.request.decode(wire, {}));
}

test('a conversation that the provider keeps cannot be left out, and clients are told by a code of theirs', () => {
  for (const thread of [{ type: 'create' }, { type: 'continue', previous_message_id: 'msg_1' }]) {
    assert.deepEqual(inseparableIn(thread), {
      param: 'thread',
      what: 'a conversation that the provider keeps',
      code: 'thread_unsupported_request',
    });
  }
  assert.equal(inseparableIn(null), undefined);
  assert.equal(inseparableIn(undefined), undefined);
});
