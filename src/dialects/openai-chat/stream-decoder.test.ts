import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent, Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { collectAnswer, textOf } from '../answer.ts';
import type { Block } from '../answer.ts';
import type { WireEvent } from '../dialect.ts';
import { openaiChat } from './index.ts';

function decode(...wire: WireEvent[]): ChatEvent[] {
  const decoder = openaiChat.stream.decoder();
  return [...wire.flatMap((event) => decoder.push(event)), ...decoder.end()];
}

function chunk(delta: JsonObject, finish: string | null = null, index = 0): JsonObject {
  return { id: 'chatcmpl-1', model: 'm', created: 5, choices: [{ index, delta, finish_reason: finish }] };
}

function call(members: JsonObject): JsonObject {
  return chunk({ tool_calls: [members] });
}

function blocks(...wire: WireEvent[]): readonly Block[] {
  return collectAnswer(decode(...wire)).choices[0]?.blocks ?? [];
}

function calls(...wire: WireEvent[]): unknown[] {
  return blocks(...wire).map((block) => (block.type === 'tool_call' ? [block.id, block.name, block.arguments] : block.type));
}

function usage(record: JsonObject): Omit<Usage, 'native'> {
  const { native: _native, ...buckets } = collectAnswer(decode({ choices: [], usage: record })).usage ?? {};
  return JSON.parse(JSON.stringify(buckets)) as Usage;
}

const types = (events: readonly ChatEvent[]): string[] => events.map((event) => event.type);

describe('the beginning and the end of a stream', () => {
  it('starts once, and not with a chunk that says nothing', () => {
    const events = decode(
      { id: '', model: '', created: 0, choices: [], prompt_filter_results: [] },
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'a' }),
    );
    assert.deepEqual(types(events), ['start', 'text']);
    assert.deepEqual(events[0], { type: 'start', id: 'chatcmpl-1', model: 'm', created: 5, serviceTier: undefined });
  });

  it('takes a status other than 0 for an error', () => {
    const good = { ...chunk({ content: 'a' }), base_resp: { status_code: 0, status_msg: '' } };
    const bad = { choices: null, base_resp: { status_code: 1002, status_msg: 'Slow down.' } };
    const events = decode(good, bad);
    assert.deepEqual(types(events), ['start', 'text', 'error']);
    assert.equal(events[2]?.type === 'error' ? events[2].error.message : undefined, 'Slow down.');
  });

  it('finishes each choice once, however often the host says so', () => {
    const events = decode(chunk({ content: 'a' }, 'length'), chunk({}, 'length'), chunk({ content: 'b' }, 'eos', 1), '[DONE]');
    assert.deepEqual(
      events.filter((event) => event.type === 'finish').map((event) => [event.choice, event.reason, event.native?.value]),
      [
        [0, 'length', 'length'],
        [1, 'stop', 'eos'],
      ],
    );
  });

  it('tells the stop sequence that a model server met, but not a token or a word in its place', () => {
    const finish = (members: JsonObject) =>
      decode({ choices: [{ index: 0, delta: { content: 'a' }, finish_reason: 'stop', ...members }] }).find((event) => event.type === 'finish');
    for (const members of [{ stop_reason: 'END' }, { matched_stop: 'END' }]) {
      assert.deepEqual([finish(members)?.reason, finish(members)?.stopSequence], ['stop_sequence', 'END']);
    }
    for (const members of [
      { stop_reason: null },
      { matched_stop: 128_009 },
      { stop_reason: 'end_turn' },
      { stop_reason: 'END', finish_reason: 'length' },
    ]) {
      assert.equal(finish(members)?.stopSequence, undefined);
    }
  });

  it('takes a stream that says it is done, but not why, for stopped', () => {
    const finish = (...wire: WireEvent[]) => decode(...wire).find((event) => event.type === 'finish')?.reason;
    assert.equal(finish(chunk({ content: 'a' }, ''), '[DONE]'), 'stop');
    assert.equal(finish(call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }), '[DONE]'), 'tool_calls');
    assert.equal(finish(chunk({ content: 'a' })), undefined);
    assert.equal(finish(chunk({ role: 'assistant', content: '' }), '[DONE]'), undefined);
  });

  for (const [word, reason] of [
    ['stop', 'stop'],
    ['model_length', 'length'],
    ['sensitive', 'content_filter'],
    ['function_call', 'tool_calls'],
    ['STOP_SEQUENCE', 'stop_sequence'],
    ['insufficient_system_resource', 'error'],
    ['a_word_of_tomorrow', 'stop'],
  ] as const) {
    it(`understands the finish word ${word}`, () => {
      assert.equal(decode(chunk({ content: 'a' }, word)).find((event) => event.type === 'finish')?.reason, reason);
    });
  }

  it('takes a stop with tool calls for a request to run them', () => {
    const events = decode(chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] }, 'stop'));
    assert.deepEqual(events.at(-1), { type: 'finish', choice: 0, reason: 'tool_calls', native: { dialect: 'openai-chat', value: 'stop' } });
  });
});

