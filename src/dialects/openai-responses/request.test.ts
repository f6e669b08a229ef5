import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { ChatRequest, Message } from '../../ir/request.ts';
import { request } from './request.ts';

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonObject;
const decode = (wire: JsonObject) => plain(request.decode({ model: 'm', ...wire }, {})) as unknown as ChatRequest;
const messages = (input: Json) => decode({ input }).messages;

const HELLO: Message = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };

function encode(change: Partial<ChatRequest>): { readonly wire: JsonObject; readonly dropped: readonly string[] } {
  const { wire, dropped } = request.encode({ model: 'm', stream: false, messages: [HELLO], sampling: {}, extra: {}, ...change });
  return { wire: plain(wire), dropped };
}

describe('decoding a request', () => {
  it('keeps no members that the client did not send, which would be reported where they are lost', () => {
    const decoded = request.decode(
      { model: 'm', input: 'Hi', tool_choice: 'auto', text: { format: { type: 'text' } }, reasoning: { effort: 'low' } },
      {},
    );
    assert.deepEqual(Object.keys(decoded.extra['openai-responses'] ?? {}), []);
  });

  it('takes what the model wrote between two turns of the user as one turn', () => {
    const decoded = messages([
      { role: 'user', content: 'Hi' },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'eA==' },
      { role: 'assistant', content: 'Looking.' },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
      { type: 'function_call', call_id: 'call_2', name: 'g', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'one' },
      { type: 'function_call_output', call_id: 'call_2', output: 'two' },
      { role: 'user', content: 'And?' },
    ]);
    assert.deepEqual(
      decoded.map((message) => [message.role, message.parts.map((part) => part.type)]),
      [
        ['user', ['text']],
        ['assistant', ['reasoning', 'text', 'tool_call', 'tool_call']],
        ['user', ['tool_result', 'tool_result']],
        ['user', ['text']],
      ],
    );
    assert.deepEqual(decoded[1]?.parts[0], {
      type: 'reasoning',
      text: 'Hm.',
      signature: { value: 'eA==', origin: 'openai-responses' },
    });
  });

  it("gives another dialect's signatures back to where they sat", () => {
    const carrier = (encrypted_content: string) => ({ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content });
    const [turn] = messages([
      carrier('sluice.anthropic-messages.redacted.cmVk'),
      carrier('sluice.anthropic-messages.reasoning.c2ln'),
      { role: 'assistant', content: 'Hm.' },
      carrier('sluice.gemini.text.dGV4dA=='),
      carrier('sluice.gemini.tool.dG9vbA=='),
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
      { type: 'function_call', call_id: 'call_2', name: 'g', arguments: '{}' },
    ]);
    assert.deepEqual(
      turn?.parts.map((part) => [part.type, 'signature' in part ? part.signature : undefined, 'redacted' in part ? part.redacted : undefined]),
      [
        ['reasoning', undefined, 'cmVk'],
        ['reasoning', { value: 'c2ln', origin: 'anthropic-messages' }, undefined],
        ['text', { value: 'dGV4dA==', origin: 'gemini' }, undefined],
        ['tool_call', { value: 'dG9vbA==', origin: 'gemini' }, undefined],
        ['tool_call', undefined, undefined],
      ],
    );
  });

  it('joins the parts of a summary and of plain reasoning by empty lines', () => {
    const [turn] = messages([
      {
        type: 'reasoning',
        summary: [
          { type: 'summary_text', text: 'a' },
          { type: 'summary_text', text: 'b' },
        ],
        content: [{ type: 'reasoning_text', text: 'c' }],
      },
    ]);
    assert.deepEqual(
      turn?.parts.map((part) => part.type === 'reasoning' && part.text),
      ['a\n\nb\n\nc'],
    );
  });

  it('says once what stands in the summary and in the content', () => {
    const both = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'a' }], content: [{ type: 'reasoning_text', text: 'a' }] };
    assert.equal(messages([both])[0]?.parts.map((part) => ('text' in part ? part.text : ''))[0], 'a');
  });

  it("keeps calls of the provider's own tools, and their outputs on the side that made them", () => {
    const decoded = messages([
      { type: 'local_shell_call', id: 'lsh_1', call_id: 'call_1', action: { type: 'exec', command: ['ls'] } },
      { type: 'local_shell_call_output', id: 'lsh_1', output: 'a' },
      { type: 'tool_search_output', execution: 'server', tools: [] },
      { type: 'something_new', x: 1 },
    ]);
    assert.deepEqual(
      decoded.map((message) => [message.role, message.parts.length]),
      [
        ['assistant', 1],
        ['user', 1],
        ['assistant', 2],
      ],
    );
  });

  it('keeps what is cited in an earlier answer', () => {
    const annotation = { type: 'url_citation', url: 'https://example.com', title: 'Example', start_index: 0, end_index: 4 };
    const [turn] = messages([{ role: 'assistant', content: [{ type: 'output_text', text: 'Rain', annotations: [annotation] }] }]);
    assert.deepEqual(turn?.parts, [
      {
        type: 'text',
        text: 'Rain',
        citations: [{ url: 'https://example.com', title: 'Example', start: 0, end: 4, native: { dialect: 'openai-responses', value: annotation } }],
      },
    ]);
  });

  it('takes a file as bare base64 for what its name says', () => {
    const [turn] = messages([{ role: 'user', content: [{ type: 'input_file', filename: 'a.csv', file_data: 'YSxi' }] }]);
    assert.deepEqual(turn?.parts[0], {
      type: 'media',
      kind: 'document',
      name: 'a.csv',
      source: { kind: 'base64', mime: 'text/csv', data: 'YSxi' },
    });
  });

  it('knows a tool that is strict by default from one that is not', () => {
    const tool = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } };
    const { tools } = decode({ input: 'x', tools: [tool, { ...tool, strict: false }, { ...tool, strict: true }] });
    assert.deepEqual(
      tools?.map((decoded) => (decoded.type === 'function' ? [decoded.strict, decoded.extra] : [])),
      [
        [undefined, { 'openai-responses': {} }],
        [undefined, undefined],
        [true, undefined],
      ],
    );
  });

  it('takes no reasoning for reasoning that is switched off', () => {
    assert.deepEqual(decode({ input: 'x', reasoning: { effort: 'none' } }).reasoning, { mode: 'disabled', effort: 'none' });
    assert.deepEqual(decode({ input: 'x', reasoning: { summary: 'auto' } }).reasoning, { visible: true, summary: 'auto' });
    assert.equal(decode({ input: 'x', reasoning: {} }).reasoning, undefined);
  });

  it('takes the safety identifier for the user where no user is named', () => {
    assert.equal(decode({ input: 'x', safety_identifier: 's' }).user, 's');
    assert.equal(decode({ input: 'x', safety_identifier: 's', user: 'u' }).user, 'u');
  });
});

