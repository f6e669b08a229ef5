import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../ir/json.ts';
import type { ChatRequest, MediaPart, Message, ReasoningRequest } from '../../ir/request.ts';
import { bedrockConverse } from './index.ts';

const QUESTION: Message = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };
const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

function encode(change: Partial<ChatRequest>): { wire: JsonObject; dropped: readonly string[] } {
  const request = { model: 'vendor.model', stream: false, messages: [QUESTION], sampling: {}, extra: {}, ...change };
  const { wire, dropped } = bedrockConverse.request.encode(request);
  return { wire: JSON.parse(JSON.stringify(wire)) as JsonObject, dropped };
}

function contents(...messages: readonly Message[]): readonly JsonObject[][] {
  return (encode({ messages }).wire.messages as JsonObject[]).map(({ content }) => content as JsonObject[]);
}

function user(...parts: Extract<Message, { role: 'user' }>['parts']): Message {
  return { role: 'user', parts };
}

function assistant(...parts: Extract<Message, { role: 'assistant' }>['parts']): Message {
  return { role: 'assistant', parts };
}

function document(name: string | undefined, change: Partial<MediaPart> = {}): MediaPart {
  return { type: 'media', kind: 'document', name, source: { kind: 'base64', mime: 'application/pdf', data: 'AAAA' }, ...change };
}

describe('turns for Converse', () => {
  it('alternate, with the results of tools first', () => {
    assert.deepEqual(
      contents(
        QUESTION,
        assistant({ type: 'tool_call', id: 'functions.f:0', name: 'f', arguments: '{"x":1}' }),
        assistant({ type: 'tool_call', id: 'b', name: 'f', arguments: '' }),
        user({ type: 'text', text: 'Well?' }),
        user({ type: 'tool_result', id: 'functions.f:0', content: [{ type: 'text', text: 'one' }] }),
        user({ type: 'tool_result', id: 'b', content: [{ type: 'text', text: ' ' }] }),
      ),
      [
        [{ text: 'Hello' }],
        [{ toolUse: { toolUseId: 'functions_f_0', name: 'f', input: { x: 1 } } }, { toolUse: { toolUseId: 'b', name: 'f', input: {} } }],
        [
          { toolResult: { toolUseId: 'functions_f_0', content: [{ text: 'one' }] } },
          { toolResult: { toolUseId: 'b', content: [{ text: '(empty)' }] } },
          { text: 'Well?' },
        ],
      ],
    );
  });

  it('leave out what the API refuses: blank texts, thoughts that are not signed or come last, and what is empty then', () => {
    const signed = { value: 'c2ln', origin: 'anthropic-messages' } as const;
    assert.deepEqual(
      contents(
        QUESTION,
        assistant({ type: 'text', text: ' \n' }),
        user({ type: 'text', text: 'Again.' }),
        assistant(
          { type: 'reasoning', text: 'mine', signature: signed },
          { type: 'reasoning', text: 'unsigned' },
          { type: 'reasoning', text: 'foreign', signature: { value: 'x', origin: 'gemini' } },
          { type: 'text', text: 'Yes.' },
          { type: 'reasoning', text: 'last', signature: signed },
        ),
      ),
      [
        [{ text: 'Hello' }, { text: 'Again.' }],
        [{ reasoningContent: { reasoningText: { text: 'mine', signature: 'c2ln' } } }, { text: 'Yes.' }],
      ],
    );
  });

  it('carry redacted thoughts as the bytes that Claude had made of them', () => {
    const [, [block] = []] = contents(QUESTION, assistant({ type: 'reasoning', text: '', redacted: 'ZW5j' }, { type: 'text', text: 'Yes.' }));
    assert.deepEqual(block, { reasoningContent: { redactedContent: Buffer.from('ZW5j').toString('base64') } });
  });

  it('set cache points behind what is to be cached', () => {
    assert.deepEqual(
      contents(
        user(
          { type: 'tool_result', id: 'a', content: [{ type: 'text', text: 'x', cache: { ttl: '5m' } }] },
          { type: 'text', text: 'long', cache: { ttl: '1h' } },
          { type: 'text', text: 'short' },
        ),
      ),
      [
        [
          { toolResult: { toolUseId: 'a', content: [{ text: 'x' }] } },
          { cachePoint: { type: 'default' } },
          { text: 'long' },
          { cachePoint: { type: 'default', ttl: '1h' } },
          { text: 'short' },
        ],
      ],
    );
  });
});

