import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { AssistantMessage, ChatRequest, MediaPart, Message, ReasoningRequest, Tool } from '../../ir/request.ts';
import { anthropicMessages } from './index.ts';

const HELLO: Message = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };
const TOOL: Tool = { type: 'function', name: 'f', parameters: { type: 'object', properties: { a: { type: 'string' } } } };

function ask(change: Partial<ChatRequest>): ChatRequest {
  return { model: 'claude-sonnet-4-5', stream: false, messages: [HELLO], sampling: {}, extra: {}, ...change };
}

/** The encoded request as it goes over the wire. */
function encode(change: Partial<ChatRequest>): { wire: JsonObject; dropped: readonly string[] } {
  const { wire, dropped } = anthropicMessages.request.encode(ask(change));
  return { wire: JSON.parse(JSON.stringify(wire)) as JsonObject, dropped };
}

function messagesOf(messages: readonly Message[]): unknown {
  return encode({ messages }).wire.messages;
}

describe('turns', () => {
  it('hoists system messages from anywhere and joins the turns around them', () => {
    const { wire } = encode({ messages: [HELLO, { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] }, HELLO] });
    assert.deepEqual(wire.system, [{ type: 'text', text: 'Be brief.' }]);
    assert.deepEqual(wire.messages, [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hello' },
          { type: 'text', text: 'Hello' },
        ],
      },
    ]);
  });

  it('asks a lone system prompt as a question, because the API demands one', () => {
    const { wire } = encode({ messages: [{ role: 'system', parts: [{ type: 'text', text: 'Tell a joke.' }] }] });
    assert.deepEqual([wire.system, wire.messages], [undefined, [{ role: 'user', content: 'Tell a joke.' }]]);
  });

  it('leaves blank texts out, and turns that hold nothing else', () => {
    const messages: Message[] = [
      {
        role: 'user',
        parts: [
          { type: 'text', text: ' \n' },
          { type: 'text', text: 'Hello' },
        ],
      },
      { role: 'assistant', parts: [{ type: 'text', text: '' }] },
      HELLO,
    ];
    assert.deepEqual(messagesOf(messages), [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hello' },
          { type: 'text', text: 'Hello' },
        ],
      },
    ]);
  });

  it('puts tool results before everything else in a turn', () => {
    const messages: Message[] = [
      HELLO,
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'f', arguments: '' }] },
      { role: 'user', parts: [{ type: 'text', text: 'And?' }] },
      { role: 'user', parts: [{ type: 'tool_result', id: 'c1', content: [{ type: 'text', text: 'done' }] }] },
    ];
    assert.deepEqual(messagesOf(messages), [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'f', input: {} }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: 'done' },
          { type: 'text', text: 'And?' },
        ],
      },
    ]);
  });

  it('brings tool ids to the alphabet of the API, the same for call and result and no two alike', () => {
    const call = (id: string) => ({ type: 'tool_call', id, name: 'f', arguments: '{}' }) as const;
    const result = (id: string) => ({ type: 'tool_result', id, content: [] }) as const;
    const ids = ['a.b', 'a:b', '', 'call_1'];
    const [, assistant, user] = messagesOf([HELLO, { role: 'assistant', parts: ids.map(call) }, { role: 'user', parts: ids.map(result) }]) as {
      content: { id: string; tool_use_id: string }[];
    }[];
    const called = assistant?.content.map(({ id }) => id);
    assert.deepEqual(called, ['a_b', 'a_b_2', 'toolu', 'call_1']);
    assert.deepEqual(
      user?.content.map((block) => block.tool_use_id),
      called,
    );
  });

  it('sends arguments that are no JSON object wrapped', () => {
    const inputs = ['{"a":1}', '', 'null', '[1]', '{"a":'].map((text) => {
      const messages: Message[] = [{ role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'f', arguments: text }] }, HELLO];
      return (messagesOf(messages) as { content: { input: unknown }[] }[])[0]?.content[0]?.input;
    });
    assert.deepEqual(inputs, [{ a: 1 }, {}, {}, { arguments: '[1]' }, { arguments: '{"a":' }]);
  });

  it('never sends reasoning that another provider signed, or nobody', () => {
    const parts: AssistantMessage['parts'] = [
      { type: 'reasoning', text: 'unsigned' },
      { type: 'reasoning', text: 'foreign', signature: { value: 's', origin: 'gemini' } },
      { type: 'reasoning', text: '', redacted: 'r', signature: { value: '', origin: 'bedrock-converse' } },
      { type: 'reasoning', text: 'own', signature: { value: 's', origin: 'anthropic-messages' } },
      { type: 'reasoning', text: 'nameless', signature: { value: 't' } },
      { type: 'text', text: 'Hi' },
    ];
    assert.deepEqual(messagesOf([HELLO, { role: 'assistant', parts }, HELLO]), [
      { role: 'user', content: 'Hello' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'own', signature: 's' },
          { type: 'thinking', thinking: 'nameless', signature: 't' },
          { type: 'text', text: 'Hi' },
        ],
      },
      { role: 'user', content: 'Hello' },
    ]);
  });

  it('lets no turn end in thinking, and no text to be continued in white space', () => {
    const own = { type: 'reasoning', text: 'Hm', signature: { value: 's' } } as const;
    const messages: Message[] = [
      HELLO,
      { role: 'assistant', parts: [{ type: 'text', text: 'One ' }, own] },
      HELLO,
      { role: 'assistant', parts: [{ type: 'text', text: 'Two \n' }] },
    ];
    assert.deepEqual(
      (messagesOf(messages) as { content: unknown }[]).map(({ content }) => content),
      ['Hello', 'One ', 'Hello', 'Two'],
    );
  });

  it('leaves out what other dialects keep to themselves, and citations that the API did not make', () => {
    const native = { type: 'web_search_result_location', url: 'u', encrypted_index: '' };
    const citations = [{ url: 'u' }, { url: 'u', native: { dialect: 'anthropic-messages', value: native } as const }];
    const parts: AssistantMessage['parts'] = [
      { type: 'opaque', dialect: 'gemini', value: { executableCode: {} } },
      { type: 'text', text: 'Hi', citations },
    ];
    assert.deepEqual(messagesOf([HELLO, { role: 'assistant', parts }, HELLO]), [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'Hello' },
    ]);
  });
});

