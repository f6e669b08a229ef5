import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { AssistantMessage } from '../../ir/request.ts';
import type { ReplyContext, WireEvent } from '../dialect.ts';
import { objectOf } from '../lenient.ts';
import { openaiChat } from './index.ts';

const CONTEXT: ReplyContext = { id: 'c0ffee', created: 7, model: 'asked', strict: true, includeUsage: false };

function encode(events: readonly ChatEvent[], context: Partial<ReplyContext> = {}): WireEvent[] {
  const encoder = openaiChat.stream.encoder({ ...CONTEXT, ...context });
  return [...events.flatMap((event) => encoder.push(event)), ...encoder.end()].map((event) => JSON.parse(JSON.stringify(event)) as WireEvent);
}

interface Chunk extends JsonObject {
  readonly choices: readonly { readonly delta: JsonObject; readonly finish_reason: string | null }[];
}

function chunks(wire: readonly WireEvent[]): readonly Chunk[] {
  return wire.filter((event) => event !== '[DONE]') as readonly JsonObject[] as readonly Chunk[];
}

function deltas(wire: readonly WireEvent[]): readonly JsonObject[] {
  return chunks(wire).flatMap((chunk) => chunk.choices.map((choice) => choice.delta));
}

const at = (block: number) => ({ choice: 0, block });
const text = (value: string): ChatEvent => ({ type: 'text', ...at(0), text: value });
const finish = (reason: Extract<ChatEvent, { type: 'finish' }>['reason'] = 'stop'): ChatEvent => ({ type: 'finish', choice: 0, reason });
const USED: ChatEvent = { type: 'usage', usage: { input: 10, cacheRead: 60, cacheWrite: 30, output: 5, reasoning: 15 } };

describe('chunks', () => {
  it('share one id, the time and the model, which are the gateway’s own where the upstream gave none', () => {
    for (const [start, id, created, model] of [
      [{ type: 'start', id: 'msg_1', model: 'm', created: 9 }, 'msg_1', 9, 'm'],
      [{ type: 'start' }, 'chatcmpl-c0ffee', 7, 'asked'],
    ] as const) {
      for (const chunk of chunks(encode([start, text('a'), finish()]))) {
        assert.deepEqual({ ...chunk, choices: [] }, { id, object: 'chat.completion.chunk', created, model, choices: [] });
      }
    }
  });

  it('name the provider where there is one to name', () => {
    assert.ok(chunks(encode([text('a'), finish()], { provider: 'some-host' })).every((chunk) => chunk.provider === 'some-host'));
  });

  it('say the role first, once a choice', () => {
    const wire = encode([{ type: 'start' }, text('a'), { type: 'text', choice: 1, block: 0, text: 'b' }, text('c')]);
    assert.deepEqual(
      deltas(wire).map((delta) => delta.role),
      ['assistant', undefined, 'assistant', undefined],
    );
  });

  it('end with the usage, in OpenAI’s definition, only where it was asked for', () => {
    const asked = encode([text('a'), finish(), USED], { includeUsage: true });
    assert.deepEqual((asked.at(-2) as Chunk).choices, []);
    assert.deepEqual((asked.at(-2) as Chunk).usage, {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 15 },
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 30,
    });
    assert.ok(chunks(encode([text('a'), finish(), USED])).every((chunk) => chunk.usage === undefined));
  });

  it('are done only when every choice has finished', () => {
    assert.equal(encode([text('a'), finish()]).at(-1), '[DONE]');
    assert.notEqual(encode([text('a')]).at(-1), '[DONE]');
    assert.notEqual(encode([text('a'), { type: 'text', choice: 1, block: 0, text: 'b' }, finish()]).at(-1), '[DONE]');
  });

  it('stop at an error, which has all four members', () => {
    const error = { status: 502, message: 'Broke.', type: 'upstream_error' };
    assert.deepEqual(encode([text('a'), { type: 'error', error }, text('b'), finish()]).slice(1), [
      { error: { message: 'Broke.', type: 'upstream_error', param: null, code: null } },
    ]);
  });

  it('tell what was used before an error, where that was asked for', () => {
    const broken = [text('a'), USED, { type: 'error', error: { status: 502, message: 'Broke.' } }] as const;
    assert.equal(objectOf((encode([...broken], { includeUsage: true }).at(-2) as Chunk).usage).prompt_tokens, 100);
    assert.equal(encode([...broken], { includeUsage: false }).length, 2);
  });

  it('give the finish in OpenAI’s word, and in the provider’s own for callers who want that', () => {
    const native = { dialect: 'anthropic-messages', value: 'end_turn' } as const;
    const wordOf = (strict: boolean) =>
      chunks(encode([text('a'), { type: 'finish', choice: 0, reason: 'stop', native }], { strict })).at(-1)?.choices[0]?.finish_reason;
    assert.deepEqual([wordOf(true), wordOf(false)], ['stop', 'end_turn']);
  });

  it('give OpenAI’s word where the provider’s own says only that the answer is complete', () => {
    const native = { dialect: 'openai-responses', value: 'completed' } as const;
    const call: ChatEvent = { type: 'tool_call', choice: 0, block: 0, id: 'a', name: 'f', arguments: '{}' };
    const events = encode([call, { type: 'finish', choice: 0, reason: 'tool_calls', native }], { strict: false });
    assert.equal(chunks(events).at(-1)?.choices[0]?.finish_reason, 'tool_calls');
  });
});