describe('media for Converse', () => {
  it('name documents by the rules, each differently, and never send one without a text', () => {
    const [content = []] = contents(user(document('Q1 report_(final).pdf'), document('Q1  report_(final).docx'), document(undefined), document('§')));
    assert.deepEqual(content[0], { text: '.' });
    assert.deepEqual(
      content.slice(1).map((block) => (block.document as JsonObject).name),
      ['Q1 report-(final)', 'Q1 report-(final) (2)', 'document', '-'],
    );
  });

  it('are known by MIME type, by name, or as some kind of text', () => {
    const base64 = (mime: string) => ({ kind: 'base64', mime, data: 'AAAA' }) as const;
    const [content = []] = contents(
      user(
        { type: 'text', text: 'Look:' },
        { type: 'media', kind: 'image', source: base64('image/jpg') },
        { type: 'media', kind: 'audio', source: base64('audio/mp3') },
        document('a.xlsx', { source: base64('application/octet-stream') }),
        document('a.json', { source: base64('application/json') }),
        { type: 'media', kind: 'video', source: { kind: 'url', url: 's3://bucket/a.mp4' } },
      ),
    );
    assert.deepEqual(
      content.slice(1).map((block) => Object.entries(block).map(([kind, value]) => [kind, (value as JsonObject).format])[0]),
      [
        ['image', 'jpeg'],
        ['audio', 'mp3'],
        ['document', 'xlsx'],
        ['document', 'txt'],
        ['video', 'mp4'],
      ],
    );
  });

  it('are refused where the API cannot fetch or read them, so that another provider is asked', () => {
    const unreadable: readonly MediaPart[] = [
      { type: 'media', kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
      { type: 'media', kind: 'image', source: { kind: 'base64', mime: 'image/heic', data: 'AAAA' } },
      document('a.bin', { source: { kind: 'base64', mime: 'application/octet-stream', data: 'AAAA' } }),
      document('a.pdf', { source: { kind: 'file', id: 'file-1' } }),
    ];
    for (const part of unreadable) assert.throws(() => contents(user(part)), { code: 'unsupported_content' });
  });

  it('send texts as text where they are to be cited, else as a file', () => {
    const [content = []] = contents(
      user(
        { type: 'text', text: 'Look:' },
        document('a', { source: { kind: 'text', text: 'Rain.' }, citable: true, context: 'Weather' }),
        document('b', { source: { kind: 'text', text: 'Rain.' } }),
      ),
    );
    assert.deepEqual(content.slice(1), [
      { document: { format: 'txt', name: 'a', source: { text: 'Rain.' }, context: 'Weather', citations: { enabled: true } } },
      { document: { format: 'txt', name: 'b', source: { bytes: Buffer.from('Rain.').toString('base64') } } },
    ]);
  });
});

describe('tools for Converse', () => {
  const loop = [QUESTION, assistant({ type: 'tool_call', id: 'a', name: 'f', arguments: '{}' }), user({ type: 'tool_result', id: 'a', content: [] })];

  it('are declared for the calls of the history where the request has none', () => {
    assert.deepEqual(encode({ messages: loop }).wire.toolConfig, { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } }] });
  });

  it('stay where the history needs them, though none may be called', () => {
    const tools = [{ type: 'function', name: 'f', description: ' ' }] as const;
    const { wire, dropped } = encode({ messages: loop, tools, toolChoice: { mode: 'none' } });
    assert.deepEqual(wire.toolConfig, { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } } }] });
    assert.deepEqual(dropped, ['tool_choice']);
    assert.equal(encode({ tools, toolChoice: { mode: 'none' } }).wire.toolConfig, undefined);
  });

  it('of Claude’s own API go to the model directly, from clients of either format', () => {
    const computer = { type: 'computer_20250124', name: 'computer', display_width_px: 800 };
    const { wire, dropped } = encode({
      model: CLAUDE,
      tools: [
        { type: 'hosted', dialect: 'anthropic-messages', value: computer },
        { type: 'hosted', dialect: 'openai-chat', value: { type: 'bash', bash: { name: 'bash_20250124' } } },
        { type: 'hosted', dialect: 'gemini', value: { googleSearch: {} } },
      ],
      extra: { 'openai-chat': { anthropic_beta: 'computer-use-2025-01-24, other' } },
    });
    assert.deepEqual(wire.additionalModelRequestFields, {
      anthropic_beta: ['computer-use-2025-01-24', 'other'],
      tools: [computer, { name: 'bash', type: 'bash_20250124' }],
    });
    assert.equal(wire.toolConfig, undefined);
    assert.deepEqual(dropped, ['tools']);
  });
});

