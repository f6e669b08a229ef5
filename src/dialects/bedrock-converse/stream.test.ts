import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { encodeEventStreamEvent } from '../../transport/framing/aws-events.ts';
import { collectAnswer } from '../answer.ts';
import type { WireEvent } from '../dialect.ts';
import { bedrockConverse } from './index.ts';

const CONTEXT = { id: 'c0ffee', created: 1, model: 'm', strict: true, includeUsage: true };

function start(contentBlockIndex: number, value: JsonObject): WireEvent {
  return { contentBlockStart: { contentBlockIndex, start: value, p: 'abc' } };
}

function delta(contentBlockIndex: number, value: JsonObject): WireEvent {
  return { contentBlockDelta: { contentBlockIndex, delta: value, p: 'abcdef' } };
}

function stop(contentBlockIndex: number): WireEvent {
  return { contentBlockStop: { contentBlockIndex } };
}

function decode(...wire: readonly WireEvent[]): ChatEvent[] {
  const decoder = bedrockConverse.stream.decoder();
  const events = [...wire.flatMap((item) => decoder.push(item)), ...decoder.end()];
  return JSON.parse(JSON.stringify(events)) as ChatEvent[];
}

function blocks(...wire: readonly WireEvent[]): unknown {
  return JSON.parse(JSON.stringify(collectAnswer(decode(...wire)).choices[0]?.blocks ?? []));
}

function encode(...events: readonly ChatEvent[]): readonly WireEvent[] {
  const encoder = bedrockConverse.stream.encoder(CONTEXT);
  const wire = [...events.flatMap((item) => encoder.push(item)), ...encoder.end()];
  return wire.map((item) => JSON.parse(JSON.stringify(item)) as WireEvent);
}

describe('streams of Converse', () => {
  it('need no start for texts and thoughts, and end with their usage', () => {
    const usage = {
      inputTokens: 3,
      outputTokens: 9,
      totalTokens: 52,
      cacheReadInputTokens: 30,
      cacheWriteInputTokens: 10,
      cacheDetails: [{ ttl: '1h', inputTokens: 4 }],
    };
    assert.deepEqual(
      decode(
        { messageStart: { role: 'assistant', p: 'ab' } },
        delta(0, { reasoningContent: { text: 'Hm.' } }),
        delta(0, { reasoningContent: { signature: 'c2ln' } }),
        stop(0),
        delta(1, { text: '' }),
        delta(1, { text: 'Yes.' }),
        stop(1),
        { messageStop: { stopReason: 'stop_sequence', additionalModelResponseFields: { stop_sequence: 'END' } } },
        { metadata: { usage, metrics: { latencyMs: 5 } } },
      ),
      [
        { type: 'start' },
        { type: 'reasoning', choice: 0, block: 0, text: 'Hm.' },
        { type: 'reasoning', choice: 0, block: 0, text: '', signature: { value: 'c2ln', origin: 'anthropic-messages' } },
        { type: 'text', choice: 0, block: 1, text: 'Yes.' },
        { type: 'finish', choice: 0, reason: 'stop_sequence', native: { dialect: 'bedrock-converse', value: 'stop_sequence' }, stopSequence: 'END' },
        {
          type: 'usage',
          usage: { input: 3, cacheRead: 30, cacheWrite: 10, cacheWriteHour: 4, output: 9, native: { dialect: 'bedrock-converse', value: usage } },
        },
      ],
    );
  });

  it('give the words that citations are for, whichever comes first', () => {
    const citation = { title: 'Facts', source: 'https://example.com', sourceContent: [{ text: 'Rain ' }, { text: 'is wet.' }] };
    const [, cited] =
      collectAnswer(decode(delta(0, { text: 'So: ' }), stop(0), delta(1, { citation }), delta(1, { text: 'wet.' }))).choices[0]?.blocks ?? [];
    assert.ok(cited?.type === 'text');
    assert.equal(cited.text, 'wet.');
    assert.deepEqual(
      cited.citations.map(({ url, title, quote }) => ({ url, title, quote })),
      [{ url: 'https://example.com', title: 'Facts', quote: 'Rain is wet.' }],
    );
  });

  it('keep the tools that the provider ran itself apart from those of the client', () => {
    const head = { toolUseId: 's', name: 'nova_code_interpreter', type: 'server_tool_use' };
    const result = { toolUseId: 's', type: 'nova_code_interpreter_result', status: 'success' };
    assert.deepEqual(
      blocks(
        start(0, { toolUse: head }),
        delta(0, { toolUse: { input: '{"snippet":' } }),
        delta(0, { toolUse: { input: '"1"}' } }),
        stop(0),
        start(1, { toolResult: result }),
        delta(1, { toolResult: [{ json: { stdOut: '1' } }] }),
        stop(1),
        start(2, { toolUse: { toolUseId: 'a', name: 'f', type: 'tool_use' } }),
        delta(2, { toolUse: { input: '{}' } }),
      ),
      [
        { type: 'opaque', dialect: 'bedrock-converse', value: { toolUse: { ...head, input: { snippet: '1' } } } },
        { type: 'opaque', dialect: 'bedrock-converse', value: { toolResult: { ...result, content: [{ json: { stdOut: '1' } }] } } },
        { type: 'tool_call', id: 'a', name: 'f', arguments: '{}', custom: false },
      ],
    );
  });

  it('give an image when it is whole', () => {
    const image = (bytes: string) => delta(0, { image: { source: { bytes } } });
    assert.deepEqual(decode(start(0, { image: { format: 'jpeg' } }), image('AA'), image('BB'), { messageStop: { stopReason: 'end_turn' } })[0], {
      type: 'media',
      choice: 0,
      block: 0,
      kind: 'image',
      source: { kind: 'base64', mime: 'image/jpeg', data: 'AABB' },
    });
  });

  it('fail with the status that the exception has on its own', () => {
    const failure = (name: string) => decode({ [name]: { message: 'No.' } });
    assert.deepEqual(failure('throttlingException'), [{ type: 'error', error: { status: 429, message: 'No.', type: 'ThrottlingException' } }]);
    for (const [name, status] of [
      ['validationException', 400],
      ['modelStreamErrorException', 424],
      ['internalServerException', 500],
      ['serviceUnavailableException', 503],
      ['framingException', 502],
    ] as const) {
      const [event] = failure(name);
      assert.equal(event?.type === 'error' ? event.error.status : undefined, status);
    }
  });

  it('know every reason for an end, and make do without one', () => {
    const reason = (stopReason: string | undefined, ...before: readonly WireEvent[]) => {
      const event = decode(...before, { messageStop: { stopReason } }).find(({ type }) => type === 'finish');
      return event?.type === 'finish' ? event.reason : undefined;
    };
    assert.equal(reason('guardrail_intervened'), 'content_filter');
    assert.equal(reason('model_context_window_exceeded'), 'length');
    assert.equal(reason('malformed_tool_use'), 'error');
    assert.equal(reason('something_new'), 'stop');
    assert.equal(reason(undefined, start(0, { toolUse: { toolUseId: 'a', name: 'f' } })), 'tool_calls');
  });
});

