import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatRequest, FunctionTool, Message } from '../../ir/request.ts';
import { plain } from '../contract/meaning.ts';
import { gemini } from './index.ts';

const HELLO: Message = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };

interface Wire {
  readonly contents: readonly { readonly role: string; readonly parts: readonly Record<string, unknown>[] }[];
  readonly systemInstruction?: unknown;
  readonly tools?: readonly Record<string, unknown>[];
  readonly toolConfig?: unknown;
  readonly generationConfig?: Record<string, unknown>;
  readonly [member: string]: unknown;
}

function encode(change: Partial<ChatRequest>): { readonly wire: Wire; readonly dropped: readonly string[] } {
  const request: ChatRequest = { model: 'gemini-2.5-flash', stream: false, messages: [HELLO], sampling: {}, extra: {}, ...change };
  const { wire, dropped } = gemini.request.encode(request);
  return { wire: plain(wire) as unknown as Wire, dropped };
}

function contentsOf(messages: readonly Message[], model = 'gemini-2.5-flash'): Wire['contents'] {
  return encode({ messages, model }).wire.contents;
}

function call(id: string, name = 'look', args = '{}'): Message {
  return { role: 'assistant', parts: [{ type: 'tool_call', id, name, arguments: args }] };
}

function result(id: string, text: string): Message {
  return { role: 'user', parts: [{ type: 'tool_result', id, content: [{ type: 'text', text }] }] };
}