describe('parameters for Converse', () => {
  const fields = (model: string, change: Partial<ChatRequest>) => encode({ model, ...change }).wire.additionalModelRequestFields;
  const thinking = (model: string, reasoning: ReasoningRequest) => fields(model, { reasoning });

  it('ask each family of models for reasoning in its own words', () => {
    assert.deepEqual(thinking(CLAUDE, { budgetTokens: 2048 }), { thinking: { type: 'enabled', budget_tokens: 2048 } });
    assert.deepEqual(thinking('us.amazon.nova-2-lite-v1:0', { effort: 'max' }), { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } });
    assert.deepEqual(thinking('us.amazon.nova-2-lite-v1:0', { mode: 'disabled' }), undefined);
    assert.deepEqual(thinking('openai.gpt-oss-120b-1:0', { effort: 'low' }), { reasoning_effort: 'low' });
  });

  it('tell where a model cannot be asked for it', () => {
    for (const model of ['amazon.nova-lite-v1:0', 'meta.llama3', 'anthropic.claude-3-5-sonnet-20240620-v1:0']) {
      const { wire, dropped } = encode({ model, reasoning: { effort: 'low' } });
      assert.deepEqual({ fields: wire.additionalModelRequestFields, dropped }, { fields: undefined, dropped: ['reasoning'] });
    }
  });

  it('give an effort to models that decide themselves', () => {
    const { wire } = encode({ model: 'anthropic.claude-opus-4-7', reasoning: { effort: 'high' } });
    assert.deepEqual(wire.outputConfig, { effort: 'high' });
  });

  it('spell `top_k` as each family does', () => {
    const sampling = { topK: 7 };
    assert.deepEqual(fields('amazon.nova-lite-v1:0', { sampling }), { inferenceConfig: { topK: 7 } });
    assert.deepEqual(fields('cohere.command-r-v1:0', { sampling }), { k: 7 });
    assert.deepEqual(fields(CLAUDE, { sampling }), { top_k: 7 });
  });

  it('keep a limit on tokens above what may be thought', () => {
    const { wire } = encode({ model: CLAUDE, reasoning: { budgetTokens: 4096 }, sampling: { maxTokens: 1000 } });
    assert.deepEqual(wire.inferenceConfig, { maxTokens: 5096 });
    assert.equal(encode({ model: CLAUDE, reasoning: { budgetTokens: 4096 } }).wire.inferenceConfig, undefined);
  });

  it('take the API’s own members from clients of other formats, in either spelling', () => {
    const guardrail = { guardrailIdentifier: 'g', guardrailVersion: '1' };
    const { wire, dropped } = encode({
      model: 'amazon.nova-lite-v1:0',
      sampling: { topK: 5 },
      extra: {
        'openai-chat': {
          guardrail_config: guardrail,
          performanceConfig: { latency: 'optimized' },
          additional_model_request_fields: { inferenceConfig: { x: 1 }, y: 2 },
          logit_bias: {},
        },
      },
    });
    assert.deepEqual(wire.guardrailConfig, guardrail);
    assert.deepEqual(wire.performanceConfig, { latency: 'optimized' });
    assert.deepEqual(wire.additionalModelRequestFields, { inferenceConfig: { topK: 5, x: 1 }, y: 2 });
    assert.equal(wire.guardrail_config, undefined);
    assert.deepEqual(dropped, ['logit_bias']);
  });

  it('close the objects of a schema', () => {
    const schema = { type: 'object', properties: { a: { type: 'object', properties: {} } } };
    const { wire } = encode({ format: { type: 'json_schema', schema, name: 'n' } });
    const { textFormat } = wire.outputConfig as { textFormat: { structure: { jsonSchema: { schema: string } } } };
    assert.deepEqual(JSON.parse(textFormat.structure.jsonSchema.schema), {
      type: 'object',
      properties: { a: { type: 'object', properties: {}, additionalProperties: false } },
      additionalProperties: false,
    });
  });

  it('name a tier only where the API has it', () => {
    assert.deepEqual(encode({ serviceTier: 'flex' }).wire.serviceTier, { type: 'flex' });
    assert.equal(encode({ serviceTier: 'auto' }).wire.serviceTier, undefined);
    assert.deepEqual(encode({ serviceTier: 'scale' }).dropped, ['service_tier']);
  });
});