describe('errors inside a stream', () => {
  it('end it, with the status that the error names', () => {
    const events = decode(
      chunk({ content: 'a' }),
      { error: { message: 'Slow down.', type: 'rate_limit', code: 429 } },
      chunk({ content: 'b' }, 'stop'),
    );
    assert.deepEqual(types(events), ['start', 'text', 'error']);
    assert.deepEqual(collectAnswer(events).error, { status: 429, message: 'Slow down.', type: 'rate_limit', code: '429', param: undefined });
  });

  it('are found beside a choice that claims to have finished', () => {
    const events = decode({ ...chunk({ content: '' }, 'error'), error: { message: 'Broke.' } });
    assert.deepEqual(types(events), ['start', 'error']);
    assert.equal(collectAnswer(events).error?.status, 502);
  });

  it('are found where the chunk itself is the error', () => {
    assert.equal(collectAnswer(decode({ object: 'error', message: 'Too long.', code: 400 })).error?.status, 400);
  });

  it('change nothing about an answer that was complete before', () => {
    const late = {
      ...chunk({ content: '' }),
      error: { message: 'Token limit reached', code: 400 },
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    };
    assert.deepEqual(types(decode(chunk({ content: 'a' }, 'length'), late)), ['start', 'text', 'finish', 'usage']);
  });

  it('are found in a whole reply with status 200', () => {
    for (const body of [{ error: { message: 'No.' } }, { error: 'No.' }, { detail: 'No.' }, { message: 'No.' }] as JsonObject[]) {
      assert.equal(collectAnswer(openaiChat.reply.decode(body)).error?.message, 'No.', JSON.stringify(body));
    }
  });
});

