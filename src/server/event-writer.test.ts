import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONTEXT } from '../../test/support/wire.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { GatewayError } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import { EventWriter } from './event-writer.ts';
import { StreamEncoder } from './stream-encoder.ts';

const text = (piece: string): ChatEvent => ({ type: 'text', choice: 0, block: 0, text: piece });
const start: ChatEvent = { type: 'start', id: 'x' };
const finish: ChatEvent = { type: 'finish', choice: 0, reason: 'stop' };
const writer = (): EventWriter => new EventWriter(new StreamEncoder(anthropicMessages, CONTEXT, false));
const events = (bytes: string | Uint8Array): string[] => [...String(bytes).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name ?? '');

describe('a streamed answer', () => {
  it('is the provider’s own bytes as long as there are any, and ends as they do', () => {
    const own = writer();
    assert.equal(own.write({ events: [start], raw: 'a' }), 'a');
    assert.equal(own.write({ events: [text('Hi'), finish], raw: 'b' }), 'b');
    assert.equal(own.end(), '');
  });

  it('goes on from the bytes where another answer takes it up, however long it was', () => {
    for (const length of [1, 3_000]) {
      const taken = writer();
      taken.write({ events: [start], raw: 'a' });
      for (let i = 0; i < length; i++) taken.write({ events: [text('word '.repeat(9))], raw: 'b' });
      const written: string = `${String(taken.write({ events: [text('more'), finish] }))}${String(taken.end())}`;
      assert.deepEqual(events(written), ['content_block_delta', 'content_block_stop', 'message_delta', 'message_stop']);
    }
  });

  it('is closed where it has no bytes of its own, and told of an error in the dialect', () => {
    const empty = new EventWriter(new StreamEncoder(gemini, CONTEXT, true));
    assert.equal(empty.end(), '[]');
    const failing = writer();
    failing.write({ events: [start, text('Hi')], raw: 'a' });
    assert.deepEqual(events(failing.fail(new GatewayError('stream_truncated', 'cut'))), ['error']);
  });
});