describe('media', () => {
  const block = (part: Omit<MediaPart, 'type'>): unknown => {
    const [message] = messagesOf([{ role: 'user', parts: [{ type: 'media', ...part }] }]) as { content: unknown[] }[];
    return message?.content[0];
  };

  it('sends text documents as text, whatever they came as', () => {
    const source = { type: 'text', media_type: 'text/plain', data: '{"a":1}' };
    const data = Buffer.from('{"a":1}').toString('base64');
    assert.deepEqual(block({ kind: 'document', source: { kind: 'base64', mime: 'application/json', data } }), { type: 'document', source });
    assert.deepEqual(block({ kind: 'document', source: { kind: 'base64', mime: 'text/csv', data } }), { type: 'document', source });
  });

  it('goes by what the data is: a PDF in an image part is a document', () => {
    assert.deepEqual(block({ kind: 'image', source: { kind: 'base64', mime: 'application/pdf', data: 'JVBE' }, name: 'a.pdf' }), {
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
      title: 'a.pdf',
    });
  });

  it('spells image/jpg as the API does', () => {
    assert.deepEqual(block({ kind: 'image', source: { kind: 'base64', mime: 'image/jpg', data: 'AA==' }, cache: { ttl: '1h' } }), {
      type: 'image',
      source: { type: 'base64', media_type: 'image/jpeg', data: 'AA==' },
      cache_control: { type: 'ephemeral', ttl: '1h' },
    });
  });

  it('refuses what the API cannot take', () => {
    for (const part of [
      { kind: 'audio', source: { kind: 'base64', mime: 'audio/wav', data: '' } },
      { kind: 'video', source: { kind: 'url', url: 'https://example.com/a.mp4' } },
      { kind: 'document', source: { kind: 'url', url: 'gs://bucket/a.pdf' } },
      { kind: 'document', source: { kind: 'base64', mime: 'application/msword', data: '' } },
      { kind: 'image', source: { kind: 'text', text: 'a cat' } },
    ] as const) {
      assert.throws(
        () => block(part),
        (error) => error instanceof GatewayError && error.code === 'unsupported_content',
      );
    }
  });

  it('reports images in an assistant turn, which the API refuses', () => {
    const image: MediaPart = { type: 'media', kind: 'image', source: { kind: 'url', url: 'https://example.com/cat.png' } };
    const { wire, dropped } = encode({ messages: [HELLO, { role: 'assistant', parts: [{ type: 'text', text: 'Here:' }, image] }, HELLO] });
    assert.deepEqual(dropped, ['media']);
    assert.equal((wire.messages as { content: unknown }[])[1]?.content, 'Here:');
  });
});

