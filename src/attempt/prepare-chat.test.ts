import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TargetNode } from '../config/resolved.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { bedrockConverse } from '../dialects/bedrock-converse/index.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import type { JsonObject } from '../ir/json.ts';
import type { ChatEndpoint, Provider } from '../providers/provider.ts';
import { prepareChat, type ChatCall, type PreparedChat } from './prepare-chat.ts';
import { joinTarget } from './target.ts';

const PROVIDER: Provider = {
  id: 'host',
  name: 'A host',
  docs: 'https://example.com/docs',
  baseURL: 'https://api.example.com',
  auth: [{ scheme: 'none' }],
  options: [
    {
      name: 'anthropic_beta',
      bareHeader: 'anthropic-beta',
      sendAsMember: { name: 'anthropic_beta', known: /^(one|two)-/, when: { model: /claude/ } },
      description: 'Features.',
    },
  ],
  endpoints: {},
};

interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly endpoint?: Partial<ChatEndpoint>;
  /** Members of the call and of the target. */
  readonly call?: Partial<ChatCall>;
  readonly node?: Partial<TargetNode>;
}

/** Prepares a client's body for a host that speaks the client's own dialect. */
function prepare(dialect: Dialect, wire: object, { headers = {}, endpoint = {}, call: more = {}, node: settings = {} }: Asking = {}): PreparedChat {
  const provider = { ...PROVIDER, endpoints: { chat: [{ dialect, path: '/{model}/chat', ...endpoint }] } };
  const node = {
    path: 'config',
    options: {},
    forwardHeaders: [],
    overrideParams: {},
    defaultParams: {},
    dropParams: [],
    ...settings,
  } as unknown as TargetNode;
  const body = Buffer.from(JSON.stringify(wire));
  const call = { body, json: wire as JsonObject, headers, url: '/', endpoint: { kind: 'chat', dialect, model: 'claude-x' }, ...more };
  return prepareChat(call as unknown as ChatCall, joinTarget(node, provider));
}

/** The body that goes out, and whether it is the client's own bytes. */
function sent(prepared: PreparedChat): { wire: JsonObject; isOwn: boolean } {
  const { body } = prepared.request;
  return { wire: JSON.parse(String(body)) as JsonObject, isOwn: body instanceof Uint8Array };
}

const TAG = 'sluice.openai-responses.reasoning.gAAAA';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const user = { role: 'user', content: 'Hi' };

/** By dialect: a conversation with a model's own proof of its thoughts, and the same with one that another model made. */
const CONVERSATIONS: readonly { dialect: Dialect; own: object; foreign: object }[] = [
  {
    dialect: anthropicMessages,
    own: claude({ type: 'thinking', thinking: 'Hm', signature: 'EqRk' }),
    foreign: claude({ type: 'thinking', thinking: 'Hm', signature: TAG }),
  },
  {
    dialect: anthropicMessages,
    own: claude({ type: 'redacted_thinking', data: 'EqRk' }),
    foreign: claude({ type: 'redacted_thinking', data: TAG }),
  },
  {
    dialect: bedrockConverse,
    own: converse({ reasoningText: { text: 'Hm', signature: 'EqRk' } }),
    foreign: converse({ reasoningText: { text: 'Hm', signature: TAG } }),
  },
  {
    dialect: bedrockConverse,
    own: converse({ redactedContent: base64('EqRk') }),
    foreign: converse({ redactedContent: base64(TAG) }),
  },
  {
    dialect: gemini,
    own: contents('EqRk'),
    foreign: contents(base64(TAG)),
  },
  {
    dialect: openaiResponses,
    own: items('gAAAA'),
    foreign: items('sluice.anthropic-messages.reasoning.EqRk'),
  },
];

function claude(thought: object): object {
  return { model: 'claude-x', max_tokens: 9, messages: [user, { role: 'assistant', content: [thought, { type: 'text', text: 'Yes' }] }, user] };
}

function converse(reasoningContent: object): object {
  const says = (role: string, ...content: object[]): object => ({ role, content });
  return { messages: [says('user', { text: 'Hi' }), says('assistant', { reasoningContent }, { text: 'Yes' }), says('user', { text: 'Hi' })] };
}

function contents(thoughtSignature: string): object {
  const says = (role: string, part: object): object => ({ role, parts: [part] });
  return { contents: [says('user', { text: 'Hi' }), says('model', { text: 'Yes', thoughtSignature }), says('user', { text: 'Hi' })] };
}

function items(encrypted_content: string): object {
  return {
    model: 'm',
    store: false,
    input: [user, { type: 'reasoning', summary: [], encrypted_content }, { role: 'assistant', content: 'Yes' }, user],
  };
}

