import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { AssistantMessage, Signature } from '../../ir/request.ts';
import { plain } from '../contract/meaning.ts';
import { describeDialect } from '../dialect.contract.ts';
import type { ReplyContext } from '../dialect.ts';
import { openaiChat } from '../openai-chat/index.ts';
import { mistralChat } from './index.ts';

const stop = 'OpenAI has one word for it: stop';

describeDialect(mistralChat, {
  requests: [
    {
      title: 'members of its own, and others that the canonical form does not know',
      wire: {
        model: 'm',
        messages: [{ role: 'user', content: 'Hi' }],
        random_seed: 1,
        max_tokens: 9,
        safe_prompt: true,
        prompt_mode: 'reasoning',
      },
    },
    {
      title: 'thoughts with the proof of their host, in pieces',
      wire: {
        model: 'm',
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: [{ type: 'text', text: 'H' }] },
              { type: 'thinking', thinking: [{ type: 'text', text: 'm.' }], signature: 'c2ln' },
              { type: 'text', text: 'Yes.' },
            ],
          },
        ],
      },
      encoded: {
        model: 'm',
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }], signature: 'c2ln' },
              { type: 'text', text: 'Yes.' },
            ],
          },
        ],
      },
    },
    {
      title: 'documents and files',
      wire: {
        model: 'm',
        messages: [
          {
            role: 'user',
            content: [
              { type: 'document_url', document_url: 'https://example.com/a.pdf', document_name: 'a.pdf' },
              { type: 'file', file_id: 'f-1' },
              { type: 'image_url', image_url: 'https://example.com/a.png' },
            ],
          },
        ],
      },
      encoded: {
        model: 'm',
        messages: [
          {
            role: 'user',
            content: [
              { type: 'file', file: { file_url: 'https://example.com/a.pdf', filename: 'a.pdf', mime_type: 'application/pdf' } },
              { type: 'file', file: { file_id: 'f-1' } },
              { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            ],
          },
        ],
      },
    },
  ],
  refused: [
    { title: 'no messages', wire: { model: 'm' }, param: 'messages' },
    { title: 'a message that is none', wire: { messages: ['Hi'] }, param: 'messages[0]' },
    { title: 'a seed in words', wire: { messages: [], random_seed: 'one' }, param: 'seed' },
  ],
  errors: [
    {
      title: 'its own',
      status: 429,
      body: { object: 'error', message: 'Requests rate limit exceeded', type: 'rate_limited', param: null, code: '1300' },
      error: { message: 'Requests rate limit exceeded', type: 'rate_limited', code: '1300' },
    },
    {
      title: 'a list of what is wrong',
      status: 422,
      body: { detail: [{ loc: ['body'], msg: 'Field required' }] },
      error: { message: 'Field required' },
    },
  ],
  cannotAsk: {
    'top k': 'there is no such member',
    'failed tool': 'a tool message has no place for it',
    'no reasoning': 'no word for it is taken by all models',
    'cache hint': 'there is none',
  },
  asksOtherwise: {
    'tool result with an image': 'the image follows in a message of the user',
    'text document': 'it goes as text, because files are taken in few formats',
    'reasoning budget': 'a budget becomes an effort',
  },
  cannotAnswer: {
    'reasoning with its own signature': 'its proofs count as those of OpenAI’s format, in which other clients reach the same host',
    'a refusal': 'a refusal finishes like a filtered answer',
    'finish: refusal': 'there is one word for it: content_filter',
    'finish: stop sequence': stop,
    'finish: pause': stop,
    'finish: error': stop,
  },
});

const CONTEXT: ReplyContext = { id: 'c0ffee', created: 7, model: 'asked', strict: true, includeUsage: false };
const at = (block: number) => ({ choice: 0, block });
const call = (block: number, id: string, signature?: Signature): ChatEvent => ({
  type: 'tool_call',
  ...at(block),
  id,
  name: 'f',
  arguments: '{"x"',
  signature,
});
const args = (block: number): ChatEvent => ({ type: 'tool_arguments', ...at(block), text: ':1}' });
const FINISH: ChatEvent = { type: 'finish', choice: 0, reason: 'tool_calls' };
const USAGE: ChatEvent = { type: 'usage', usage: { input: 2, output: 3 } };

function stream(events: readonly ChatEvent[]): JsonObject[] {
  const encoder = mistralChat.stream.encoder(CONTEXT);
  const wires = [...events.flatMap((event) => encoder.push(event)), ...encoder.end()];
  return plain(wires.filter((wire) => wire !== '[DONE]')) as JsonObject[];
}