describe('tools', () => {
  it('gives every tool a schema of an object and keeps all keywords of one that it has', () => {
    const parameters = { type: 'object', $defs: { x: { type: 'string' } }, properties: { a: { $ref: '#/$defs/x' } }, additionalProperties: false };
    const tools: Tool[] = [
      { type: 'function', name: 'f' },
      { type: 'function', name: 'g', parameters: { required: [] } },
      { ...TOOL, parameters },
    ];
    assert.deepEqual(
      (encode({ tools }).wire.tools as { input_schema: unknown }[]).map((tool) => tool.input_schema),
      [{ type: 'object', properties: {} }, { type: 'object', properties: {}, required: [] }, parameters],
    );
  });

  it("takes Anthropic's own members from OpenAI-style tools, beside the function or inside it", () => {
    const tools: Tool[] = [{ ...TOOL, extra: { 'openai-chat': { defer_loading: true, function: { input_examples: [{}], x: 1 } } } }];
    const [tool] = encode({ tools }).wire.tools as JsonObject[];
    assert.deepEqual([tool?.defer_loading, tool?.input_examples, tool?.x], [true, [{}], undefined]);
  });

  it('takes hosted tools in its own spelling from either dialect and reports the others', () => {
    const native = { type: 'web_search_20250305', name: 'web_search' };
    const tools: Tool[] = [
      { type: 'hosted', dialect: 'anthropic-messages', value: native },
      { type: 'hosted', dialect: 'openai-chat', value: native },
      { type: 'hosted', dialect: 'openai-chat', value: { type: 'bash', bash: { name: 'bash_20250124' } } },
      { type: 'hosted', dialect: 'openai-chat', value: { type: 'web_search' } },
      { type: 'custom', name: 'shell' },
    ];
    const { wire, dropped } = encode({ tools });
    assert.deepEqual(wire.tools, [native, native, { type: 'bash_20250124', name: 'bash' }]);
    assert.deepEqual(dropped, ['tools']);
  });

  it('offers only the tools that may be called', () => {
    const tools = ['f', 'g', 'h'].map((name): Tool => ({ type: 'function', name }));
    const { wire } = encode({ tools, toolChoice: { mode: 'allowed', names: ['h', 'f'], required: false } });
    assert.deepEqual(
      (wire.tools as { name: string }[]).map(({ name }) => name),
      ['f', 'h'],
    );
    assert.deepEqual(wire.tool_choice, { type: 'auto' });
  });

  it('forbids parallel calls inside the choice, where calls are possible at all', () => {
    const choice = (change: Partial<ChatRequest>) => encode({ tools: [TOOL], parallelToolCalls: false, ...change }).wire.tool_choice;
    assert.deepEqual(choice({}), { type: 'auto', disable_parallel_tool_use: true });
    assert.deepEqual(choice({ toolChoice: { mode: 'tool', name: 'f' } }), { type: 'tool', name: 'f', disable_parallel_tool_use: true });
    assert.deepEqual(choice({ toolChoice: { mode: 'none' } }), { type: 'none' });
    assert.deepEqual(choice({ tools: [], toolChoice: { mode: 'required' } }), undefined);
  });

  it('declares the tools of the history where the request has none, because the API refuses calls of unknown tools', () => {
    const messages: Message[] = [HELLO, { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'f', arguments: '{}' }] }, HELLO];
    const { wire } = encode({ messages });
    assert.deepEqual(wire.tools, [{ name: 'f', input_schema: { type: 'object', properties: {} } }]);
    assert.deepEqual(wire.tool_choice, { type: 'none' });
  });
});