describe('encoding a request that came in another dialect', () => {
  it('asks for nothing to be stored', () => {
    assert.deepEqual(encode({}).wire, {
      model: 'm',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
      stream: false,
      store: false,
    });
  });

  it('asks for encrypted reasoning where the model or the request reasons, because models that cannot reason refuse to be asked', () => {
    const include = (change: Partial<ChatRequest>) => encode(change).wire.include;
    assert.deepEqual(include({ reasoning: { effort: 'low' } }), ['reasoning.encrypted_content']);
    assert.deepEqual(include({ reasoning: { mode: 'enabled', budgetTokens: 2048 } }), ['reasoning.encrypted_content']);
    const proof = { value: 'eA==', origin: 'openai-responses' } as const;
    assert.deepEqual(include({ messages: [{ role: 'assistant', parts: [{ type: 'reasoning', text: '', signature: proof }] }, HELLO] }), [
      'reasoning.encrypted_content',
    ]);
    for (const model of ['gpt-5', 'openai/gpt-5.1-codex', 'o3', 'grok-4.3']) assert.deepEqual(include({ model }), ['reasoning.encrypted_content']);
    for (const model of ['gpt-4o', 'gpt-4.1-nano', 'gpt-5-chat-latest', 'some-model', 'demo1']) assert.equal(include({ model }), undefined);
    assert.equal(include({ reasoning: { mode: 'disabled' } }), undefined);
    assert.equal(include({ reasoning: { effort: 'none' } }), undefined);
  });

  it('sends its own reasoning back with its proof, and no reasoning that the upstream did not write', () => {
    const { wire } = encode({
      messages: [
        HELLO,
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm.', signature: { value: 'eA==', origin: 'openai-responses' } },
            { type: 'reasoning', text: 'Foreign.', signature: { value: 'eQ==', origin: 'anthropic-messages' } },
            { type: 'reasoning', text: '', redacted: 'eg==' },
            { type: 'reasoning', text: 'Unproven.' },
            { type: 'tool_call', id: 'call_1', name: 'f', arguments: '' },
          ],
        },
      ],
    });
    assert.deepEqual((wire.input as JsonObject[]).slice(1), [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'eA==' },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
    ]);
  });

  it('makes the system messages at the head instructions, and later ones developer messages', () => {
    const say = (text: string): Message => ({ role: 'system', parts: [{ type: 'text', text }] });
    const { wire } = encode({ messages: [say('One.'), say('Two.'), HELLO, say('Three.')] });
    assert.equal(wire.instructions, 'One.\n\nTwo.');
    assert.deepEqual((wire.input as JsonObject[])[1], { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Three.' }] });
  });

  it('leaves system messages in the input where nothing else stands there, or where JSON must be spoken of', () => {
    const system: Message = { role: 'system', parts: [{ type: 'text', text: 'Answer in JSON.' }] };
    for (const { wire } of [encode({ messages: [system] }), encode({ messages: [system, HELLO], format: { type: 'json' } })]) {
      assert.equal(wire.instructions, undefined);
      assert.deepEqual((wire.input as JsonObject[])[0], {
        type: 'message',
        role: 'developer',
        content: [{ type: 'input_text', text: 'Answer in JSON.' }],
      });
    }
  });

  it('says nothing of tools where there are none, and leaves out empty texts', () => {
    const { wire } = encode({
      toolChoice: { mode: 'none' },
      messages: [
        HELLO,
        {
          role: 'assistant',
          parts: [
            { type: 'text', text: '' },
            { type: 'tool_call', id: 'call_1', name: 'f', arguments: '{}' },
          ],
        },
      ],
    });
    assert.equal(wire.tool_choice, undefined);
    assert.equal((wire.input as JsonObject[]).length, 2);
  });

  it('makes functions strict only on request, gives schemas a name and asks for no fewer tokens than the API takes', () => {
    const { wire } = encode({
      tools: [{ type: 'function', name: 'f' }],
      format: { type: 'json_schema', schema: { type: 'object' } },
      sampling: { maxTokens: 1 },
    });
    assert.deepEqual(wire.tools, [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false }]);
    assert.deepEqual(wire.text, { format: { type: 'json_schema', name: 'response', schema: { type: 'object' } } });
    assert.equal(wire.max_output_tokens, 16);
  });

  it('names the choice among custom tools and functions by their kind', () => {
    const tools = [
      { type: 'function', name: 'f' },
      { type: 'custom', name: 'c' },
    ] as const;
    assert.deepEqual(encode({ tools, toolChoice: { mode: 'tool', name: 'c' } }).wire.tool_choice, { type: 'custom', name: 'c' });
    assert.deepEqual(encode({ tools, toolChoice: { mode: 'tool', name: 'f' } }).wire.tool_choice, { type: 'function', name: 'f' });
  });

  it('shortens the ids of calls that are too long for the API, in calls and results alike', () => {
    const id = `call:${'x'.repeat(80)}`;
    const { wire } = encode({
      messages: [
        { role: 'assistant', parts: [{ type: 'tool_call', id, name: 'f', arguments: '{}' }] },
        { role: 'user', parts: [{ type: 'tool_result', id, content: [{ type: 'text', text: 'y' }] }] },
      ],
    });
    const ids = (wire.input as JsonObject[]).map((item) => String(item.call_id));
    assert.equal(new Set(ids).size, 1);
    assert.ok((ids[0] ?? '').length <= 64);
  });

  it('searches the web where a chat client asks for it by an option', () => {
    const options = { search_context_size: 'low', user_location: { type: 'approximate', approximate: { country: 'CH' } } };
    const { wire, dropped } = encode({ extra: { 'openai-chat': { web_search_options: options } } });
    assert.deepEqual(wire.tools, [{ type: 'web_search', search_context_size: 'low', user_location: { type: 'approximate', country: 'CH' } }]);
    assert.deepEqual(dropped, []);
  });

  it('answers custom calls with custom outputs', () => {
    const { wire } = encode({
      messages: [
        { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_1', name: 'c', arguments: 'x', custom: true }] },
        { role: 'user', parts: [{ type: 'tool_result', id: 'call_1', content: [{ type: 'text', text: 'y' }] }] },
      ],
    });
    assert.deepEqual(wire.input, [
      { type: 'custom_tool_call', call_id: 'call_1', name: 'c', input: 'x' },
      { type: 'custom_tool_call_output', call_id: 'call_1', output: 'y' },
    ]);
  });

  it('carries over the members of chat requests that mean the same, and names all others as dropped', () => {
    const { wire, dropped } = encode({
      serviceTier: 'standard_only',
      modalities: ['text', 'audio'],
      tools: [{ type: 'hosted', dialect: 'anthropic-messages', value: { type: 'bash_20250124', name: 'bash' } }],
      extra: {
        'openai-chat': { metadata: { a: 'b' }, prompt_cache_key: 'k', verbosity: 'low', logit_bias: { 1: 2 }, stream_options: {} },
        'anthropic-messages': { container: 'c' },
      },
    });
    assert.deepEqual([wire.metadata, wire.prompt_cache_key, wire.text, wire.service_tier], [{ a: 'b' }, 'k', { verbosity: 'low' }, 'default']);
    assert.equal(wire.tools, undefined);
    assert.deepEqual(dropped, ['modalities', 'tools.bash_20250124', 'logit_bias', 'container']);
  });

  it('names what it cannot say of messages and results as dropped', () => {
    const failed = { type: 'tool_result', id: 'c', isError: true, content: [{ type: 'text', text: 'no', cache: {} }] } as const;
    assert.deepEqual(encode({ messages: [{ role: 'user', name: 'Ann', parts: [failed] }] }).dropped, ['name', 'is_error', 'cache_control']);
  });

  it('shows a picture that the model made as one that it is given', () => {
    const picture = { type: 'media', kind: 'image', source: { kind: 'base64', mime: 'image/png', data: 'iVBOR' } } as const;
    const { wire } = encode({ messages: [{ role: 'assistant', parts: [{ type: 'text', text: 'Here:' }, picture] }, HELLO] });
    assert.deepEqual((wire.input as JsonObject[]).slice(0, 2), [
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Here:' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,iVBOR' }] },
    ]);
  });

  it('refuses media that the API does not take', () => {
    const video = { type: 'media', kind: 'video', source: { kind: 'url', url: 'https://example.com/a.mp4' } } as const;
    const audio = { type: 'media', kind: 'audio', source: { kind: 'url', url: 'https://example.com/a.mp3' } } as const;
    for (const part of [video, audio]) {
      assert.throws(() => encode({ messages: [{ role: 'user', parts: [part] }] }), { code: 'unsupported_content' });
    }
  });
});
