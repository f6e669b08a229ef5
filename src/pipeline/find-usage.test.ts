import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { CHAT_DIALECTS } from '../dialects/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import type { ChatEvent } from '../ir/events.ts';
import { findUsed, findUsedInBody } from './find-usage.ts';

const CONTEXT = { id: 'c0ffee', created: 1, model: 'asked', strict: true, includeUsage: true };

describe('finding what an answer used', () => {
  for (const { dialect } of CHAT_DIALECTS) {
    it(`gives what a decoder of ${dialect.name} reads, whatever the model wrote`, () => {
      const tricks = fc.array(fc.constantFrom('"usage":', '{"usage": {"input_tokens": 9}}', '\\', '"', '{', '}', 'é', '\u2028', 'model'));
      fc.assert(
        fc.property(tricks, fc.nat(5000), fc.nat(5000), (pieces, input, output) => {
          const events: ChatEvent[] = [
            { type: 'start', id: 'a', model: 'said' },
            { type: 'text', choice: 0, block: 0, text: pieces.join('') },
            { type: 'finish', choice: 0, reason: 'stop' },
            { type: 'usage', usage: { input, output } },
          ];
          const body = JSON.stringify(dialect.reply.encode(events, CONTEXT));
          const decoded = dialect.reply.decode(JSON.parse(body)).findLast((event) => event.type === 'usage');
          const found = findUsedInBody(Buffer.from(body), dialect.usage);
          assert.deepEqual(found?.usage, decoded?.usage);
          assert.equal(found?.usage.input, input);
          if (dialect.usage.model !== undefined) assert.equal(found?.model, 'said');
        }),
        { numRuns: 50 },
      );
    });
  }

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, behind) => {
        findUsedInBody(`${before}"usage":${behind}`, openaiChat.usage);
        findUsedInBody(Buffer.from(`${before}"usage":{${behind}`), openaiChat.usage);
      }),
    );
  });

  it('passes over records that count nothing, and takes the one before', () => {
    const found = findUsedInBody('{"usage":{"prompt_tokens":7,"completion_tokens":1},"x":{"usage":{}},"y":{"usage":null}}', openaiChat.usage);
    assert.equal(found?.usage.input, 7);
  });

  it('finds a record far in front of the end of a long body', () => {
    const body = Buffer.from(`{"usage":{"prompt_tokens":7,"completion_tokens":1},"rest":"${'é'.repeat(9000)}"}`);
    assert.equal(findUsedInBody(body, openaiChat.usage)?.usage.input, 7);
    assert.equal(findUsedInBody(body.toString('utf8'), openaiChat.usage)?.usage.input, 7);
  });

  it('completes what the last event of a stream counts by what the first one does', () => {
    const head = '{"type":"message_start","message":{"model":"claude","usage":{"input_tokens":20,"cache_read_input_tokens":5,"output_tokens":1}}}';
    const tail = '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":33}}';
    const { usage, model } = findUsed({ head, tail }, anthropicMessages.usage) ?? assert.fail();
    assert.deepEqual([usage.input, usage.cacheRead, usage.output, model], [20, 5, 33, 'claude']);
  });

  it('tells how a request was served where the answer says so', () => {
    const body = '{"model":"m","usage":{"prompt_tokens":7,"completion_tokens":1},"service_tier":"flex"}';
    assert.equal(findUsedInBody(body, openaiChat.usage)?.tier, 'flex');
  });
});
