import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AssistantMessage, ChatRequest } from '../../ir/request.ts';
import { encodeRequest } from './request-encode.ts';
import { withThoughts, type ThoughtsBack } from './thoughts.ts';

const call = { type: 'tool_call', id: 'c1', name: 'look', arguments: '{}' } as const;
const claude = { type: 'reasoning', text: 'I should look.', signature: { value: 'EqRk' } } as const;
const hidden = { type: 'reasoning', text: '', redacted: 'AAAA' } as const;
const router = { type: 'reasoning', text: 'Hm.', signature: { value: 'sig', origin: 'openai-chat' } } as const;

function sent(parts: AssistantMessage['parts'], thoughts: ThoughtsBack | undefined): { message: unknown; dropped: readonly string[] } {
  const asked: ChatRequest = { model: 'm', stream: false, messages: [{ role: 'assistant', parts }], sampling: {}, extra: {} };
  const { wire, dropped } = encodeRequest(thoughts === undefined ? asked : withThoughts(asked, thoughts));
  const [message] = JSON.parse(JSON.stringify(wire['messages'])) as unknown[];
  return { message, dropped };
}

const calls = [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }];

describe('thoughts that go back to their host', () => {
  it('are sent in the member that the host has for them, whoever thought them', () => {
    for (const member of ['reasoning', 'reasoning_content'] as const) {
      assert.deepEqual(sent([claude, { type: 'text', text: 'Let me look.' }, call], { member }), {
        message: { role: 'assistant', content: 'Let me look.', [member]: 'I should look.', tool_calls: calls },
        dropped: [],
      });
    }
  });

  it('stay away from hosts that are not known to take them', () => {
    assert.deepEqual(sent([claude, call], undefined), {
      message: { role: 'assistant', content: null, tool_calls: calls },
      dropped: ['messages.reasoning'],
    });
  });

  it('are sent with the proof of a host of this dialect', () => {
    assert.deepEqual(sent([router, call], { member: 'reasoning' }).message, {
      role: 'assistant',
      content: null,
      reasoning: 'Hm.',
      reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 'sig' }],
      tool_calls: calls,
    });
  });

  it('are sent empty with calls of tools where the host refuses these without, and nowhere else', () => {
    const demanding = { member: 'reasoning_content', isDemanded: true } as const;
    assert.deepEqual(sent([call], demanding).message, { role: 'assistant', content: null, reasoning_content: '', tool_calls: calls });
    assert.deepEqual(sent([hidden, call], demanding), {
      message: { role: 'assistant', content: null, reasoning_content: '', tool_calls: calls },
      dropped: ['messages.reasoning'],
    });
    assert.deepEqual(sent([{ type: 'text', text: 'Hi' }], demanding).message, { role: 'assistant', content: 'Hi' });
    assert.deepEqual(sent([call], { member: 'reasoning_content' }).message, { role: 'assistant', content: null, tool_calls: calls });
  });
});