describe('tool calls', () => {
  it('are read where one stands alone instead of in a list', () => {
    const piece = (text: string, name?: string): JsonObject => chunk({ tool_calls: { index: 0, id: '', function: { name, arguments: text } } });
    assert.deepEqual(calls(piece('{"a"', 'f'), piece(':1}')), [['', 'f', '{"a":1}']]);
  });

  it('are told apart by their index', () => {
    assert.deepEqual(
      calls(
        call({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
        call({ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }),
        call({ index: 0, function: { arguments: '{"x":' } }),
        call({ index: 1, function: { arguments: '{}' } }),
        call({ index: 0, function: { arguments: '1}' } }),
      ),
      [
        ['a', 'f', '{"x":1}'],
        ['b', 'g', '{}'],
      ],
    );
  });

  it('are told apart by their id where every index is 0', () => {
    assert.deepEqual(
      calls(
        call({ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }),
        call({ index: 0, id: 'a', function: { name: 'f', arguments: '}' } }),
        call({ index: 0, id: 'b', function: { name: 'f', arguments: '{' } }),
        call({ index: 0, function: { arguments: '}' } }),
      ),
      [
        ['a', 'f', '{}'],
        ['b', 'f', '{}'],
      ],
    );
  });

  it('are told apart by id or name where there is no index', () => {
    assert.deepEqual(
      calls(
        call({ id: 'a', function: { name: 'f', arguments: '{' } }),
        call({ function: { arguments: '}' } }),
        call({ id: 'b', function: { name: 'f', arguments: '{}' } }),
        call({ function: { name: 'g', arguments: '{}' } }),
      ),
      [
        ['a', 'f', '{}'],
        ['b', 'f', '{}'],
        ['', 'g', '{}'],
      ],
    );
  });

  it('wait for their name, and lose no arguments that came before it', () => {
    assert.deepEqual(
      calls(call({ index: 0, id: 'a', function: { arguments: '{"x"' } }), call({ index: 0, function: { name: 'f', arguments: ':1}' } })),
      [['a', 'f', '{"x":1}']],
    );
  });

  it('may have arguments that are an object, or none', () => {
    assert.deepEqual(
      calls(call({ id: 'a', function: { name: 'f', arguments: { x: 1 } } }), call({ id: 'b', function: { name: 'g', arguments: null } })),
      [
        ['a', 'f', '{"x":1}'],
        ['b', 'g', ''],
      ],
    );
  });

  it('are all different in a whole reply, even without ids', () => {
    const tool = { function: { name: 'f', arguments: '{}' } };
    const answer = collectAnswer(openaiChat.reply.decode({ choices: [{ message: { tool_calls: [tool, tool] } }] }));
    assert.equal(answer.choices[0]?.blocks.length, 2);
    assert.equal(answer.choices[0]?.finish?.reason, 'tool_calls');
  });

  it('are read in their older form, unless it is only a blank', () => {
    assert.deepEqual(calls(chunk({ function_call: { name: 'f', arguments: '' } }), chunk({ function_call: { arguments: '{}' } }, 'function_call')), [
      ['', 'f', '{}'],
    ]);
    assert.deepEqual(calls(chunk({ function_call: { name: '', arguments: '' } }, 'stop')), []);
  });

  it('may take free text', () => {
    const [block] = blocks(
      call({ index: 0, id: 'a', type: 'custom', custom: { name: 'shell', input: 'ls' } }),
      call({ index: 0, custom: { input: ' -l' } }),
    );
    assert.deepEqual(block, { type: 'tool_call', id: 'a', name: 'shell', arguments: 'ls -l', custom: true, signature: undefined });
  });

  it('carry the proof of a thought, wherever a host puts it', () => {
    const signatures = [
      { function: { name: 'f', arguments: '{}', thought_signature: 'c2ln' } },
      { function: { name: 'f', arguments: '{}' }, extra_content: { google: { thought_signature: 'c2ln' } } },
    ].map((members) => blocks(call({ index: 0, id: 'a', ...members }))[0] as Extract<Block, { type: 'tool_call' }>);
    assert.deepEqual(
      signatures.map((block) => block.signature),
      [
        { value: 'c2ln', origin: 'gemini' },
        { value: 'c2ln', origin: 'openai-chat' },
      ],
    );
  });
});

describe('reasoning', () => {
  for (const member of ['reasoning_content', 'reasoning']) {
    it(`is read from ${member}`, () => {
      assert.deepEqual(blocks(chunk({ [member]: 'Let ' }), chunk({ [member]: 'me.', content: '' }), chunk({ content: 'Yes' }, 'stop')), [
        { type: 'reasoning', text: 'Let me.', signature: undefined, redacted: undefined },
        { type: 'text', text: 'Yes', citations: [], signature: undefined },
      ]);
    });
  }

  it('is not read twice where two members say the same', () => {
    const detail = (text: string) => ({ type: 'reasoning.text', text, index: 0 });
    const wire = ['a', 'b'].map((text) => chunk({ reasoning: text, reasoning_content: text, reasoning_details: [detail(text)] }));
    assert.equal((blocks(...wire)[0] as { text: string }).text, 'ab');
  });

  it('is read from details alone, with their signatures and encrypted blocks', () => {
    const wire = chunk({
      reasoning_details: [
        { type: 'reasoning.text', text: 'a', index: 0 },
        { type: 'reasoning.text', signature: 'c2ln', index: 0 },
        { type: 'reasoning.summary', summary: 'b', index: 1 },
        { type: 'reasoning.encrypted', data: 'ZW5j', index: 2 },
      ],
    });
    assert.deepEqual(
      blocks(wire).map((block) => (block.type === 'reasoning' ? [block.text, block.signature?.value] : block.type)),
      [
        ['a', 'c2ln'],
        ['b', 'ZW5j'],
      ],
    );
  });

  it('comes first in a whole message whatever the order of its members', () => {
    const message = { content: 'Yes', reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 'c2ln' }], reasoning: 'Hm.' };
    const [first, second] = collectAnswer(openaiChat.reply.decode({ choices: [{ message }] })).choices[0]?.blocks ?? [];
    assert.deepEqual(first, { type: 'reasoning', text: 'Hm.', signature: { value: 'c2ln', origin: 'openai-chat' }, redacted: undefined });
    assert.equal(second?.type, 'text');
  });

  it('may bring the proof of the text that follows it', () => {
    const proof = { type: 'reasoning.encrypted', data: 'sluice.gemini.text.c2ln' };
    const message = { content: 'Yes', reasoning_details: [proof, { type: 'reasoning.text', text: 'Hm.', signature: 'dA==' }], reasoning: 'Hm.' };
    const [first, second, ...others] = collectAnswer(openaiChat.reply.decode({ choices: [{ message }] })).choices[0]?.blocks ?? [];
    assert.equal(first?.type, 'reasoning');
    assert.deepEqual(second, { type: 'text', text: 'Yes', citations: [], signature: { value: 'c2ln', origin: 'gemini' } });
    assert.equal(others.length, 0);
  });

  it('is read from blocks as Anthropic has them, beside the plain text or alone', () => {
    const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' };
    const redacted = { type: 'redacted_thinking', data: 'ZW5j' };
    const read = (message: JsonObject): unknown =>
      collectAnswer(openaiChat.reply.decode({ choices: [{ message }] })).choices[0]?.blocks.map((block) =>
        block.type === 'reasoning' ? [block.text, block.signature, block.redacted] : block.type,
      );
    const expected = [['Hm.', { value: 'c2ln', origin: undefined }, undefined], ['', undefined, 'ZW5j'], 'text'];
    assert.deepEqual(read({ content: 'Yes', thinking_blocks: [thinking, redacted] }), expected);
    assert.deepEqual(read({ content: 'Yes', reasoning_content: 'Hm.', thinking_blocks: [thinking, redacted] }), expected);
    assert.deepEqual(read({ content: 'Yes', reasoning: thinking }), [expected[0], 'text']);
    const streamed = blocks(
      chunk({ reasoning_content: 'Hm.', thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: null }] }),
      chunk({ reasoning_content: '', thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'c2ln' }] }),
      chunk({ content: 'Yes' }, 'stop'),
    );
    assert.deepEqual(streamed[0], { type: 'reasoning', text: 'Hm.', signature: { value: 'c2ln', origin: undefined }, redacted: undefined });
    assert.equal(streamed.length, 2);
  });

  it('is read from content that comes in parts', () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }], closed: true };
    assert.deepEqual(
      blocks(
        chunk({ content: [thinking] }),
        chunk({
          content: [
            { type: 'text', text: 'Yes' },
            { type: 'reference', reference_ids: [1] },
          ],
        }),
        chunk({ content: '!' }),
      ).map((block) => ('text' in block ? `${block.type}: ${block.text}` : block.type)),
      ['reasoning: Hm.', 'text: Yes!'],
    );
  });
});