describe('a request in the dialect of the host', () => {
  for (const { dialect, own, foreign } of CONVERSATIONS) {
    it(`goes out byte for byte in ${dialect.name}, but for proofs that other models made`, () => {
      assert.ok(sent(prepare(dialect, own)).isOwn);
      const { wire, isOwn } = sent(prepare(dialect, foreign));
      assert.ok(!isOwn);
      const text = JSON.stringify(wire);
      assert.doesNotMatch(text, /sluice|c2x1aWNlL/);
      assert.match(text, /Hi.*Yes.*Hi/);
    });
  }

  it('goes out as it is where users only speak of such proofs', () => {
    const message = { role: 'user', content: `What is ${TAG}, and "${TAG}"?` };
    assert.ok(sent(prepare(anthropicMessages, { model: 'claude-x', max_tokens: 9, messages: [message] })).isOwn);
  });

  it('loses unsigned thoughts at hosts that sign theirs, and there only', () => {
    const unsigned = claude({ type: 'thinking', thinking: 'Hm', signature: '' });
    assert.ok(sent(prepare(anthropicMessages, unsigned)).isOwn);
    const { wire } = sent(prepare(anthropicMessages, unsigned, { endpoint: { quirks: { rewrites: ['"signature":""'] } } }));
    assert.doesNotMatch(JSON.stringify(wire), /thinking/);
  });
});

describe('options that a host wants in the body', () => {
  const plain = { model: 'claude-x', max_tokens: 9, messages: [user] };

  it('stand there as a list of what the host knows, and what it does not know is reported', () => {
    const prepared = prepare(anthropicMessages, plain, { headers: { 'anthropic-beta': 'one-2025, other-2025,two-2025' } });
    assert.deepEqual(sent(prepared).wire['anthropic_beta'], ['one-2025', 'two-2025']);
    assert.deepEqual(prepared.dropped, ['anthropic_beta']);
  });

  it('give way to what the client wrote there itself', () => {
    const prepared = prepare(anthropicMessages, { ...plain, anthropic_beta: ['mine'] }, { headers: { 'anthropic-beta': 'one-2025' } });
    assert.deepEqual(sent(prepared).wire['anthropic_beta'], ['mine']);
  });

  it('leave a request without them as it is', () => {
    assert.ok(sent(prepare(anthropicMessages, plain)).isOwn);
    assert.ok(sent(prepare(anthropicMessages, plain, { headers: { 'anthropic-beta': 'other-2025' } })).isOwn);
  });
});

describe("a model's name", () => {
  it('is taken from the URL into the body where the host wants it there', () => {
    const endpoint = { path: '/chat' };
    for (const model of [undefined, '', 'other']) {
      assert.equal(sent(prepare(anthropicMessages, { model, messages: [user] }, { endpoint })).wire['model'], 'claude-x');
    }
    assert.ok(sent(prepare(anthropicMessages, { model: 'claude-x', messages: [user] }, { endpoint })).isOwn);
    assert.ok(sent(prepare(anthropicMessages, { messages: [user] })).isOwn);
  });

  it('is what the host calls the model, in the path and in the body', () => {
    const endpoint = { quirks: { modelPrefix: { 'claude-': 'c/' } } };
    const prepared = prepare(anthropicMessages, { model: 'claude-x', max_tokens: 9, messages: [user] }, { endpoint });
    assert.equal(prepared.request.path, '/c%2Fx/chat');
    assert.equal(sent(prepared).wire['model'], 'c/x');
  });
});

describe('a chat request for the rest of an answer that broke off', () => {
  const wire = { model: 'claude-x', max_tokens: 9, stream: true, messages: [user] };
  const asked = { call: { delivered: 'Hello wo ' }, endpoint: { prefill: { mark: { prefix: true } } } };

  it('ends with what was delivered, marked as the host wants it', () => {
    const prepared = prepare(anthropicMessages, wire, asked);
    assert.deepEqual((sent(prepared).wire['messages'] as object[]).at(-1), { role: 'assistant', content: 'Hello wo', prefix: true });
    assert.equal(prepared.goesOnFrom, 'Hello wo');
    const repeated = prepare(anthropicMessages, wire, { ...asked, endpoint: { prefill: { repeats: true } } });
    assert.equal(repeated.goesOnFrom, undefined);
  });

  it('is as it was first where the host takes no beginnings, and at a custom host, which may be anybody', () => {
    const cases = [
      { call: asked.call },
      { ...asked, endpoint: { prefill: { models: /other/ } } },
      { ...asked, node: { customHost: 'http://127.0.0.1:1/v1' } },
    ];
    for (const more of cases) {
      const prepared = prepare(anthropicMessages, wire, more);
      assert.deepEqual(sent(prepared), { wire, isOwn: true });
      assert.equal(prepared.goesOnFrom, undefined);
    }
  });
});

describe('what a model thought before', () => {
  const calls = { type: 'tool_use', id: 'c1', name: 'look', input: {} };
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: '1' }] };
  const wire = {
    max_tokens: 9,
    messages: [user, { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm', signature: '' }, calls] }, result],
  };

  it('goes back to a host of another dialect that is known to take it', () => {
    const thoughts = { member: 'reasoning_content' } as const;
    const taken = prepare(anthropicMessages, wire, { endpoint: { dialect: openaiChat, quirks: { thoughts } } });
    assert.equal((sent(taken).wire['messages'] as JsonObject[])[1]?.['reasoning_content'], 'Hm');
    assert.deepEqual(taken.dropped, []);
    const refused = prepare(anthropicMessages, wire, { endpoint: { dialect: openaiChat } });
    assert.equal((sent(refused).wire['messages'] as JsonObject[])[1]?.['reasoning_content'], undefined);
    assert.deepEqual(refused.dropped, ['messages.reasoning']);
  });
});
