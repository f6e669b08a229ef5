import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../ir/json.ts';
import type { ChatRequest, Message } from '../../ir/request.ts';
import { openaiChat } from './index.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const ASK: JsonObject = { role: 'user', content: 'Hi' };

function decode(members: JsonObject): ChatRequest {
  return openaiChat.request.decode({ model: 'm', messages: [ASK], ...members }, {});
}

function decodeParts(message: JsonObject): unknown {
  return plain(decode({ messages: [message] }).messages[0]?.parts);
}

function encode(change: Partial<ChatRequest>): { readonly wire: JsonObject; readonly dropped: readonly string[] } {
  const request: ChatRequest = { model: 'm', stream: false, messages: [], sampling: {}, extra: {}, ...change };
  const { wire, dropped } = openaiChat.request.encode(request);
  return { wire: plain(wire) as JsonObject, dropped };
}

describe('reading requests', () => {
  it('takes the model and the stream from the URL where the body names none', () => {
    const { model, stream } = openaiChat.request.decode({ messages: [ASK] }, { model: 'x', stream: true });
    assert.deepEqual([model, stream], ['x', true]);
  });

  it('prefers max_completion_tokens and takes a stop that is one text', () => {
    const { sampling } = decode({ max_tokens: 1, max_completion_tokens: 2, stop: '.' });
    assert.deepEqual([sampling.maxTokens, sampling.stop], [2, ['.']]);
  });

  it('takes null for absent', () => {
    const nothing = { temperature: null, stop: null, tools: null, tool_choice: null, response_format: null, n: null, user: null, logprobs: null };
    assert.deepEqual(plain(decode(nothing)), plain(decode({})));
  });

  for (const [choice, expected] of [
    ['any', { mode: 'required' }],
    [{ type: 'auto' }, { mode: 'auto' }],
    [
      { type: 'tool', name: 'f' },
      { mode: 'tool', name: 'f' },
    ],
    [
      { type: 'custom', custom: { name: 'f' } },
      { mode: 'tool', name: 'f' },
    ],
    [
      { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] } },
      { mode: 'allowed', names: ['f'], required: true },
    ],
  ] as const) {
    it(`reads the tool choice ${JSON.stringify(choice)}`, () => assert.deepEqual(decode({ tool_choice: choice }).toolChoice, expected));
  }

  for (const [members, expected] of [
    [{ reasoning_effort: 'low' }, { effort: 'low' }],
    [{ thinking: { type: 'enabled', budget_tokens: 2048 } }, { mode: 'enabled', budgetTokens: 2048 }],
    [{ thinking: { type: 'disabled' } }, { mode: 'disabled' }],
    [{ reasoning: { effort: 'high', exclude: true } }, { effort: 'high', visible: false }],
    [{ reasoning: { max_tokens: 2000 } }, { budgetTokens: 2000 }],
  ] as const) {
    it(`reads ${JSON.stringify(members)}`, () => assert.deepEqual(plain(decode(members).reasoning), expected));
  }

  it('reads a schema wherever a client puts it', () => {
    const schema = { type: 'object' };
    for (const format of [
      { type: 'json_schema', json_schema: { schema } },
      { type: 'json_schema', schema },
      { type: 'json_object', schema },
    ]) {
      assert.deepEqual(plain(decode({ response_format: format }).format), { type: 'json_schema', schema });
    }
  });

  it('reads files as data, as plain text, by URL and by id', () => {
    const file = (members: JsonObject) => ({ type: 'file', file: members });
    const content = [
      file({ file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' }),
      file({ file_data: 'AAAA' }),
      file({ file_data: 'Once upon', mime_type: 'text/plain', file_name: 'a.txt' }),
      file({ file_url: 'https://example.com/a.pdf', mime_type: 'application/pdf' }),
      file({ file_id: 'file-1' }),
    ];
    assert.deepEqual(decodeParts({ role: 'user', content }), [
      { type: 'media', kind: 'document', source: { kind: 'base64', mime: 'application/pdf', data: 'AAAA' }, name: 'a.pdf' },
      { type: 'media', kind: 'document', source: { kind: 'base64', mime: 'application/pdf', data: 'AAAA' } },
      { type: 'media', kind: 'document', source: { kind: 'text', text: 'Once upon' }, name: 'a.txt' },
      { type: 'media', kind: 'document', source: { kind: 'url', url: 'https://example.com/a.pdf', mime: 'application/pdf' } },
      { type: 'media', kind: 'document', source: { kind: 'file', id: 'file-1' } },
    ]);
  });

  it('tells by its MIME type what an image_url holds', () => {
    const kinds = [
      { url: 'data:video/mp4;base64,AAAA' },
      { url: 'https://example.com/x', mime_type: 'audio/mpeg' },
      { url: 'gs://bucket/clip.mp4' },
      { url: 'https://example.com/page.html' },
      'https://example.com/cat.png',
      { url: 'data:text/plain,100%' },
    ].map((image) => decode({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: image }] }] }).messages[0]?.parts[0]);
    assert.deepEqual(
      kinds.map((part) => (part?.type === 'media' ? part.kind : undefined)),
      ['video', 'audio', 'video', 'image', 'image', 'document'],
    );
  });

  it('reads cache breakpoints on parts, on messages and on tools', () => {
    const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };
    const { messages, tools } = decode({
      messages: [
        { role: 'system', content: 'Be brief.', ...mark },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a', ...mark },
            { type: 'text', text: 'b' },
          ],
        },
        { role: 'tool', tool_call_id: 'x', content: 'c', ...mark },
      ],
      tools: [{ type: 'function', function: { name: 'f' }, ...mark }],
    });
    const marks = messages.map((message) => message.parts.map((part) => ('cache' in part ? part.cache : undefined)));
    assert.deepEqual(marks, [[{ ttl: '1h' }], [{ ttl: '1h' }, undefined], [{ ttl: '1h' }]]);
    assert.deepEqual(tools?.[0]?.type === 'function' && tools[0].cache, { ttl: '1h' });
  });

  it('lets content_blocks replace the text and the thoughts, but not the tool calls', () => {
    const parts = decodeParts({
      role: 'assistant',
      content: 'Yes',
      reasoning_content: 'Hm.',
      content_blocks: [
        { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'ZW5j' },
        { type: 'text', text: 'Yes', cache_control: { type: 'ephemeral' } },
        { type: 'tool_use', id: 'a', name: 'f', input: {} },
        { type: 'server_tool_use', id: 'b', name: 'search', input: {} },
      ],
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
    });
    assert.deepEqual(parts, [
      { type: 'reasoning', text: 'Hm.', signature: { value: 'c2ln' } },
      { type: 'reasoning', text: '', redacted: 'ZW5j' },
      { type: 'text', text: 'Yes', cache: {} },
      { type: 'opaque', dialect: 'anthropic-messages', value: { type: 'server_tool_use', id: 'b', name: 'search', input: {} } },
      { type: 'tool_call', id: 'a', name: 'f', arguments: '{}' },
    ]);
  });

  it('reads blocks of thinking as Anthropic has them', () => {
    const thinking_blocks = [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'ZW5j' },
    ];
    assert.deepEqual(decodeParts({ role: 'assistant', content: 'Yes', reasoning_content: 'Hm.', thinking_blocks }), [
      { type: 'reasoning', text: 'Hm.', signature: { value: 'c2ln' } },
      { type: 'reasoning', text: '', redacted: 'ZW5j' },
      { type: 'text', text: 'Yes' },
    ]);
  });

  it('reads plain reasoning of an answer before', () => {
    for (const member of ['reasoning_content', 'reasoning']) {
      assert.deepEqual(decodeParts({ role: 'assistant', content: 'Yes', [member]: 'Hm.' }), [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'text', text: 'Yes' },
      ]);
    }
  });

  it('takes an untagged thought_signature for Gemini’s and an untagged extra_content for the host’s own', () => {
    const call = (members: JsonObject) => ({ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, ...members });
    const [message] = decode({
      messages: [
        {
          role: 'assistant',
          tool_calls: [
            call({ function: { name: 'f', arguments: '{}', thought_signature: 'c2ln' } }),
            call({ extra_content: { google: { thought_signature: 'c2ln' } } }),
          ],
        },
      ],
    }).messages;
    const signatures = message?.parts.map((part) => (part.type === 'tool_call' ? part.signature : undefined));
    assert.deepEqual(signatures, [
      { value: 'c2ln', origin: 'gemini' },
      { value: 'c2ln', origin: 'openai-chat' },
    ]);
  });

  it('pairs the older function messages with their calls in order', () => {
    const ask = { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } };
    const answer = { role: 'function', name: 'f', content: 'x' };
    const ids = decode({ messages: [ask, answer, ask, answer] }).messages.map((message) => (message.parts[0] as { id: string }).id);
    assert.deepEqual(ids, ['call_function_1', 'call_function_1', 'call_function_2', 'call_function_2']);
  });
});

