import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import type { WireEvent } from '../dialects/dialect.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { exceptionsAsErrors } from './exceptions.ts';

describe('exceptions of the framing', () => {
  const mend = exceptionsAsErrors(anthropicMessages);

  it('become errors of the dialect, which its decoder tells apart', () => {
    const errorOf = (wire: WireEvent): unknown => anthropicMessages.stream.decoder().push(mend(wire));
    for (const [name, status] of [
      ['throttlingException', 429],
      ['serviceUnavailableException', 529],
      ['modelStreamErrorException', 500],
      ['validationException', 400],
    ] as const) {
      const [event] = errorOf({ [name]: { message: 'Too much.' } }) as [{ type: string; error: { status: number; message: string } }];
      assert.equal(event.type, 'error');
      assert.equal(event.error.message, 'Too much.');
      assert.equal(event.error.status, status, name);
    }
  });

  it('are told in the words of any dialect', () => {
    const wire = exceptionsAsErrors(openaiChat)({ throttlingException: { message: 'Too much.' } }) as { error: { message: string } };
    assert.equal(wire.error.message, 'Too much.');
  });

  it('are all that is changed', () => {
    const events: WireEvent[] = [{ type: 'message_stop' }, {}, '[DONE]'];
    for (const event of events) assert.equal(mend(event), event);
  });
});