describe('a conversation for Gemini', () => {
  it('takes every system text, wherever it stood, as instruction', () => {
    const { wire } = encode({
      messages: [
        {
          role: 'system',
          parts: [
            { type: 'text', text: 'One.' },
            { type: 'text', text: '' },
          ],
        },
        HELLO,
        { role: 'system', parts: [{ type: 'text', text: 'Two.' }] },
      ],
    });
    assert.deepEqual(wire.systemInstruction, { parts: [{ text: 'One.' }, { text: 'Two.' }] });
    assert.deepEqual(wire.contents, [{ role: 'user', parts: [{ text: 'Hello' }] }]);
  });
  it('gives the instruction to the first user turn of a model that takes none', () => {
    const { wire } = encode({ model: 'gemma-3-27b-it', messages: [{ role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] }, HELLO] });
    assert.deepEqual(wire, { contents: [{ role: 'user', parts: [{ text: 'Be brief.' }, { text: 'Hello' }] }] });
  });
  it('alternates between user and model, without empty texts and turns', () => {
    const silent: Message = { role: 'assistant', parts: [{ type: 'text', text: '' }] };
    assert.deepEqual(contentsOf([HELLO, silent, HELLO]), [{ role: 'user', parts: [{ text: 'Hello' }, { text: 'Hello' }] }]);
  });
  it('is never empty, and never begins with a call', () => {
    const blank = { role: 'user', parts: [{ text: ' ' }] };
    assert.deepEqual(contentsOf([]), [blank]);
    assert.deepEqual(contentsOf([call('a'), result('a', 'x')])[0], blank);
    assert.deepEqual(contentsOf([{ role: 'assistant', parts: [{ type: 'text', text: 'Hi' }] }, HELLO])[0], {
      role: 'model',
      parts: [{ text: 'Hi' }],
    });
  });
  it('keeps the text beside tool calls, and wraps arguments that are no object', () => {
    const [, turn] = contentsOf([
      HELLO,
      {
        role: 'assistant',
        parts: [
          { type: 'text', text: 'I look.' },
          { type: 'tool_call', id: 'a', name: 'look', arguments: '' },
          { type: 'tool_call', id: 'b', name: 'look', arguments: '[1]' },
          { type: 'refusal', text: 'No.' },
        ],
      },
    ]);
    assert.deepEqual(turn?.parts, [
      { text: 'I look.' },
      { functionCall: { name: 'look', args: {} } },
      { functionCall: { name: 'look', args: { arguments: '[1]' } } },
      { text: 'No.' },
    ]);
  });
  it('puts results in the order of their calls, before what the user says', () => {
    const calls: Message = { role: 'assistant', parts: ['a', 'b'].map((id) => ({ type: 'tool_call', id, name: `f_${id}`, arguments: '{}' })) };
    const turn = contentsOf([HELLO, calls, HELLO, result('b', 'second'), result('a', 'first')]).at(-1);
    assert.deepEqual(turn?.parts, [
      { functionResponse: { name: 'f_a', response: { output: 'first' } } },
      { functionResponse: { name: 'f_b', response: { output: 'second' } } },
      { text: 'Hello' },
    ]);
  });
  it('sends JSON results as they are, and as text where they hold references', () => {
    const responseOf = (text: string) => contentsOf([HELLO, call('a'), result('a', text)]).at(-1)?.parts[0]?.['functionResponse'];
    const look = (response: unknown) => ({ name: 'look', response });
    assert.deepEqual(responseOf('{"a":1}'), look({ a: 1 }));
    assert.deepEqual(responseOf(' [1]'), look({ output: [1] }));
    assert.deepEqual(responseOf('12'), look({ output: '12' }));
    assert.deepEqual(responseOf('{broken'), look({ output: '{broken' }));
    assert.deepEqual(responseOf('{"$ref":"#/a"}'), look({ output: '{"$ref":"#/a"}' }));
  });
  it('signs the first call of a turn for models that ask for it, with the signature that they made or with the word for none', () => {
    const signature = { value: 'c2ln', origin: 'gemini' } as const;
    const turn: Message = {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm.', signature: { value: 'x', origin: 'anthropic-messages' } },
        { type: 'tool_call', id: 'a', name: 'f', arguments: '{}', signature: { value: 'y', origin: 'openai-responses' } },
        { type: 'tool_call', id: 'b', name: 'f', arguments: '{}', signature },
      ],
    };
    const f = { name: 'f', args: {} };
    assert.deepEqual(contentsOf([HELLO, turn], 'gemini-3-flash-preview').at(-1)?.parts, [
      { functionCall: f, thoughtSignature: 'skip_thought_signature_validator' },
      { functionCall: f, thoughtSignature: 'c2ln' },
    ]);
    assert.deepEqual(contentsOf([HELLO, turn], 'gemini-2.5-flash').at(-1)?.parts, [
      { functionCall: f },
      { functionCall: f, thoughtSignature: 'c2ln' },
    ]);
  });
  it('gives media inside of a result to models that take it, and beside it to others', () => {
    const source = { kind: 'base64', mime: 'image/png', data: 'iVBO' } as const;
    const shown: Message = {
      role: 'user',
      parts: [
        {
          type: 'tool_result',
          id: 'a',
          content: [
            { type: 'text', text: 'ok' },
            { type: 'media', kind: 'image', source },
          ],
        },
      ],
    };
    const image = { inlineData: { mimeType: 'image/png', data: 'iVBO' } };
    const functionResponse = { name: 'look', response: { output: 'ok' } };
    assert.deepEqual(contentsOf([HELLO, call('a'), shown], 'gemini-3.1-pro-preview').at(-1)?.parts, [
      { functionResponse: { ...functionResponse, parts: [image] } },
    ]);
    assert.deepEqual(contentsOf([HELLO, call('a'), shown]).at(-1)?.parts, [{ functionResponse }, image]);
  });
  it('tells the type of files that are sent by address', () => {
    const fileOf = (url: string, kind: 'image' | 'document' | 'video' = 'image', mime?: string) =>
      contentsOf([{ role: 'user', parts: [{ type: 'media', kind, source: { kind: 'url', url, mime } }] }])[0]?.parts[0]?.['fileData'];
    const typeOf = (...file: Parameters<typeof fileOf>) => (fileOf(...file) as { mimeType?: string }).mimeType;
    assert.equal(typeOf('https://example.com/cat.PNG?x=1'), 'image/png');
    assert.equal(typeOf('https://example.com/cat'), 'image/jpeg');
    assert.equal(typeOf('gs://b/report', 'document'), 'application/pdf');
    assert.equal(typeOf('https://example.com/cat', 'image', 'image/webp'), 'image/webp');
    assert.equal(typeOf('https://www.youtube.com/watch?v=abc'), 'video/mp4');
    assert.equal(typeOf('https://generativelanguage.googleapis.com/v1beta/files/abc-def'), undefined);
  });
  it('cannot hold files of another provider', () => {
    const messages: Message[] = [{ role: 'user', parts: [{ type: 'media', kind: 'document', source: { kind: 'file', id: 'file-abc' } }] }];
    assert.throws(() => encode({ messages }), { code: 'unsupported_content' });
  });
});

