import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { collectAnswer } from '../answer.ts';
import { plain } from '../contract/meaning.ts';
import type { ReplyContext } from '../dialect.ts';
import { gemini } from './index.ts';

const CONTEXT: ReplyContext = { id: 'c0ffee', created: 1, model: 'asked', strict: true, includeUsage: true };

function decode(...chunks: readonly unknown[]): readonly ChatEvent[] {
  const decoder = gemini.stream.decoder();
  return [...chunks.flatMap((chunk) => decoder.push(chunk as JsonObject)), ...decoder.end()];
}

function parts(...list: readonly unknown[]): JsonObject {
  return { candidates: [{ content: { role: 'model', parts: list } }] } as unknown as JsonObject;
}

function finished(finishReason: string, ...list: readonly unknown[]): JsonObject {
  return { candidates: [{ content: { parts: list }, finishReason }] } as unknown as JsonObject;
}

function encode(...events: readonly ChatEvent[]): readonly JsonObject[] {
  const encoder = gemini.stream.encoder(CONTEXT);
  return [...events.flatMap((event) => encoder.push(event)), ...encoder.end()].map((chunk) => plain(chunk) as JsonObject);
}

function saidParts(chunks: readonly JsonObject[]): readonly unknown[] {
  return chunks.flatMap((chunk) => (chunk['candidates'] as { content: { parts: unknown[] } }[]).flatMap(({ content }) => content.parts));
}

function candidateOf(wire: JsonObject | undefined): JsonObject {
  return (wire as { candidates: [JsonObject] }).candidates[0];
}

const STOP: ChatEvent = { type: 'finish', choice: 0, reason: 'stop' };