describe('texts and what goes with them', () => {
  it('are not repeated by a message beside the deltas', () => {
    const last = { choices: [{ index: 0, delta: { content: '' }, message: { content: 'Hello' }, finish_reason: 'stop' }] };
    const done = { choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }] };
    for (const end of [last, done]) {
      const [choice] = collectAnswer(decode(chunk({ content: 'Hel' }), chunk({ content: 'lo' }), end)).choices;
      assert.equal(choice === undefined ? '' : textOf(choice), 'Hello');
    }
  });

  it('keep citations that come before them', () => {
    const annotation = { type: 'url_citation', url_citation: { url: 'https://example.com', title: 'Example', start_index: 0, end_index: 0 } };
    assert.deepEqual(types(decode(chunk({ content: '', annotations: [annotation] }), chunk({ content: 'See' }))), ['start', 'text', 'citation']);
  });

  it('cite the sources that a host lists beside the choices, once', () => {
    const sources = { citations: ['https://a.example', 'https://b.example'], search_results: [{ url: 'https://b.example', title: 'B' }] };
    const events = decode({ ...chunk({ content: 'a' }), ...sources }, { ...chunk({ content: 'b' }, 'stop'), ...sources });
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'citation' ? [[event.citation.url, event.citation.title]] : [])),
      [
        ['https://a.example', undefined],
        ['https://b.example', 'B'],
      ],
    );
  });

  it('can be images and speech', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const [picture] = blocks(chunk({ images: [image] }));
    assert.deepEqual(picture?.type === 'media' && picture.media.source, { kind: 'base64', mime: 'image/png', data: 'AAAA' });
    const pieces = ['YQ==', 'Yg=='].map((data, index) => chunk({ audio: { id: 'audio_1', data, transcript: ['He', 'y'][index] } }));
    const [speech] = blocks(...pieces, chunk({}, 'stop'));
    assert.ok(speech?.type === 'media');
    assert.deepEqual([speech.media.source, speech.media.transcript], [{ kind: 'base64', mime: 'audio/wav', data: 'YWI=' }, 'Hey']);
  });
});