describe('tools for Gemini', () => {
  const declared = (tool: Omit<FunctionTool, 'type'>) =>
    (encode({ tools: [{ type: 'function', ...tool }] }).wire.tools?.[0]?.['functionDeclarations'] as Record<string, unknown>[] | undefined)?.[0];
  it('are described in its own schema where that says all, else in JSON schema', () => {
    assert.deepEqual(declared({ name: 'f', parameters: { properties: { a: { type: 'string' } } } }), {
      name: 'f',
      parameters: { type: 'OBJECT', properties: { a: { type: 'STRING' } } },
    });
    assert.deepEqual(
      declared({ name: 'f', parameters: { properties: { a: { $ref: '#/$defs/A' } }, $defs: { A: { type: 'integer', enum: [1] } } } }),
      {
        name: 'f',
        parametersJsonSchema: { type: 'object', properties: { a: { type: 'integer', enum: [1] } } },
      },
    );
  });
  it('are described by nothing where they take nothing', () => {
    for (const parameters of [undefined, {}, { type: 'object', properties: {}, required: [], additionalProperties: false }]) {
      assert.deepEqual(declared({ name: 'f', parameters }), { name: 'f' });
    }
    assert.ok(declared({ name: 'f', parameters: { type: 'object', additionalProperties: true } })?.['parametersJsonSchema']);
  });
  it('that are named like built-in ones and have no parameters are those', () => {
    const { wire } = encode({
      tools: [
        { type: 'function', name: 'google_search' },
        { type: 'function', name: 'computerUse', parameters: { environment: 'ENVIRONMENT_BROWSER' } },
        { type: 'function', name: 'google_maps', parameters: { type: 'object', properties: { place: { type: 'string' } } } },
      ],
      toolChoice: { mode: 'auto' },
    });
    assert.deepEqual(wire.tools, [
      { functionDeclarations: [{ name: 'google_maps', parameters: { type: 'OBJECT', properties: { place: { type: 'STRING' } } } }] },
      { googleSearch: {} },
      { computerUse: { environment: 'ENVIRONMENT_BROWSER' } },
    ]);
  });
  it('of other providers are reported as dropped, with the choice among nothing', () => {
    const { wire, dropped } = encode({
      tools: [
        { type: 'hosted', dialect: 'openai-responses', value: { type: 'web_search' } },
        { type: 'custom', name: 'shell' },
      ],
      toolChoice: { mode: 'required' },
    });
    assert.deepEqual(dropped, ['tools.web_search', 'tools.shell']);
    assert.equal(wire.tools, undefined);
    assert.equal(wire.toolConfig, undefined);
  });
  it('are left undeclared where only others may be called', () => {
    const { wire } = encode({
      tools: ['f', 'g', 'h'].map((name) => ({ type: 'function', name })),
      toolChoice: { mode: 'allowed', names: ['f', 'h'], required: false },
    });
    assert.deepEqual(wire.tools, [{ functionDeclarations: [{ name: 'f' }, { name: 'h' }] }]);
    assert.deepEqual(wire.toolConfig, { functionCallingConfig: { mode: 'AUTO' } });
  });
});