describe('whole replies of Converse', () => {
  it('that hold redacted thoughts give Claude’s as text, and others as they are', () => {
    const blob = (bytes: Buffer) => ({ reasoningContent: { redactedContent: bytes.toString('base64') } });
    const content = [blob(Buffer.from('ZW5jcnlwdGVk')), blob(Buffer.of(1, 200, 3))];
    const events = bedrockConverse.reply.decode({ output: { message: { role: 'assistant', content } }, stopReason: 'end_turn' });
    assert.deepEqual(
      events.filter((event) => event.type === 'reasoning').map(({ redacted, signature }) => ({ redacted, signature })),
      [
        { redacted: 'ZW5jcnlwdGVk', signature: undefined },
        { redacted: Buffer.of(1, 200, 3).toString('base64'), signature: { value: '', origin: 'bedrock-converse' } },
      ],
    );
  });

  it('that are errors are errors', () => {
    const [event] = bedrockConverse.reply.decode({ message: 'No.' });
    assert.equal(event?.type === 'error' ? event.error.message : undefined, 'No.');
  });
});

describe('streams for Converse clients', () => {
  it('have the order of events that the API has', () => {
    assert.deepEqual(
      encode(
        { type: 'reasoning', choice: 0, block: 0, text: 'Hm.' },
        { type: 'text', choice: 0, block: 1, text: 'Yes.' },
        { type: 'tool_call', choice: 0, block: 2, id: '', name: 'f', arguments: '' },
        { type: 'tool_arguments', choice: 0, block: 2, text: '{}' },
        { type: 'finish', choice: 0, reason: 'tool_calls' },
        { type: 'usage', usage: { input: 3, cacheRead: 4, output: 2, reasoning: 1 } },
      ),
      [
        { messageStart: { role: 'assistant' } },
        { contentBlockDelta: { delta: { reasoningContent: { text: 'Hm.' } }, contentBlockIndex: 0 } },
        { contentBlockStop: { contentBlockIndex: 0 } },
        { contentBlockDelta: { delta: { text: 'Yes.' }, contentBlockIndex: 1 } },
        { contentBlockStop: { contentBlockIndex: 1 } },
        { contentBlockStart: { start: { toolUse: { toolUseId: 'tooluse_c0ffee_2', name: 'f' } }, contentBlockIndex: 2 } },
        { contentBlockDelta: { delta: { toolUse: { input: '{}' } }, contentBlockIndex: 2 } },
        { contentBlockStop: { contentBlockIndex: 2 } },
        { messageStop: { stopReason: 'tool_use' } },
        { metadata: { usage: { inputTokens: 3, outputTokens: 3, totalTokens: 10, cacheReadInputTokens: 4 }, metrics: { latencyMs: 0 } } },
      ],
    );
  });

  it('give back the blocks of tools that the provider ran itself', () => {
    const wire = [
      { messageStart: { role: 'assistant' } },
      start(0, { toolUse: { toolUseId: 's', name: 'nova_grounding', type: 'server_tool_use' } }),
      delta(0, { toolUse: { input: '{"query":"rain"}' } }),
      stop(0),
      start(1, { toolResult: { toolUseId: 's', type: 'nova_grounding_result' } }),
      delta(1, { toolResult: [{ text: 'x' }] }),
      stop(1),
      { messageStop: { stopReason: 'end_turn' } },
    ] as const;
    const withoutPadding = JSON.parse(JSON.stringify(wire, (key, value: unknown) => (key === 'p' ? undefined : value))) as WireEvent[];
    assert.deepEqual(encode(...decode(...wire)), withoutPadding);
  });

  it('tell an error by an exception that streams may hold', () => {
    const failed = (status: number) => encode({ type: 'error', error: { status, message: 'No.' } })[0];
    assert.deepEqual(failed(429), { throttlingException: { message: 'No.' } });
    assert.deepEqual(failed(404), { modelStreamErrorException: { message: 'No.' } });
    assert.deepEqual(failed(502), { internalServerException: { message: 'No.' } });
  });

  it('tell what was used before an error', () => {
    const usage: ChatEvent = { type: 'usage', usage: { input: 3, output: 1 } };
    const [metadata, exception] = encode(usage, { type: 'error', error: { status: 429, message: 'No.' } }) as Record<string, { usage?: object }>[];
    assert.deepEqual(JSON.parse(JSON.stringify(metadata?.['metadata']?.usage)), { inputTokens: 3, outputTokens: 1, totalTokens: 4 });
    assert.ok(exception !== undefined && 'throttlingException' in exception);
  });

  it('put a refusal beside an answer that was kept back, and show it as text otherwise', () => {
    const refusal: ChatEvent = { type: 'refusal', choice: 0, block: 0, text: 'I cannot.' };
    assert.deepEqual(encode(refusal, { type: 'finish', choice: 0, reason: 'refusal' }).slice(1), [
      { messageStop: { stopReason: 'content_filtered', additionalModelResponseFields: { refusal: 'I cannot.' } } },
    ]);
    assert.deepEqual(encode(refusal, { type: 'finish', choice: 0, reason: 'stop' }).slice(1, 3), [
      { contentBlockDelta: { delta: { text: 'I cannot.' }, contentBlockIndex: 0 } },
      { contentBlockStop: { contentBlockIndex: 0 } },
    ]);
  });
});