function deltas(wires: readonly JsonObject[]): unknown[] {
  return wires.map(({ choices }) => (choices as { delta: unknown }[])[0]?.delta);
}

describe('answers for Mistral’s clients', () => {
  it('bring streamed calls whole, with the reason to finish and what was used, though nobody asked for it', () => {
    const wires = stream([{ type: 'start' }, call(0, 'a'), args(0), call(1, 'b'), args(1), FINISH, USAGE]);
    const written = (index: number, id: string) => ({ index, id, type: 'function', function: { name: 'f', arguments: '{"x":1}' } });
    assert.equal(wires.length, 2);
    const { choices, usage } = wires[1] as { choices: { delta: unknown; finish_reason: string }[]; usage: JsonObject };
    assert.deepEqual(choices[0], { index: 0, delta: { content: '', tool_calls: [written(0, 'a'), written(1, 'b')] }, finish_reason: 'tool_calls' });
    assert.deepEqual([usage['prompt_tokens'], usage['completion_tokens']], [2, 3]);
  });

  it('say thoughts once, in chunks of the content, and then their proof', () => {
    const thought = (text: string, signature?: Signature): ChatEvent => ({ type: 'reasoning', ...at(0), text, signature });
    const wires = stream([thought('H'), thought('m.'), thought('', { value: 'c2ln', origin: 'anthropic-messages' }), FINISH]);
    assert.deepEqual(deltas(wires).slice(0, 3), [
      { role: 'assistant', content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'H' }] }] },
      { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'm.' }] }] },
      { content: [{ type: 'thinking', thinking: [], signature: 'sluice.anthropic-messages.reasoning.c2ln' }] },
    ]);
  });

  it('carry the proofs of calls past clients that know no such member, each to its own call', () => {
    const signature = { value: 'c2ln', origin: 'gemini' } as const;
    const events = [call(0, 'a'), args(0), call(1, 'b', signature), args(1), FINISH];
    const [streamed] = deltas(stream(events).slice(-1));
    const { choices } = plain(mistralChat.reply.encode(events, CONTEXT)) as { choices: { message: JsonObject }[] };
    for (const said of [streamed, choices[0]?.message]) {
      const message: JsonObject = { role: 'assistant', ...(said as JsonObject) };
      const { messages } = mistralChat.request.decode({ model: 'm', messages: [message] }, {});
      const { parts } = messages[0] as AssistantMessage;
      assert.deepEqual(
        parts.map((part) => part.type === 'tool_call' && [part.id, part.signature]),
        [
          ['a', undefined],
          ['b', signature],
        ],
      );
      assert.ok(!JSON.stringify(message['tool_calls']).includes('c2ln'));
    }
  });

  it('leave nothing but an error behind where the provider reports one', () => {
    const wires = stream([{ type: 'text', ...at(0), text: 'a' }, FINISH, { type: 'error', error: { status: 500, message: 'Broke.' } }]);
    assert.deepEqual((wires.at(-1) as { error: { message: string } }).error.message, 'Broke.');
    assert.equal(wires.length, 2);
  });
});

describe('what only Mistral knows', () => {
  const wire = {
    model: 'm',
    safe_prompt: true,
    messages: [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        prefix: false,
        content: [
          { type: 'text', text: 'Yes' },
          { type: 'reference', reference_ids: [1] },
        ],
      },
    ],
  };

  it('is not sent to hosts of the format that it is a kind of, which refuse it', () => {
    const { wire: sent, dropped } = openaiChat.request.encode(mistralChat.request.decode(wire, {}));
    assert.deepEqual(plain(sent), {
      model: 'm',
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Yes' },
      ],
    });
    assert.deepEqual(dropped, ['safe_prompt']);
    const off = mistralChat.request.decode({ ...wire, safe_prompt: false }, {});
    assert.deepEqual(openaiChat.request.encode(off).dropped, []);
  });

  it('is sent to its own', () => {
    const request = mistralChat.request.decode({ ...wire, messages: [{ role: 'assistant', content: 'Yes', prefix: true }] }, {});
    const { wire: sent, dropped } = mistralChat.request.encode(request);
    assert.deepEqual(plain(sent), { model: 'm', safe_prompt: true, messages: [{ role: 'assistant', content: 'Yes', prefix: true }] });
    assert.deepEqual(dropped, []);
  });
});
