import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError } from '../../errors.ts';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { WireEvent } from '../dialect.ts';
import { describeDialect } from '../dialect.contract.ts';
import { openaiCompletions } from './index.ts';

const prompts = 'a prompt has one speaker';
const words = 'a completion consists of words';

describeDialect(openaiCompletions, {
  requests: [
    { title: 'a prompt', wire: { model: 'm', prompt: 'Once upon' } },
    {
      title: 'every member that the canonical form knows',
      wire: {
        model: 'm',
        prompt: 'Once upon',
        max_tokens: 5,
        temperature: 0,
        top_p: 0.5,
        stop: ['.'],
        seed: 1,
        presence_penalty: 1,
        frequency_penalty: -1,
        n: 2,
        logprobs: 3,
        user: 'u',
      },
    },
    { title: 'members that it does not know', wire: { model: 'm', prompt: 'Once', suffix: 'end', echo: true, best_of: 2, top_k: 3 } },
    {
      title: 'a stream, of which the usage is always asked for',
      wire: { model: 'm', prompt: ['Once'], stream: true, stream_options: { include_obfuscation: false } },
      encoded: { model: 'm', prompt: 'Once', stream: true, stream_options: { include_obfuscation: false, include_usage: true } },
    },
  ],
  refused: [
    { title: 'no prompt', wire: { model: 'm' }, param: 'prompt' },
    { title: 'a prompt of another type', wire: { model: 'm', prompt: 7 }, param: 'prompt' },
    { title: 'a limit in words', wire: { model: 'm', prompt: 'x', max_tokens: 'ten' }, param: 'max_tokens' },
  ],
  errors: [
    {
      title: 'an error',
      status: 401,
      body: { error: { message: 'No.', type: 'invalid_request_error', param: null, code: 'invalid_api_key' } },
      error: { status: 401, message: 'No.', type: 'invalid_request_error', code: 'invalid_api_key', param: undefined },
    },
  ],
  cannotAsk: {
    'top k': 'no such member',
    tools: prompts,
    'strict tool': prompts,
    'tool choice auto': prompts,
    'tool choice none': prompts,
    'tool choice required': prompts,
    'one named tool': prompts,
    'some named tools': prompts,
    'one tool call at a time': prompts,
    'tool results': prompts,
    'tool result and a question': prompts,
    'failed tool': prompts,
    'tool result with an image': prompts,
    image: words,
    'image by URL': words,
    document: words,
    'document by URL': words,
    'text document': words,
    audio: words,
    video: words,
    'JSON answer': 'no such member',
    'JSON answer with a schema': 'no such member',
    'reasoning effort': 'no such member',
    'reasoning budget': 'no such member',
    'no reasoning': 'no such member',
    'cache hint': 'no such member',
  },
  asksOtherwise: {
    'a system prompt': 'it becomes a transcript',
    'a conversation': 'it becomes a transcript',
  },
  cannotAnswer: {
    'a tool call': words,
    'a tool call without arguments': words,
    'text before a tool call': words,
    'parallel tool calls that interleave': words,
    'a custom tool call': words,
    reasoning: words,
    'reasoning with its own signature': words,
    "reasoning with another dialect's signature": words,
    'redacted reasoning': words,
    'reasoning before a tool call': words,
    'a signed tool call': words,
    'a signed text': words,
    'a refusal': 'it is spoken like any other text',
    'a citation': words,
    'an image': words,
    logprobs: 'bytes of tokens have no place',
    'finish: stop sequence': 'the word is stop',
    'finish: refusal': 'the word is content_filter',
    'finish: pause': 'the word is stop',
    'finish: error': 'the word is stop',
  },
  losesToolCalls: words,
});

const { request, reply, stream } = openaiCompletions;
const context = { id: 'c0ffee', created: 1, model: 'm', strict: true, includeUsage: false };

function decodeStream(...wire: WireEvent[]): ChatEvent[] {
  const decoder = stream.decoder();
  return [...wire.flatMap((event) => decoder.push(event)), ...decoder.end()];
}

describe('text completions', () => {
  it('refuse several prompts, and tokens, as content that a chat cannot be sent', () => {
    for (const prompt of [['a', 'b'], [1, 2], [[1], [2]], []]) {
      assert.throws(
        () => request.decode({ model: 'm', prompt }, {}),
        (error) => error instanceof GatewayError && error.code === 'unsupported_content' && error.info.param === 'prompt',
      );
    }
  });

  it('continue a conversation as a transcript', () => {
    const { wire } = request.encode({
      model: 'm',
      stream: false,
      messages: [
        { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
        { role: 'assistant', parts: [{ type: 'text', text: 'Hello' }] },
        { role: 'user', parts: [{ type: 'text', text: 'Bye' }] },
      ],
      sampling: {},
      extra: {},
    });
    assert.equal(wire.prompt, 'Be brief.\n\nUser: Hi\n\nAssistant: Hello\n\nUser: Bye\n\nAssistant:');
  });

  it('are read from a host that writes chat deltas beside the text', () => {
    const choice = (text: string, finish: string | null): JsonObject => ({ index: 0, text, finish_reason: finish, delta: { content: text } });
    const events = decodeStream({ id: 'a', model: 'm', choices: [choice('Hi', null)] }, { choices: [choice('', 'eos')], usage: null }, '[DONE]');
    assert.deepEqual(
      events.map((event) => event.type),
      ['start', 'text', 'finish'],
    );
  });

  it('are complete in a whole reply that says neither why they ended nor what they used', () => {
    const events = reply.decode({ choices: [{ text: 'Hi', log_probs: null }], model: 'm' });
    assert.deepEqual(events.at(-1), { type: 'finish', choice: 0, reason: 'stop', native: undefined });
  });

  it('carry log probabilities in parallel lists, with offsets into the text', () => {
    const logprobs = { tokens: ['He', 'y'], token_logprobs: [-1, -2], top_logprobs: [{ He: -1, Hi: -3 }, {}], text_offset: [0, 2] };
    const wire = { id: 'a', model: 'm', choices: [{ text: 'Hey', index: 0, logprobs, finish_reason: 'stop' }] };
    assert.deepEqual((reply.encode(reply.decode(wire), context).choices as JsonObject[])[0], wire.choices[0]);
  });
});