describe('blocks without content', () => {
  it('leave no trace in a stream, so that nothing ends that did not begin', () => {
    const encoder = bedrockConverse.stream.encoder({ id: 'x', created: 1, model: 'm', strict: true, includeUsage: true });
    const events: ChatEvent[] = [
      { type: 'text', choice: 0, block: 0, text: '' },
      { type: 'text', choice: 0, block: 1, text: 'Hi' },
      { type: 'finish', choice: 0, reason: 'stop' },
    ];
    assert.deepEqual(
      events.flatMap((event) => encoder.push(event)),
      [
        { messageStart: { role: 'assistant' } },
        { contentBlockDelta: { delta: { text: 'Hi' }, contentBlockIndex: 0 } },
        { contentBlockStop: { contentBlockIndex: 0 } },
        { messageStop: { stopReason: 'end_turn', additionalModelResponseFields: undefined } },
      ],
    );
  });
});

describe('the end of a Converse stream', () => {
  const bytes = (...wire: readonly WireEvent[]) => Buffer.concat(wire.map(encodeEventStreamEvent)).subarray(-4096);
  const isEnded = (tail: Buffer) => bedrockConverse.terminators.some((pattern) => tail.includes(pattern));
  const trace = { guardrail: { modelOutput: ['x'.repeat(9000)] } };
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };

  it('is told by its last bytes, whatever comes with the usage', () => {
    assert.ok(isEnded(bytes({ messageStop: { stopReason: 'end_turn' } })));
    assert.ok(isEnded(bytes({ messageStop: { stopReason: 'end_turn' } }, { metadata: { trace, usage } })));
    assert.ok(isEnded(bytes({ throttlingException: { message: 'No.' } })));
  });

  it('is not mistaken for a text that speaks of it', () => {
    const text = ':event-type\u0007\u0000\u000bmessageStop :exception-type\u0007 "totalTokens": 3';
    assert.ok(!isEnded(bytes(delta(0, { text }))));
  });
});