describe('tool calls', () => {
  const call = (block: number, id: string): ChatEvent => ({ type: 'tool_call', ...at(block), id, name: 'f', arguments: '' });
  const args = (block: number): ChatEvent => ({ type: 'tool_arguments', ...at(block), text: '{}' });

  it('are numbered in the order in which they begin, whatever comes between', () => {
    const wire = encode([text('a'), call(1, 'x'), args(1), call(2, ''), args(1), args(2), finish('tool_calls')]);
    const pieces = deltas(wire).flatMap((delta) => (delta.tool_calls ?? []) as readonly JsonObject[]);
    assert.deepEqual(
      pieces.map((piece) => [piece.index, piece.id]),
      [
        [0, 'x'],
        [0, undefined],
        [1, 'call_c0ffee_0_2'],
        [0, undefined],
        [1, undefined],
      ],
    );
  });

  it('make a mere stop a request to run them', () => {
    assert.equal(chunks(encode([call(0, 'x'), args(0), finish('stop')])).at(-1)?.choices[0]?.finish_reason, 'tool_calls');
  });
});

describe('what a client keeps of an answer and sends back', () => {
  const SIGNED: readonly ChatEvent[] = [
    { type: 'reasoning', ...at(0), text: 'First ' },
    { type: 'reasoning', ...at(0), text: 'thought.' },
    { type: 'reasoning', ...at(0), text: '', signature: { value: 'c2ln', origin: 'anthropic-messages' } },
    { type: 'reasoning', ...at(1), text: '', redacted: 'c2VjcmV0' },
    { type: 'text', ...at(2), text: 'Hello' },
    { type: 'text', ...at(2), text: '', signature: { value: 'dGV4dA==', origin: 'gemini' } },
    { type: 'tool_call', ...at(3), id: 'x', name: 'f', arguments: '{}', signature: { value: 'Y2FsbA==', origin: 'gemini' } },
    finish('tool_calls'),
  ];
  const REPLAYED: AssistantMessage['parts'] = [
    { type: 'reasoning', text: 'First thought.', signature: { value: 'c2ln', origin: 'anthropic-messages' } },
    { type: 'reasoning', text: '', redacted: 'c2VjcmV0' },
    { type: 'text', text: 'Hello', signature: { value: 'dGV4dA==', origin: 'gemini' } },
    { type: 'tool_call', id: 'x', name: 'f', arguments: '{}', signature: { value: 'Y2FsbA==', origin: 'gemini' } },
  ];

  function replay(message: JsonObject): unknown {
    const [decoded] = openaiChat.request.decode({ model: 'm', messages: [message] }, {}).messages;
    return JSON.parse(JSON.stringify(decoded?.parts));
  }

  it('proves every thought, from a whole reply', () => {
    const { choices } = JSON.parse(JSON.stringify(openaiChat.reply.encode(SIGNED, CONTEXT))) as { choices: { message: JsonObject }[] };
    assert.deepEqual(replay(choices[0]?.message ?? {}), REPLAYED);
  });

  it('proves every thought, from a stream whose deltas were added up', () => {
    const parts = deltas(encode(SIGNED));
    const list = (name: string) => parts.flatMap((delta) => (delta[name] ?? []) as readonly JsonObject[]);
    const joined = (name: string) => parts.map((delta) => delta[name] ?? '').join('');
    assert.deepEqual(
      replay({
        role: 'assistant',
        content: joined('content'),
        reasoning_content: joined('reasoning_content'),
        reasoning_details: list('reasoning_details'),
        tool_calls: list('tool_calls'),
      }),
      REPLAYED,
    );
  });

  it('proves the thoughts of a client that replays blocks, which name no author', () => {
    const { choices } = openaiChat.reply.encode(SIGNED, { ...CONTEXT, strict: false }) as unknown as { choices: { message: JsonObject }[] };
    const blocks = choices[0]?.message.content_blocks;
    assert.deepEqual(JSON.parse(JSON.stringify(blocks)), [
      { type: 'thinking', thinking: 'First thought.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'c2VjcmV0' },
      { type: 'text', text: 'Hello' },
    ]);
    assert.deepEqual(replay({ role: 'assistant', content: 'Hello', content_blocks: blocks ?? [] }), [
      { type: 'reasoning', text: 'First thought.', signature: { value: 'c2ln' } },
      { type: 'reasoning', text: '', redacted: 'c2VjcmV0' },
      { type: 'text', text: 'Hello' },
    ]);
  });

  it('keeps the author of a proof in the blocks, unless they are of the kind that several hosts share', () => {
    const signatureOf = (origin: 'gemini' | 'openai-chat' | 'bedrock-converse') => {
      const events: ChatEvent[] = [{ type: 'reasoning', ...at(0), text: 'Hm.', signature: { value: 'c2ln', origin } }, finish()];
      const { choices } = openaiChat.reply.encode(events, { ...CONTEXT, strict: false }) as unknown as { choices: { message: JsonObject }[] };
      const blocks = choices[0]?.message.content_blocks ?? [];
      return (replay({ role: 'assistant', content_blocks: blocks }) as { signature: JsonObject }[])[0]?.signature;
    };
    assert.deepEqual(signatureOf('gemini'), { value: 'c2ln', origin: 'gemini' });
    assert.deepEqual(signatureOf('openai-chat'), { value: 'c2ln', origin: 'openai-chat' });
    assert.deepEqual(signatureOf('bedrock-converse'), { value: 'c2ln' });
  });

  it('streams the blocks as deltas with their index where the caller wants more than OpenAI’s shape', () => {
    const pieces = deltas(encode(SIGNED, { strict: false })).flatMap((delta) => (delta.content_blocks ?? []) as readonly JsonObject[]);
    assert.deepEqual(pieces, [
      { index: 0, delta: { thinking: 'First ' } },
      { index: 0, delta: { thinking: 'thought.' } },
      { index: 0, delta: { signature: 'c2ln' } },
      { index: 1, delta: { data: 'c2VjcmV0' } },
      { index: 2, delta: { text: 'Hello' } },
    ]);
  });

  it('is an error where the answer is one', () => {
    assert.deepEqual(openaiChat.reply.encode([{ type: 'error', error: { status: 400, message: 'No.' } }], CONTEXT), {
      error: { message: 'No.', type: null, param: null, code: null },
    });
  });
});