describe('requests of Converse clients', () => {
  const decode = (wire: JsonObject): ChatRequest => bedrockConverse.request.decode(wire, { model: 'm', stream: true });

  it('say in any family’s words how the model is to think', () => {
    const reasoning = (members: JsonObject) => decode({ additionalModelRequestFields: members }).reasoning;
    assert.deepEqual(reasoning({ thinking: { type: 'enabled', budget_tokens: 9 } })?.budgetTokens, 9);
    assert.deepEqual(reasoning({ thinking: { type: 'adaptive', display: 'omitted' } })?.visible, false);
    assert.deepEqual(reasoning({ reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } })?.effort, 'low');
    assert.deepEqual(reasoning({ reasoning_effort: 'high' })?.effort, 'high');
    assert.equal(decode({ outputConfig: { effort: 'max' } }).reasoning?.effort, 'max');
  });

  it('give what they say to the model and nobody else back to it', () => {
    const request = decode({ additionalModelRequestFields: { top_k: 3, inferenceConfig: { topK: 4, x: 1 }, y: 2 } });
    assert.equal(request.sampling.topK, 3);
    assert.deepEqual(request.extra, { 'bedrock-converse': { additionalModelRequestFields: { inferenceConfig: { x: 1 }, y: 2 } } });
  });

  it('bring back the signatures that answers carried in blocks of their own', () => {
    const carrier = (signature: string) => ({ reasoningContent: { reasoningText: { text: '', signature } } });
    const { messages } = decode({
      messages: [
        {
          role: 'assistant',
          content: [
            { text: 'Yes.' },
            carrier('sluice.gemini.text.dGV4'),
            carrier('sluice.gemini.tool.Y2Fs'),
            { toolUse: { toolUseId: 'a', name: 'f', input: {} } },
          ],
        },
      ],
    });
    assert.deepEqual(messages[0]?.parts, [
      { type: 'text', text: 'Yes.', signature: { value: 'dGV4', origin: 'gemini' } },
      { type: 'tool_call', id: 'a', name: 'f', arguments: '{}', signature: { value: 'Y2Fs', origin: 'gemini' } },
    ]);
  });

  it('may have system turns between the others', () => {
    assert.deepEqual(decode({ messages: [{ role: 'system', content: [{ text: 'Be brief.' }] }] }).messages, [
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
    ]);
  });
});