describe('a stream from Gemini', () => {
  it('finishes once, at its end, whatever its chunks say of it', () => {
    const decoder = gemini.stream.decoder();
    assert.ok(!decoder.push(finished('STOP', { text: 'a' })).some(({ type }) => type === 'finish'));
    assert.deepEqual(decoder.push(finished('STOP', { text: 'b' })), [{ type: 'text', choice: 0, block: 0, text: 'b' }]);
    assert.deepEqual(decoder.end(), [{ type: 'finish', choice: 0, reason: 'stop', native: { dialect: 'gemini', value: 'STOP' } }]);
  });
  it('without a finish reason never finishes, but tells what it used', () => {
    const events = decode({ ...parts({ text: 'a' }), usageMetadata: { promptTokenCount: 3 } });
    assert.deepEqual(
      events.map(({ type }) => type),
      ['start', 'text', 'usage'],
    );
  });
  it('that calls functions finishes with tool calls, unless it was cut off', () => {
    const reasonOf = (word: string) => collectAnswer(decode(finished(word, { functionCall: { name: 'f', args: {} } }))).choices[0]?.finish?.reason;
    assert.equal(reasonOf('STOP'), 'tool_calls');
    assert.equal(reasonOf('MAX_TOKENS'), 'length');
    assert.equal(reasonOf('CONTINUATION'), 'length');
  });
  it('counts its tokens once, disjointly', () => {
    const usageMetadata = {
      promptTokenCount: 100,
      cachedContentTokenCount: 80,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 20,
      toolUsePromptTokenCount: 5,
      totalTokenCount: 132,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 90 },
        { modality: 'AUDIO', tokenCount: 10 },
      ],
    };
    const { usage } = collectAnswer(decode({ usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1 } }, { usageMetadata }));
    assert.deepEqual(plain(usage), {
      input: 20,
      cacheRead: 80,
      toolPrompt: 5,
      output: 7,
      reasoning: 20,
      audioInput: 10,
      native: { dialect: 'gemini', value: usageMetadata },
    });
    assert.equal(collectAnswer(decode({ usageMetadata: { trafficType: 'ON_DEMAND' } })).usage, undefined);
  });
  it('refuses in the words that the provider has for it, which go back to where they were', () => {
    const promptFeedback = { blockReason: 'MODEL_ARMOR', blockReasonMessage: 'Not allowed.' };
    const kept = { content: { role: 'model', parts: [] }, finishReason: 'SAFETY', finishMessage: 'Not allowed.' };
    const prompt = decode({ promptFeedback });
    const answer = decode({ candidates: [kept] });
    for (const events of [prompt, answer]) {
      const [refusal, finish] = events.slice(-2);
      assert.deepEqual([refusal?.type === 'refusal' && refusal.text, finish?.type === 'finish' && finish.reason], ['Not allowed.', 'content_filter']);
    }
    for (const wire of [encode(...prompt).at(-1), plain(gemini.reply.encode(prompt, CONTEXT)) as JsonObject]) {
      assert.deepEqual([wire?.['promptFeedback'], wire?.['candidates']], [promptFeedback, undefined]);
    }
    for (const wire of [encode(...answer).at(-1), plain(gemini.reply.encode(answer, CONTEXT)) as JsonObject]) {
      assert.equal(candidateOf(wire)['finishMessage'], 'Not allowed.');
    }
  });

  it('keeps its words about a broken tool call from becoming an answer', () => {
    const events = decode({ candidates: [{ finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'print(' }] });
    assert.deepEqual(
      events.map(({ type }) => type),
      ['start', 'opaque', 'finish'],
    );
  });

  it('whose prompt is refused is filtered, without an answer', () => {
    const promptFeedback = { blockReason: 'PROHIBITED_CONTENT' };
    const events = decode({ promptFeedback, responseId: 'r' });
    assert.deepEqual(events.slice(1), [
      { type: 'opaque', choice: 0, block: 0, dialect: 'gemini', value: { promptFeedback } },
      { type: 'finish', choice: 0, reason: 'content_filter', native: { dialect: 'gemini', value: 'PROHIBITED_CONTENT' } },
    ]);
    for (const wire of [encode(...events).at(-1), plain(gemini.reply.encode(events, CONTEXT))]) {
      assert.deepEqual(wire, { promptFeedback, modelVersion: 'asked', responseId: 'r' });
    }
  });
  it('that fails tells first what was used', () => {
    const spent = { candidates: [{ content: { parts: [{ text: 'Hi' }] } }], usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1 } };
    const events = decode(spent, { error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } });
    assert.deepEqual(
      events.map(({ type }) => type),
      ['start', 'text', 'usage', 'error'],
    );
  });

  it('that fails tells the status of its error, in a list too', () => {
    const error = { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' };
    for (const chunk of [{ error }, [{ error }]]) {
      const events = decode(finished('STOP', { text: 'a' }), chunk);
      assert.ok(!events.some(({ type }) => type === 'finish'));
      const { status, message } = collectAnswer(events).error ?? {};
      assert.deepEqual({ status, message }, { status: 503, message: 'Overloaded.' });
    }
  });
  it('keeps signatures on what they sign: thoughts, texts, calls, and parts of their own', () => {
    const sig = (value: string) => ({ value, origin: 'gemini' });
    const events = decode(
      parts({ text: 'Hm.', thought: true }, { text: 'A', thoughtSignature: 's1' }),
      parts({ text: 'B' }, { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 's2' }),
      finished('STOP', { text: '', thoughtSignature: 's3' }),
    );
    assert.deepEqual(plain(collectAnswer(events).choices[0]?.blocks), [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'A', citations: [], signature: sig('s1') },
      { type: 'text', text: 'B', citations: [] },
      { type: 'tool_call', id: collectCallIds(events)[0], name: 'f', arguments: '{"a":1}', custom: false, signature: sig('s2') },
      { type: 'text', text: '', citations: [], signature: sig('s3') },
    ]);
  });
  it('numbers calls without ids by the answer that they stand in', () => {
    const calls = parts({ functionCall: { name: 'f' } }, { functionCall: { name: 'f' } }, { functionCall: { id: 'own', name: 'f' } });
    const ids = collectCallIds(decode({ ...calls, responseId: 'a-B_c=' }, parts({ functionCall: { name: 'f' } })));
    assert.deepEqual(ids, ['call_a-B_c_0', 'call_a-B_c_1', 'own', 'call_a-B_c_3']);
    const long = collectCallIds(decode({ ...calls, responseId: 'x'.repeat(99) }));
    assert.ok(long.every((id) => id.length <= 40));
    assert.equal(new Set(long).size, 3);
  });
  it('tells calls of nameless answers apart by what they say', () => {
    const idOf = (args: object) => collectCallIds(decode(parts({ functionCall: { name: 'f', args } })))[0];
    assert.equal(idOf({ a: 1 }), idOf({ a: 1 }));
    assert.notEqual(idOf({ a: 1 }), idOf({ a: 2 }));
  });
  it('puts streamed arguments together, value by value', () => {
    const piece = (jsonPath: string, value: object, willContinue = true) =>
      parts({ functionCall: { partialArgs: [{ jsonPath, ...value }], willContinue } });
    const events = decode(
      parts({ functionCall: { name: 'f', willContinue: true } }),
      piece('$.city', { stringValue: 'Ber', willContinue: true }),
      piece('$.city', { stringValue: 'n' }),
      piece('$.list[0].n', { numberValue: 1.5 }),
      piece('$.list[1]', { boolValue: false }),
      piece("$['odd key']", { nullValue: 'NULL_VALUE' }),
      piece('$.list[999999999]', { numberValue: 2 }),
      piece('$.__proto__.polluted', { boolValue: true }),
      parts({ functionCall: {} }),
      parts({ functionCall: { name: 'g', args: { a: 1 } } }),
      finished('STOP', { text: '' }),
    );
    const [first, second] = collectAnswer(events).choices[0]?.blocks ?? [];
    assert.equal(
      first?.type === 'tool_call' && first.arguments,
      '{"city":"Bern","list":[{"n":1.5},false,2],"odd key":null,"__proto__":{"polluted":true}}',
    );
    assert.equal(second?.type === 'tool_call' && second.arguments, '{"a":1}');
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });
  it('ends streamed arguments with the last piece, the next call, or the stream', () => {
    const opened = { functionCall: { name: 'f', partialArgs: [{ jsonPath: '$.a', numberValue: 1 }], willContinue: true } };
    const argumentsOf = (...chunks: readonly unknown[]) =>
      collectAnswer(decode(...chunks)).choices[0]?.blocks.map((block) => (block.type === 'tool_call' ? block.arguments : block.type));
    assert.deepEqual(argumentsOf(parts({ functionCall: { ...opened.functionCall, willContinue: false } })), ['{"a":1}']);
    assert.deepEqual(argumentsOf(parts(opened, { functionCall: { name: 'g' } })), ['{"a":1}', '{}']);
    assert.deepEqual(argumentsOf(parts(opened), finished('STOP')), ['{"a":1}']);
    assert.deepEqual(argumentsOf(parts(opened)), ['']);
  });
  it('cites its sources by positions in the text, however many bytes a letter has', () => {
    const groundingMetadata = {
      groundingChunks: [
        { web: { uri: 'https://a.example', title: 'A' } },
        { retrievedContext: { uri: 'gs://b', title: 'B', text: 'quoted' } },
        { web: { uri: 'https://c.example' } },
      ],
      groundingSupports: [{ segment: { startIndex: 8, endIndex: 16, text: '56°F (1' }, groundingChunkIndices: [0, 1, 9] }],
      webSearchQueries: ['q'],
    };
    const events = decode(parts({ text: 'Zürich ' }), {
      candidates: [{ content: { parts: [{ text: '56°F (13°C)' }] }, finishReason: 'STOP', groundingMetadata }],
    });
    const [block] = collectAnswer(events).choices[0]?.blocks ?? [];
    assert.deepEqual(block?.type === 'text' && block.citations.map(({ native: _native, ...citation }) => plain(citation)), [
      { url: 'https://a.example', title: 'A', start: 7, end: 14 },
      { url: 'gs://b', title: 'B', quote: 'quoted', start: 7, end: 14 },
      { url: 'https://c.example' },
    ]);
    assert.deepEqual(candidateOf(encode(...events).at(-1))['groundingMetadata'], groundingMetadata);
  });
  it('has blocks of their own for redacted thoughts and for proofs behind proofs', () => {
    const redacted = (data: string): ChatEvent => ({ type: 'reasoning', choice: 0, block: 0, text: '', redacted: data });
    const chunks = encode(redacted('QUE='), { ...redacted('QkI='), block: 1 } as ChatEvent, STOP);
    const events = decode(...chunks, parts({ text: '', thought: true, thoughtSignature: 'a' }, { text: '', thought: true, thoughtSignature: 'b' }));
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'reasoning' ? [[event.block, event.redacted ?? event.signature?.value]] : [])),
      [
        [0, 'QUE='],
        [1, 'QkI='],
        [2, 'a'],
        [3, 'b'],
      ],
    );
  });
  it('keeps code, drafts and what it does not know for its own dialect', () => {
    const code = { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 's' };
    const draft = { inlineData: { mimeType: 'image/png', data: 'AA' }, thought: true };
    const events = decode(parts(code, draft, { inlineData: { mimeType: 'audio/L16;rate=24000', data: 'BB' } }, { mystery: 1 }, {}), finished('STOP'));
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'opaque' ? [event.value] : event.type === 'media' ? [event.source] : [])),
      [code, draft, { kind: 'base64', mime: 'audio/l16;rate=24000', data: 'BB' }, { mystery: 1 }],
    );
  });
});

