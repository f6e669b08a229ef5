import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ChatRequest, FunctionTool, Message } from '../../ir/request.ts';
import { cohereChat } from './index.ts';

const QUESTION: Message = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };

function encode(change: Partial<ChatRequest>): { wire: JsonObject; dropped: readonly string[] } {
  const { wire, dropped } = cohereChat.request.encode({ model: 'm', stream: false, messages: [QUESTION], sampling: {}, extra: {}, ...change });
  return { wire: JSON.parse(JSON.stringify(wire)) as JsonObject, dropped };
}

function tool(name: string, change: Partial<FunctionTool> = {}): FunctionTool {
  return { type: 'function', name, parameters: { type: 'object', properties: {}, required: ['x'] }, ...change };
}

describe('requests to Cohere', () => {
  it('send tool results as messages of their own, in front of what the user says, and images in them as the user’s', () => {
    const image = { type: 'media', kind: 'image', source: { kind: 'base64', mime: 'image/png', data: 'AAAA' } } as const;
    const { wire } = encode({
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'And now?' },
            {
              type: 'tool_result',
              id: 'a',
              content: [
                { type: 'text', text: 'one' },
                { type: 'text', text: 'two' },
              ],
            },
            { type: 'tool_result', id: 'b', content: [image] },
          ],
        },
      ],
    });
    assert.deepEqual(wire.messages, [
      {
        role: 'tool',
        tool_call_id: 'a',
        content: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
      },
      { role: 'tool', tool_call_id: 'b', content: '' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'And now?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
    ]);
  });

  it('send what was thought before a tool call as its plan, and no other thoughts', () => {
    const { wire } = encode({
      messages: [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Look.' },
            { type: 'tool_call', id: 'a', name: 'f', arguments: '' },
          ],
        },
        { role: 'user', parts: [{ type: 'tool_result', id: 'a', content: [] }] },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm.' },
            { type: 'text', text: 'Yes.' },
          ],
        },
      ],
    });
    assert.deepEqual(wire.messages, [
      { role: 'assistant', tool_plan: 'Look.', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'a', content: '' },
      { role: 'assistant', content: 'Yes.' },
    ]);
  });

  it('make one message of an answer that comes in several turns', () => {
    const turn = (...parts: Extract<Message, { role: 'assistant' }>['parts']): Message => ({ role: 'assistant', parts });
    const { wire } = encode({
      messages: [
        turn({ type: 'tool_call', id: 'a', name: 'f', arguments: '{}' }),
        turn({ type: 'tool_call', id: 'b', name: 'f', arguments: '{}' }),
        { role: 'user', parts: [{ type: 'tool_result', id: 'a', content: [] }] },
      ],
    });
    const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
    assert.deepEqual(wire.messages, [
      { role: 'assistant', tool_calls: [call('a'), call('b')] },
      { role: 'tool', tool_call_id: 'a', content: '' },
    ]);
  });

  it('leave out messages that say nothing', () => {
    assert.deepEqual(encode({ messages: [QUESTION, { role: 'assistant', parts: [{ type: 'text', text: '' }] }] }).wire.messages, [
      { role: 'user', content: 'Hello' },
    ]);
  });

  it('send texts as documents, beside those of a client of the OpenAI format', () => {
    const { wire } = encode({
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Who?' },
            {
              type: 'media',
              kind: 'document',
              name: 'Facts',
              source: { kind: 'base64', mime: 'text/plain', data: Buffer.from('Rain.').toString('base64') },
            },
          ],
        },
      ],
      extra: { 'openai-chat': { documents: ['plain'], safety_mode: 'OFF', unknown: 1 } },
    });
    assert.deepEqual(wire.documents, ['plain', { data: { title: 'Facts', text: 'Rain.' } }]);
    assert.equal(wire.safety_mode, 'OFF');
    assert.equal(wire.unknown, undefined);
  });

  it('refuse what they cannot carry, so that another provider is asked', () => {
    const pdf = { type: 'media', kind: 'document', source: { kind: 'base64', mime: 'application/pdf', data: 'AAAA' } } as const;
    assert.throws(() => encode({ messages: [{ role: 'user', parts: [pdf] }] }), { code: 'unsupported_content' });
    assert.throws(() => encode({ messages: [{ role: 'user', parts: [{ type: 'tool_result', id: 'a', content: [pdf] }] }] }), {
      code: 'unsupported_content',
    });
  });

  it('force one tool by offering no other', () => {
    const { wire } = encode({ tools: [tool('a'), tool('b')], toolChoice: { mode: 'tool', name: 'b' } });
    assert.deepEqual(
      (wire.tools as JsonObject[]).map((entry) => (entry.function as JsonObject).name),
      ['b'],
    );
    assert.equal(wire.tool_choice, 'REQUIRED');
  });

  it('are strict only where the API can be', () => {
    assert.equal(encode({ tools: [tool('a', { strict: true })] }).wire.strict_tools, true);
    for (const tools of [[tool('a', { strict: true }), tool('b')], [tool('a', { strict: true, parameters: { type: 'object' } })]]) {
      const { wire, dropped } = encode({ tools });
      assert.equal(wire.strict_tools, undefined);
      assert.deepEqual(dropped, ['strict']);
    }
  });

  it('turn thinking off for either word, and leave it to the model where only an effort is asked for', () => {
    assert.deepEqual(encode({ reasoning: { mode: 'disabled' } }).wire.thinking, { type: 'disabled' });
    assert.deepEqual(encode({ reasoning: { effort: 'none' } }).wire.thinking, { type: 'disabled' });
    assert.deepEqual(encode({ reasoning: { budgetTokens: 99 } }).wire.thinking, { type: 'enabled', token_budget: 99 });
    assert.deepEqual(encode({ reasoning: { effort: 'high' } }).wire.thinking, undefined);
  });

  it('let the user say something where there are only documents', () => {
    const document = { type: 'media', kind: 'document', source: { kind: 'text', text: 'Once upon a time' } } as const;
    const { wire } = encode({ messages: [{ role: 'user', parts: [document] }] });
    assert.deepEqual(wire.messages, [{ role: 'user', content: '.' }]);
    assert.deepEqual(wire.documents, [{ data: { text: 'Once upon a time' } }]);
  });

  it('report an effort that no budget stands for, and cache hints', () => {
    assert.deepEqual(encode({ reasoning: { effort: 'high' } }).dropped, ['reasoning_effort']);
    assert.deepEqual(encode({ reasoning: { mode: 'adaptive', effort: 'high' } }).dropped, ['reasoning_effort']);
    assert.deepEqual(encode({ reasoning: { effort: 'high', budgetTokens: 99 } }).dropped, []);
    assert.deepEqual(encode({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello', cache: {} }] }] }).dropped, ['cache_control']);
  });
});

describe('requests of Cohere clients', () => {
  const decode = (wire: JsonObject): ChatRequest => cohereChat.request.decode({ model: 'm', ...wire }, {});

  it('put documents in front of the last question', () => {
    const { messages } = decode({
      messages: [
        { role: 'user', content: 'Who?' },
        { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'a', content: 'x' },
      ],
      documents: [{ data: { title: 'Facts', text: 'Rain.' } }],
    });
    assert.deepEqual(messages[0]?.parts, [
      { type: 'media', kind: 'document', source: { kind: 'text', text: 'Rain.' }, name: 'Facts', citable: true },
      { type: 'text', text: 'Who?' },
    ]);
    assert.equal(messages[2]?.parts.length, 1);
  });

  it('read tool results that are documents as text', () => {
    const document = (data: unknown) => ({ type: 'document', document: { data } });
    const { messages } = decode({ messages: [{ role: 'tool', tool_call_id: 'a', content: [document('x'), document({ y: 1 })] as never }] });
    const [result] = messages[0]?.parts ?? [];
    assert.deepEqual(result?.type === 'tool_result' ? result.content : undefined, [
      { type: 'text', text: 'x' },
      { type: 'text', text: '{"y":1}' },
    ]);
  });

  it('bring back the signatures that answers carried', () => {
    const { messages } = decode({
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'sluice.anthropic-messages.reasoning.c2ln' },
            { type: 'thinking', thinking: '', redacted: 'ZW5j' },
            { type: 'text', text: 'Yes.', signature: 'sluice.gemini.reasoning.dGV4' },
          ],
          tool_calls: [{ id: 'a', function: { name: 'f' }, signature: 'sluice.gemini.reasoning.Y2Fs' }],
        },
      ],
    });
    assert.deepEqual(
      messages[0]?.parts.map((part) => ('signature' in part ? part.signature : undefined)),
      [{ value: 'c2ln', origin: 'anthropic-messages' }, undefined, { value: 'dGV4', origin: 'gemini' }, { value: 'Y2Fs', origin: 'gemini' }],
    );
  });

  it('keep members that nobody knows, so that their loss is reported', () => {
    const { extra } = cohereChat.request.decode({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], safety_mode: 'OFF', novel: { a: 1 } }, {});
    assert.deepEqual(extra, { 'cohere-chat': { safety_mode: 'OFF', novel: { a: 1 } } });
  });

  it('show by their bytes that they hold what only the gateway understands', () => {
    const events: ChatEvent[] = [
      { type: 'reasoning', choice: 0, block: 0, text: '', redacted: 'ZW5j' },
      { type: 'reasoning', choice: 0, block: 1, text: 'Hm.', signature: { value: 'c2ln', origin: 'anthropic-messages' } },
    ];
    const context = { id: 'x', created: 1, model: 'm', strict: true, includeUsage: true };
    for (const event of events) {
      const { message } = cohereChat.reply.encode([event], context);
      for (const body of [JSON.stringify({ messages: [message] }), JSON.stringify({ messages: [message] }, null, 1)]) {
        assert.ok(cohereChat.foreignMarks?.some((mark) => body.includes(mark)));
      }
    }
  });
});