describe('writing requests', () => {
  const image = { type: 'media', kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const;
  const result = (id: string, content: Extract<Extract<Message, { role: 'user' }>['parts'][number], { type: 'tool_result' }>['content']) =>
    ({ role: 'user', parts: [{ type: 'tool_result', id, content }] }) as const;

  it('lets all tool results follow the calls before any media out of them', () => {
    const { wire } = encode({
      messages: [
        result('a', [{ type: 'text', text: 'one' }, image]),
        result('b', [image]),
        { role: 'user', parts: [{ type: 'text', text: 'And?' }] },
        { role: 'assistant', parts: [{ type: 'text', text: 'So.' }] },
        result('c', [image]),
      ],
    });
    const picture = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
    assert.deepEqual(wire.messages, [
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'tool', tool_call_id: 'b', content: 'The result is attached to the next message.' },
      { role: 'user', content: [picture, picture, { type: 'text', text: 'And?' }] },
      { role: 'assistant', content: 'So.' },
      { role: 'tool', tool_call_id: 'c', content: 'The result is attached to the next message.' },
      { role: 'user', content: [picture] },
    ]);
  });

  it('makes one message of an answer that comes in several turns, so that all of its calls stand before their results', () => {
    const call = (id: string) => ({ role: 'assistant', parts: [{ type: 'tool_call', id, name: 'f', arguments: '{}' }] }) as const;
    const { wire } = encode({ messages: [call('a'), call('b'), result('a', []), result('b', [])] });
    const written = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
    assert.deepEqual(wire.messages, [
      { role: 'assistant', content: null, tool_calls: [written('a'), written('b')] },
      { role: 'tool', tool_call_id: 'a', content: '' },
      { role: 'tool', tool_call_id: 'b', content: '' },
    ]);
  });

  it('names what it cannot say by the members that the client knows', () => {
    const { dropped } = encode({
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'a', cache: {} },
            { ...image, citable: true, context: 'c' },
          ],
        },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm.', signature: { value: 'x', origin: 'anthropic-messages' } },
            image,
            { type: 'opaque', dialect: 'anthropic-messages', value: { type: 'server_tool_use' } },
          ],
        },
      ],
      tools: [{ type: 'hosted', dialect: 'anthropic-messages', value: { type: 'web_search_20250305' } }],
      sampling: { topK: 4 },
      extra: { 'anthropic-messages': { context_management: {} } },
    });
    assert.deepEqual([...dropped].sort(), [
      'cache_control',
      'citations',
      'context',
      'context_management',
      'messages.image',
      'messages.reasoning',
      'messages.server_tool_use',
      'tools.web_search_20250305',
      'top_k',
    ]);
  });

  it('sends no signature that another dialect wrote', () => {
    const { wire } = encode({
      messages: [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm.', signature: { value: 'x', origin: 'anthropic-messages' } },
            { type: 'reasoning', text: 'Unsigned.' },
            { type: 'reasoning', text: '', redacted: 'y' },
            { type: 'tool_call', id: 'a', name: 'f', arguments: '', signature: { value: 'z', origin: 'gemini' } },
          ],
        },
      ],
    });
    assert.deepEqual(wire.messages, [
      { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    ]);
  });

  it('leaves out a choice among no tools', () => {
    const { wire } = encode({ toolChoice: { mode: 'required' }, parallelToolCalls: false });
    assert.deepEqual(Object.keys(wire), ['model', 'messages']);
  });

  it('does not ask a second time for reasoning that the client asked for in its own form', () => {
    const own = { reasoning: { max_tokens: 2000 } };
    const { wire } = encode({ reasoning: { budgetTokens: 2000 }, extra: { 'openai-chat': own } });
    assert.deepEqual([wire.reasoning, wire.reasoning_effort], [own.reasoning, undefined]);
  });

  for (const [reasoning, effort] of [
    [{ budgetTokens: 1024 }, 'low'],
    [{ budgetTokens: 8192 }, 'medium'],
    [{ budgetTokens: 8193 }, 'high'],
    [{ mode: 'enabled' }, 'medium'],
    [{ mode: 'adaptive' }, undefined],
    [{ mode: 'disabled', budgetTokens: 0 }, undefined],
    [{ effort: 'max' }, 'high'],
    [{ effort: 'none' }, 'none'],
  ] as const) {
    it(`says ${effort ?? 'nothing'} for ${JSON.stringify(reasoning)}`, () => assert.equal(encode({ reasoning }).wire.reasoning_effort, effort));
  }

  it('writes documents of text as text', () => {
    const parts = (['dGV4dA==', undefined] as const).map((data) => ({
      type: 'media' as const,
      kind: 'document' as const,
      name: 'a.txt',
      source: data === undefined ? { kind: 'text' as const, text: 'text' } : { kind: 'base64' as const, mime: 'text/plain', data },
    }));
    const text = { type: 'text', text: 'a.txt\n\ntext' };
    assert.deepEqual(encode({ messages: [{ role: 'user', parts }] }).wire.messages, [{ role: 'user', content: [text, text] }]);
  });
});