describe('how Gemini is asked to think', () => {
  const thinking = (model: string, reasoning: ChatRequest['reasoning']) => encode({ model, reasoning }).wire.generationConfig?.['thinkingConfig'];
  it('is in tokens for the models of 2.5, within their limits', () => {
    assert.deepEqual(thinking('gemini-2.5-flash', { effort: 'low' }), { thinkingBudget: 1024, includeThoughts: true });
    assert.deepEqual(thinking('gemini-2.5-flash', { effort: 'max' }), { thinkingBudget: 24_576, includeThoughts: true });
    assert.deepEqual(thinking('gemini-2.5-pro', { budgetTokens: 100_000 }), { thinkingBudget: 32_768, includeThoughts: true });
    assert.deepEqual(thinking('gemini-2.5-flash-lite', { budgetTokens: 100 }), { thinkingBudget: 512, includeThoughts: true });
    assert.deepEqual(thinking('gemini-2.5-flash', { mode: 'adaptive', visible: false }), { thinkingBudget: -1, includeThoughts: false });
    assert.deepEqual(thinking('gemini-2.5-flash', { mode: 'disabled' }), { thinkingBudget: 0 });
    assert.deepEqual(thinking('gemini-2.5-pro', { effort: 'none' }), { thinkingBudget: 128 });
  });
  it('is in words for newer models, as far as they know them', () => {
    assert.deepEqual(thinking('gemini-3-flash-preview', { effort: 'minimal' }), { thinkingLevel: 'minimal', includeThoughts: true });
    assert.deepEqual(thinking('gemini-3.1-pro-preview', { effort: 'minimal' }), { thinkingLevel: 'low', includeThoughts: true });
    assert.deepEqual(thinking('gemini-3-pro-preview', { effort: 'medium' }), { thinkingLevel: 'high', includeThoughts: true });
    assert.deepEqual(thinking('gemini-flash-latest', { effort: 'xhigh' }), { thinkingLevel: 'high', includeThoughts: true });
    assert.deepEqual(thinking('gemini-3-flash-preview', { mode: 'disabled' }), { thinkingLevel: 'minimal' });
    assert.deepEqual(thinking('gemini-3-flash-preview', { mode: 'enabled', budgetTokens: 2048 }), { thinkingBudget: 2048, includeThoughts: true });
    assert.deepEqual(thinking('gemini-3-flash-preview', { mode: 'enabled' }), { includeThoughts: true });
  });
  it('is reported as dropped for models that cannot stop', () => {
    assert.deepEqual(encode({ model: 'gemini-2.5-pro', reasoning: { mode: 'disabled' } }).dropped, ['reasoning']);
    assert.deepEqual(encode({ model: 'gemini-3-flash-preview', reasoning: { effort: 'none' } }).dropped, ['reasoning']);
    assert.deepEqual(encode({ model: 'gemini-2.5-flash', reasoning: { effort: 'none' } }).dropped, []);
  });
  it('is reported as dropped for models that do not think', () => {
    assert.deepEqual(encode({ model: 'gemini-2.0-flash', reasoning: { effort: 'high' } }), {
      wire: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
      dropped: ['reasoning'],
    });
    assert.deepEqual(encode({ model: 'gemini-2.0-flash', reasoning: { mode: 'disabled' } }).dropped, []);
  });
});