function collectCallIds(events: readonly ChatEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'tool_call' ? [event.id] : []));
}

describe('a stream to a Gemini client', () => {
  const call = (block: number, name: string): ChatEvent => ({ type: 'tool_call', choice: 0, block, id: `id_${block}`, name, arguments: '' });
  const args = (block: number, text: string): ChatEvent => ({ type: 'tool_arguments', choice: 0, block, text });
  it('sends text as it comes, and the end in one chunk, even where usage comes last', () => {
    const chunks = encode({ type: 'start', id: 'up', model: 'm' }, { type: 'text', choice: 0, block: 0, text: 'Hi' }, STOP, {
      type: 'usage',
      usage: { input: 1, cacheRead: 2, output: 3, reasoning: 4, audioOutput: 1 },
    });
    const head = { modelVersion: 'm', responseId: 'up' };
    assert.deepEqual(chunks, [
      { candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, index: 0 }], ...head },
      {
        candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason: 'STOP', index: 0 }],
        usageMetadata: {
          promptTokenCount: 3,
          cachedContentTokenCount: 2,
          candidatesTokenCount: 3,
          thoughtsTokenCount: 4,
          totalTokenCount: 10,
          candidatesTokensDetails: [
            { modality: 'TEXT', tokenCount: 2 },
            { modality: 'AUDIO', tokenCount: 1 },
          ],
        },
        ...head,
      },
    ]);
  });
  it('sends each call whole and in order, as soon as another part shows that it is', () => {
    const encoder = gemini.stream.encoder(CONTEXT);
    const sent = [call(0, 'f'), args(0, '{"a":'), call(1, 'g'), args(1, '{}'), args(0, '1}'), call(2, 'h')].map(
      (event) => encoder.push(event).length,
    );
    assert.deepEqual(sent, [0, 0, 0, 0, 0, 2]);
    const chunks = encode(call(0, 'f'), args(0, '{"a":'), call(1, 'g'), args(1, '{}'), args(0, '1}'), call(2, 'h'), STOP);
    assert.deepEqual(saidParts(chunks), [
      { functionCall: { id: 'id_0', name: 'f', args: { a: 1 } } },
      { functionCall: { id: 'id_1', name: 'g', args: {} } },
      { functionCall: { id: 'id_2', name: 'h', args: {} } },
      { text: '' },
    ]);
  });
  it('carries the proofs of other providers as base64, and Gemini’s own as they are', () => {
    const [thought, text, tool] = saidParts(
      encode(
        { type: 'reasoning', choice: 0, block: 0, text: '', signature: { value: 'abc', origin: 'anthropic-messages' } },
        { type: 'text', choice: 0, block: 1, text: 'x', signature: { value: 'b3du' } },
        { ...call(2, 'f'), signature: { value: 'def', origin: 'openai-responses' } } as ChatEvent,
        STOP,
      ),
    ) as { thoughtSignature: string }[];
    assert.equal(Buffer.from(thought?.thoughtSignature ?? '', 'base64').toString(), 'sluice.anthropic-messages.reasoning.abc');
    assert.equal(text?.thoughtSignature, 'b3du');
    assert.equal(Buffer.from(tool?.thoughtSignature ?? '', 'base64').toString(), 'sluice.openai-responses.tool.def');
  });
  it('points to cited passages in bytes', () => {
    const citation = { url: 'https://a.example', title: 'A', start: 7, end: 11 };
    const events: ChatEvent[] = [
      { type: 'text', choice: 0, block: 0, text: 'Zürich 56°F' },
      { type: 'citation', choice: 0, block: 0, citation },
      { type: 'citation', choice: 0, block: 0, citation: { ...citation, start: 0, end: 6 } },
      STOP,
    ];
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }],
      groundingSupports: [
        { segment: { startIndex: 8, endIndex: 13, text: '56°F' }, groundingChunkIndices: [0] },
        { segment: { startIndex: 0, endIndex: 7, text: 'Zürich' }, groundingChunkIndices: [0] },
      ],
    };
    for (const wire of [encode(...events).at(-1), plain(gemini.reply.encode(events, CONTEXT)) as JsonObject]) {
      assert.deepEqual(candidateOf(wire)['groundingMetadata'], groundingMetadata);
    }
  });
  it('tells a refusal as the reason of the finish', () => {
    const chunks = encode(
      { type: 'refusal', choice: 0, block: 0, text: 'I can' },
      { type: 'refusal', choice: 0, block: 0, text: 'not.' },
      { ...STOP, reason: 'refusal' },
    );
    assert.equal(chunks.length, 1);
    const candidate = candidateOf(chunks[0]);
    assert.deepEqual([candidate['finishReason'], candidate['finishMessage']], ['SAFETY', 'I cannot.']);
  });
  it('tells what was used before an error', () => {
    const chunks = encode({ type: 'usage', usage: { input: 3, output: 1 } }, { type: 'error', error: { status: 429, message: 'Slow down.' } }) as {
      usageMetadata?: { promptTokenCount: number };
    }[];
    assert.deepEqual([chunks.length, chunks[0]?.usageMetadata?.promptTokenCount], [2, 3]);
  });

  it('ends with an error in the shape of Google, and nothing after it', () => {
    const chunks = encode(
      { type: 'text', choice: 0, block: 0, text: 'Hi' },
      { type: 'error', error: { status: 429, message: 'Slow down.', param: 'contents' } },
      STOP,
    );
    assert.deepEqual(chunks.slice(1), [
      {
        error: {
          code: 429,
          message: 'Slow down.',
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'contents', description: 'Slow down.' }] }],
        },
      },
    ]);
  });
});