describe('usage', () => {
  it('is found at the end, in every chunk, and at the places of certain hosts', () => {
    const used = { prompt_tokens: 1, completion_tokens: 2 };
    for (const wire of [
      { choices: [], usage: used },
      { ...chunk({}), usage: used },
      { ...chunk({}), x_groq: { usage: used } },
      { choices: [{ index: 0, delta: {}, usage: used }] },
    ]) {
      assert.equal(collectAnswer(decode(chunk({ content: 'a' }), { ...chunk({ content: 'b' }), usage: null }, wire)).usage?.output, 2);
    }
  });

  for (const [title, record, buckets] of [
    [
      'takes cached tokens out of the prompt and reasoning out of the completion',
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 60 },
        completion_tokens_details: { reasoning_tokens: 20 },
      },
      { input: 40, cacheRead: 60, output: 30, reasoning: 20 },
    ],
    [
      'knows by the total that a host counts reasoning apart',
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 35, completion_tokens_details: { reasoning_tokens: 20 } },
      { input: 10, output: 5, reasoning: 20 },
    ],
    [
      'knows by the total that a host counts cached tokens apart',
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 115, cache_read_input_tokens: 60, cache_creation_input_tokens: 40 },
      { input: 10, cacheRead: 60, cacheWrite: 40, output: 5 },
    ],
    [
      'reads the cache hits of another host',
      { prompt_tokens: 10, completion_tokens: 5, prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 6 },
      { input: 6, cacheRead: 4, output: 5 },
    ],
    [
      'reads the cache hits that stand beside the prompt',
      { prompt_tokens: 10, completion_tokens: 5, num_cached_tokens: 4 },
      { input: 6, cacheRead: 4, output: 5 },
    ],
    [
      'reads what was put into the cache where the details of the prompt tell it',
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        prompt_tokens_details: { cached_tokens: 0, cache_creation_input_tokens: 8, cache_type: 'ephemeral' },
      },
      { input: 2, cacheRead: 0, cacheWrite: 8, output: 5 },
    ],
    [
      'never counts more from the cache than there is prompt',
      { prompt_tokens: 29, completion_tokens: 6, total_tokens: 35, prompt_tokens_details: { cached_tokens: 128 } },
      { input: 0, cacheRead: 29, output: 6 },
    ],
    [
      'never counts more reasoning than there is completion',
      { prompt_tokens: 1, completion_tokens: 10, completion_tokens_details: { reasoning_tokens: 11 } },
      { input: 1, output: 0, reasoning: 10 },
    ],
    ['leaves out what is null', { prompt_tokens: 7, completion_tokens: null, total_tokens: null }, { input: 7 }],
  ] as const) {
    it(title, () => assert.deepEqual(usage(record), buckets));
  }
});