describe('parameters for Gemini', () => {
  it('are reported where it has none: names, cache hints, and what is said about files', () => {
    const source = { kind: 'base64', mime: 'image/png', data: 'AA' } as const;
    const image = { type: 'media', kind: 'image', source, detail: 'low', context: 'A cat', citable: true } as const;
    const { dropped } = encode({ messages: [{ role: 'user', name: 'Ann', parts: [{ type: 'text', text: 'Hello', cache: {} }, image] }] });
    assert.deepEqual(dropped.toSorted(), ['cache_control', 'citations', 'context', 'detail', 'name']);
  });
  it('that OpenAI-style clients send for it are understood, the others reported', () => {
    const { wire, dropped } = encode({
      modalities: ['text', 'image'],
      extra: {
        'openai-chat': {
          safety_settings: [{ category: 'C', threshold: 'T' }],
          image_config: { aspect_ratio: '16:9', image_size: '2K' },
          audio: { voice: 'Kore', format: 'pcm16' },
          stream_options: { include_usage: true },
          logit_bias: { 1: 2 },
        },
      },
    });
    assert.deepEqual(wire['safetySettings'], [{ category: 'C', threshold: 'T' }]);
    assert.deepEqual(wire.generationConfig, {
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
    });
    assert.deepEqual(dropped, ['logit_bias']);
  });
  it('ask for JSON with a schema whose properties keep their order', () => {
    const schema = {
      type: 'object',
      properties: { b: { type: 'string' }, a: { type: 'array', items: { type: 'object', properties: { d: { type: 'string' } } } } },
    };
    assert.deepEqual(encode({ format: { type: 'json_schema', schema } }).wire.generationConfig, {
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'OBJECT',
        properties: {
          b: { type: 'STRING' },
          a: { type: 'ARRAY', items: { type: 'OBJECT', properties: { d: { type: 'STRING' } }, propertyOrdering: ['d'] } },
        },
        propertyOrdering: ['b', 'a'],
      },
    });
    assert.deepEqual(encode({ format: { type: 'json_schema', schema: { type: 'object' } } }).wire.generationConfig, {
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object' },
    });
    assert.deepEqual(encode({ format: { type: 'json' } }).wire.generationConfig, { responseMimeType: 'application/json' });
  });
});

describe("a Gemini client's conversation", () => {
  const decode = (contents: unknown) => gemini.request.decode({ contents } as never, { model: 'm' }).messages;
  it('pairs results with calls that have no id, by name and order', () => {
    const f = (name: string) => ({ functionCall: { name, args: {} } });
    const r = (name: string) => ({ functionResponse: { name, response: { result: 'x' } } });
    const [calls, results] = decode([
      { role: 'model', parts: [f('a'), f('b'), f('a')] },
      { role: 'function', parts: [r('b'), r('a'), r('a'), r('c')] },
    ]);
    const idsOf = (message: Message | undefined) => message?.parts.map((part) => ('id' in part ? part.id : undefined));
    assert.deepEqual(idsOf(calls), ['call_0_a', 'call_1_b', 'call_2_a']);
    assert.deepEqual(idsOf(results), ['call_1_b', 'call_0_a', 'call_2_a', 'call_3_c']);
  });
  it('keeps given ids, also where a result only names its call', () => {
    const messages = decode([
      { role: 'model', parts: [{ functionCall: { id: 'x1', name: 'a' } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'a', response: {} } }] },
    ]);
    assert.deepEqual(
      messages.flatMap(({ parts }) => parts.map((part) => ('id' in part ? part.id : undefined))),
      ['x1', 'x1'],
    );
  });
  it('brings back the proofs of other providers, from base64 of either alphabet', () => {
    const packed = Buffer.from('sluice.anthropic-messages.reasoning.Pz8/Pj4+').toString('base64');
    for (const thoughtSignature of [packed, packed.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')]) {
      assert.deepEqual(plain(decode([{ role: 'model', parts: [{ text: 'Hm.', thought: true, thoughtSignature }] }])), [
        { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.', signature: { value: 'Pz8/Pj4+', origin: 'anthropic-messages' } }] },
      ]);
    }
  });
  it('passes over members that are null', () => {
    const part = { text: 'Hi', thought: null, functionCall: null, inlineData: null, thoughtSignature: null };
    assert.deepEqual(plain(decode([{ role: 'model', parts: [part] }])), [{ role: 'assistant', parts: [{ type: 'text', text: 'Hi' }] }]);
  });
  it('knows the words for no signature', () => {
    const [message] = decode([{ role: 'model', parts: [{ functionCall: { name: 'a' }, thoughtSignature: 'context_engineering_is_the_way_to_go' }] }]);
    assert.deepEqual(plain(message?.parts[0]), { type: 'tool_call', id: 'call_0_a', name: 'a', arguments: '{}' });
  });
});