describe('parameters', () => {
  it('always names a limit, higher for models that are known to allow it', () => {
    const limit = (model: string, maxTokens?: number) => encode({ model, sampling: { maxTokens } }).wire.max_tokens;
    assert.deepEqual(
      [limit('claude-3-haiku-20240307'), limit('claude-opus-5'), limit('some-model'), limit('claude-opus-5', 7)],
      [4096, 32000, 4096, 7],
    );
  });

  it('cuts the temperature to the range of the API', () => {
    const temperature = (value: number) => encode({ sampling: { temperature: value } }).wire.temperature;
    assert.deepEqual([temperature(1.7), temperature(0.3), temperature(-1)], [1, 0.3, 0]);
  });

  it('sends a model the sampling that its generation takes and reports the rest', () => {
    const sampling = { temperature: 0.5, topP: 0.9, topK: 5 };
    const taken = (model: string) => {
      const { wire, dropped } = encode({ model, sampling });
      return [wire.temperature, wire.top_p, wire.top_k, dropped];
    };
    assert.deepEqual(taken('claude-3-5-sonnet-20241022'), [0.5, 0.9, 5, []]);
    assert.deepEqual(taken('us.anthropic.claude-sonnet-4-5-20250929-v1:0'), [0.5, undefined, 5, ['top_p']]);
    assert.deepEqual(taken('anthropic/claude-opus-4.7'), [undefined, undefined, undefined, ['temperature', 'top_p', 'top_k']]);
    assert.deepEqual(taken('some-model'), [0.5, 0.9, 5, []]);
  });

  it('passes the defaults of sampling to models that take nothing else', () => {
    const { wire, dropped } = encode({ model: 'claude-sonnet-5', sampling: { temperature: 1, topP: 1 } });
    assert.deepEqual([wire.temperature, wire.top_p, dropped], [1, 1, []]);
  });

  it('reports stop sequences of white space, which the API refuses', () => {
    const { wire, dropped } = encode({ sampling: { stop: ['\n', 'END'] } });
    assert.deepEqual([wire.stop_sequences, dropped], [['END'], ['stop']]);
    assert.equal(encode({ sampling: { stop: ['\n'] } }).wire.stop_sequences, undefined);
  });

  it('translates service tiers that have a counterpart and reports the others', () => {
    const tier = (serviceTier: string) => {
      const { wire, dropped } = encode({ serviceTier });
      return [wire.service_tier, ...dropped];
    };
    assert.deepEqual(['auto', 'default', 'standard_only', 'priority', 'flex'].map(tier), [
      ['auto'],
      ['standard_only'],
      ['standard_only'],
      ['auto'],
      [undefined, 'service_tier'],
    ]);
  });

  it("passes Anthropic's own members of an OpenAI-style request on and reports OpenAI's", () => {
    const extra = { 'openai-chat': { mcp_servers: [], container: 'c', logit_bias: {}, stream_options: {}, thinking: { type: 'between_tools' } } };
    const { wire, dropped } = encode({ model: 'claude-sonnet-5-5', extra });
    assert.deepEqual([wire.mcp_servers, wire.container, wire.thinking], [[], 'c', { type: 'between_tools' }]);
    assert.deepEqual(dropped, ['logit_bias']);
  });

  it('asks for an answer after a schema only where the model can', () => {
    const format = { type: 'json_schema', schema: { type: 'object', properties: {} } } as const;
    assert.deepEqual(encode({ format }).wire.output_config, {
      format: { type: 'json_schema', schema: { type: 'object', properties: {}, additionalProperties: false } },
    });
    const old = encode({ model: 'claude-3-7-sonnet-latest', format, tools: [{ ...TOOL, strict: true }] });
    assert.deepEqual([old.wire.output_config, old.dropped], [undefined, ['response_format']]);
    assert.equal((old.wire.tools as JsonObject[])[0]?.strict, undefined);
  });
});

