import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import type { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import { refuseKept, translate, type Translation } from './translate.ts';

function ask(wire: JsonObject, upstream: Dialect, client: Dialect = openaiResponses): Translation {
  return translate(wire, { client, upstream, model: 'm', stream: false, provider: 'Somebody' });
}

describe('translate', () => {
  it('refuses what other dialects cannot say and nobody would want left out', () => {
    for (const upstream of [openaiChat, anthropicMessages, gemini]) {
      for (const [more, param, what] of [
        [
          {
            tools: [
              { type: 'function', name: 'f' },
              { type: 'file_search', vector_store_ids: ['v'] },
            ],
          },
          'tools[1]',
          /file_search.*openai-responses.*Somebody/,
        ],
        [{ tools: [{ type: 'code_interpreter' }] }, 'tools[0]', /code_interpreter/],
        [{ tools: [{ type: 'mcp', server_label: 's', server_url: 'https://s' }] }, 'tools[0]', /mcp/],
        [{ conversation: 'conv_1' }, 'conversation', /stored conversation/],
        [{ prompt: { id: 'pmpt_1' } }, 'prompt', /stored prompt/],
      ] as const) {
        assert.throws(
          () => ask({ input: 'x', ...more }, upstream),
          (error: GatewayError) => error.code === 'unsupported_content' && error.info.param === param && what.test(error.message),
        );
      }
    }
  });

  it('has the upstream search the web by its own tool, and refuses what has no such tool', () => {
    const wire = { input: 'x', tools: [{ type: 'web_search', search_context_size: 'low' }] };
    const { wire: written, dropped } = ask(wire, anthropicMessages);
    assert.deepEqual(written['tools'], [{ type: 'web_search_20250305', name: 'web_search' }]);
    assert.deepEqual(dropped, ['tools.web_search.search_context_size']);
    assert.throws(
      () => ask(wire, openaiChat),
      (error: GatewayError) => error.info.param === 'tools[0]',
    );
  });

  it('tells other models what the tools take that only Claude knows', () => {
    const wire = { max_tokens: 9, messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'bash_20250124', name: 'bash' }] };
    const { wire: written, dropped } = ask(wire, openaiChat, anthropicMessages);
    const [tool] = written['tools'] as [{ function: { name: string; parameters: JsonObject } }];
    assert.deepEqual([tool.function.name, Object.keys(tool.function.parameters['properties'] as JsonObject)], ['bash', ['command', 'restart']]);
    assert.deepEqual(dropped, []);
  });

  it('refuses none of it where the upstream speaks the dialect, and none of what other dialects have', () => {
    const tools = [{ type: 'web_search' }];
    assert.deepEqual(ask({ input: 'x', tools }, openaiResponses).wire['tools'], tools);
    const searching = { type: 'web_search_20250305', name: 'web_search' };
    assert.deepEqual(ask({ input: 'x', tools: [searching], conversation: null }, anthropicMessages).wire['tools'], [searching]);
  });

  it('refuses to continue what a host of the same dialect does not keep, in words by which clients know what to do', () => {
    const options = { client: anthropicMessages, upstream: anthropicMessages, model: 'm', stream: false, provider: 'Somebody' };
    const wire = { messages: [{ role: 'user', content: 'Hi' }] };
    const isRefusal = ({ code, info }: GatewayError): boolean =>
      code === 'unsupported_content' && info.param === 'thread' && info.code === 'thread_unsupported_request' && info.message.includes('Somebody');
    assert.throws(() => refuseKept({ ...wire, thread: { type: 'continue', previous_message_id: 'msg_1' } }, options), isRefusal);
    assert.doesNotThrow(() => refuseKept({ ...wire, thread: null }, options));
    assert.doesNotThrow(() => refuseKept(wire, options));
  });

  it('describes tools that take free text as functions where tools take JSON only, whatever the client speaks', () => {
    const custom = { name: 'patch', description: 'Changes files.' };
    const offered = [
      ask({ input: 'x', tools: [{ type: 'custom', ...custom }] }, gemini),
      ask({ messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'custom', custom }] }, gemini, openaiChat),
    ];
    for (const { wire, dropped, upstream } of offered) {
      assert.deepEqual(dropped, []);
      const [declaration] = (wire['tools'] as { functionDeclarations: JsonObject[] }[])[0]?.functionDeclarations ?? [];
      assert.equal(declaration?.['name'], 'patch');
      const parts = [{ functionCall: { name: 'patch', args: { input: 'a "b"' } } }];
      const call = upstream.reply.decode({ candidates: [{ content: { parts }, finishReason: 'STOP' }] }).find(({ type }) => type === 'tool_call');
      assert.deepEqual(call?.type === 'tool_call' && [call.name, call.arguments, call.custom], ['patch', 'a "b"', true]);
    }
    const kept = ask({ messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'custom', custom }] }, openaiResponses, openaiChat);
    assert.equal((kept.wire['tools'] as JsonObject[])[0]?.['type'], 'custom');
    assert.equal(kept.upstream, openaiResponses);
  });
});