describe('reasoning', () => {
  interface Case {
    readonly model: string;
    readonly reasoning: ReasoningRequest;
    readonly maxTokens?: number;
    readonly change?: Partial<ChatRequest>;
  }
  const plan = ({ model, reasoning, maxTokens, change }: Case) => {
    const { wire, dropped } = encode({ model, reasoning, sampling: { maxTokens }, ...change });
    const config = wire.output_config as JsonObject | undefined;
    return { thinking: wire.thinking, effort: config?.effort, max: wire.max_tokens, dropped: dropped.join() };
  };
  const budget = (tokens: number) => ({ type: 'enabled', budget_tokens: tokens });
  const ADAPTIVE = { type: 'adaptive' };
  const DISABLED = { type: 'disabled' };
  const forced: Partial<ChatRequest> = { tools: [TOOL], toolChoice: { mode: 'required' } };
  const bareLoop: Partial<ChatRequest> = {
    tools: [TOOL],
    messages: [
      HELLO,
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'f', arguments: '{}' }] },
      { role: 'user', parts: [{ type: 'tool_result', id: 'c', content: [] }] },
    ],
  };

  const cases: readonly (readonly [string, Case, Partial<ReturnType<typeof plan>>])[] = [
    [
      'an effort is a budget for older models',
      { model: 'claude-sonnet-4-5', reasoning: { effort: 'medium' }, maxTokens: 20000 },
      { thinking: budget(8192), max: 20000 },
    ],
    [
      'a budget fits below the limit',
      { model: 'claude-sonnet-4-5', reasoning: { effort: 'high' }, maxTokens: 4000 },
      { thinking: budget(2000), max: 4000 },
    ],
    [
      'a limit too low for any budget goes first',
      { model: 'claude-sonnet-4-5', reasoning: { effort: 'low' }, maxTokens: 1000 },
      { thinking: undefined, max: 1000, dropped: 'reasoning' },
    ],
    [
      'a budget that was named stays and raises the limit',
      { model: 'claude-sonnet-4-5', reasoning: { budgetTokens: 5000 }, maxTokens: 4000 },
      { thinking: budget(5000), max: 9000 },
    ],
    ['no budget is below the least', { model: 'claude-sonnet-4-5', reasoning: { budgetTokens: 1 } }, { thinking: budget(1024), max: 33024 }],
    [
      'a forced call excludes thinking',
      { model: 'claude-sonnet-4-5', reasoning: { effort: 'low' }, change: forced },
      { thinking: undefined, dropped: 'reasoning' },
    ],
    [
      'a tool loop without its thinking excludes a budget',
      { model: 'claude-sonnet-4-5', reasoning: { effort: 'low' }, change: bareLoop },
      { thinking: undefined, dropped: 'reasoning' },
    ],
    [
      'but not adaptive thinking',
      { model: 'claude-opus-4-6', reasoning: { effort: 'low' }, change: bareLoop },
      { thinking: ADAPTIVE, effort: 'low' },
    ],
    [
      'models that cannot think are not asked to',
      { model: 'claude-3-5-haiku-latest', reasoning: { effort: 'low' } },
      { thinking: undefined, dropped: 'reasoning' },
    ],
    [
      'an effort turns adaptive thinking on where it is off',
      { model: 'claude-opus-4-8', reasoning: { effort: 'xhigh' } },
      { thinking: ADAPTIVE, effort: 'xhigh' },
    ],
    [
      'an effort that a generation lacks is the next lower',
      { model: 'claude-sonnet-4-6', reasoning: { effort: 'xhigh' } },
      { thinking: ADAPTIVE, effort: 'high' },
    ],
    ['minimal is low', { model: 'claude-opus-5', reasoning: { effort: 'minimal' } }, { thinking: undefined, effort: 'low' }],
    [
      'Claude 4.6 still takes a budget',
      { model: 'claude-opus-4-6', reasoning: { mode: 'enabled', budgetTokens: 2000 }, maxTokens: 4000 },
      { thinking: budget(2000), dropped: '' },
    ],
    [
      'later models think by themselves instead',
      { model: 'claude-opus-4-7', reasoning: { mode: 'enabled', budgetTokens: 2000 } },
      { thinking: ADAPTIVE, dropped: 'reasoning' },
    ],
    ['thinking that is on is turned off on request', { model: 'claude-sonnet-5', reasoning: { effort: 'none' } }, { thinking: DISABLED }],
    [
      'and for a forced call',
      { model: 'claude-opus-5', reasoning: { effort: 'max' }, change: forced },
      { thinking: DISABLED, effort: 'high', dropped: 'reasoning' },
    ],
    ['thinking that is off is left off', { model: 'claude-opus-4-8', reasoning: { effort: 'none' } }, { thinking: undefined, dropped: '' }],
    ['a plain word against thinking is passed on', { model: 'claude-opus-4-8', reasoning: { mode: 'disabled' } }, { thinking: DISABLED }],
    [
      'thinking that cannot be turned off is kept low',
      { model: 'claude-opus-5-5', reasoning: { mode: 'disabled' } },
      { thinking: undefined, effort: 'low', dropped: 'reasoning' },
    ],
    [
      'models that always think cannot be forced to call',
      { model: 'claude-fable-5-1', reasoning: {}, change: forced },
      { thinking: undefined, dropped: 'tool_choice' },
    ],
    [
      'thoughts are shown on request',
      { model: 'claude-opus-5', reasoning: { summary: 'auto' } },
      { thinking: { type: 'adaptive', display: 'summarized' } },
    ],
    [
      'and hidden',
      { model: 'claude-opus-4-7', reasoning: { effort: 'low', visible: false } },
      { thinking: { type: 'adaptive', display: 'omitted' } },
    ],
    ['other models are sent what was asked', { model: 'kimi-k2', reasoning: { mode: 'enabled' }, maxTokens: 20000 }, { thinking: budget(8192) }],
  ];
  for (const [title, input, expected] of cases) {
    it(title, () => {
      const actual = plan(input);
      for (const key of Object.keys(expected) as (keyof typeof actual)[]) assert.deepEqual(actual[key], expected[key], key);
    });
  }

  it('drops sampling that thinking excludes', () => {
    const { wire, dropped } = encode({ reasoning: { effort: 'low' }, sampling: { maxTokens: 9000, temperature: 0.2, topK: 5 } });
    assert.deepEqual([wire.temperature, wire.top_k, dropped], [undefined, undefined, ['temperature', 'top_k']]);
  });
});
