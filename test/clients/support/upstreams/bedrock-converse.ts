import { EventStreamCodec } from '@smithy/eventstream-codec';
import { keysOf } from './openai-chat.ts';
import { list, member, SAID, USED, wordsOf, type Heard, type HeardCall, type Recorded, type UpstreamKind } from './upstream.ts';

const PROOF = 'EqQBsigned+by/Claude+on+Bedrock==';
const USAGE = {
  inputTokens: USED.prompt - USED.cached,
  outputTokens: USED.completion,
  totalTokens: USED.prompt + USED.completion,
  cacheReadInputTokens: USED.cached,
  cacheWriteInputTokens: 0,
};

/** A block of the answer: how it begins (text and thoughts do not say), how it goes on, and the whole of it. */
interface Block {
  readonly opens?: object;
  readonly deltas: readonly object[];
  readonly whole: object;
}

const codec = new EventStreamCodec(
  (bytes) => new TextDecoder().decode(bytes as Uint8Array),
  (text) => new TextEncoder().encode(text),
);

function frame(type: string, body: object): Uint8Array {
  const header = (value: string) => ({ type: 'string', value }) as const;
  const headers = { ':event-type': header(type), ':content-type': header('application/json'), ':message-type': header('event') };
  return codec.encode({ headers, body: new TextEncoder().encode(JSON.stringify({ ...body, p: 'abcd' })) });
}

function recorded(blocks: readonly Block[], stopReason: string): Recorded {
  return {
    whole: {
      output: { message: { role: 'assistant', content: blocks.map(({ whole }) => whole) } },
      stopReason,
      usage: USAGE,
      metrics: { latencyMs: 300 },
    },
    stream: [
      frame('messageStart', { role: 'assistant' }),
      ...blocks.flatMap(({ opens, deltas }, contentBlockIndex) => [
        ...(opens === undefined ? [] : [frame('contentBlockStart', { contentBlockIndex, start: opens })]),
        ...deltas.map((delta) => frame('contentBlockDelta', { contentBlockIndex, delta })),
        frame('contentBlockStop', { contentBlockIndex }),
      ]),
      frame('messageStop', { stopReason }),
      frame('metadata', { usage: USAGE, metrics: { latencyMs: 300 } }),
    ],
  };
}

function text(pieces: readonly string[]): Recorded {
  return recorded([{ deltas: pieces.map((piece) => ({ text: piece })), whole: { text: pieces.join('') } }], 'end_turn');
}

const THINKING: Block = {
  deltas: [
    { reasoningContent: { text: SAID.plan.slice(0, 10) } },
    { reasoningContent: { text: SAID.plan.slice(10) } },
    { reasoningContent: { signature: PROOF } },
  ],
  whole: { reasoningContent: { reasoningText: { text: SAID.plan, signature: PROOF } } },
};

const CALLS = SAID.cities.map((city, index): Block => {
  const call = { toolUseId: `tooluse_br${index}`, name: 'get_weather' };
  return {
    opens: { toolUse: call },
    deltas: ['{"city"', `: "${city}"}`].map((input) => ({ toolUse: { input } })),
    whole: { toolUse: { ...call, input: { city } } },
  };
});

/** Bedrock's Converse API, framed as an AWS event stream. */
export const bedrockConverse: UpstreamKind = {
  name: 'bedrock-converse',
  provider: 'bedrock',
  options: { dialect: 'bedrock-converse', aws_region: 'eu-central-1', aws_access_key_id: 'AKIA1', aws_secret_access_key: 'secret-of-the-target' },
  basePath: '',
  model: 'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
  contentType: 'application/vnd.amazon.eventstream',
  script: {
    hello: text(SAID.hello),
    plan: recorded([THINKING, ...CALLS], 'tool_use'),
    report: text(SAID.report),
    structured: text(SAID.structured),
  },
  error: (_, message) => ({ message }),
  objection(body) {
    const last = list(body, 'messages').findLast(({ role }) => role === 'assistant');
    const [first] = list(last, 'content');
    const isLoop = list(last, 'content').some((block) => 'toolUse' in block);
    const { type } = member(member(body, 'additionalModelRequestFields'), 'thinking');
    return type === 'enabled' && isLoop && first !== undefined && !('reasoningContent' in first)
      ? 'a final assistant message must start with a thinking block'
      : undefined;
  },
  thoughts: { text: SAID.plan, proofs: [PROOF] },
  read({ url, body }): Heard {
    const messages = list(body, 'messages');
    const blocks = messages.flatMap((message) => list(message, 'content'));
    const calls = blocks.filter((block) => 'toolUse' in block).map((block) => member(block, 'toolUse'));
    const { schema } = member(member(member(member(body, 'outputConfig'), 'textFormat'), 'structure'), 'jsonSchema');
    return {
      stream: url.endsWith('/converse-stream'),
      system: wordsOf(body?.['system']),
      words: wordsOf(messages.findLast(({ role }) => role === 'user')?.['content']),
      pictures: blocks.filter((block) => 'image' in block).map((block) => String(member(member(block, 'image'), 'source')['bytes'])),
      said: messages.map(({ role, content }) => (role === 'assistant' ? wordsOf(content) : '')).join(''),
      tools: list(member(body, 'toolConfig'), 'tools').map((tool) => String(member(tool, 'toolSpec')['name'])),
      thinks: typeof member(member(body, 'additionalModelRequestFields'), 'thinking')['type'] === 'string',
      schema: typeof schema === 'string' ? keysOf(JSON.parse(schema) as object) : undefined,
      calls: calls.map(heardCall),
      results: blocks
        .filter((block) => 'toolResult' in block)
        .map((block) => {
          const result = member(block, 'toolResult');
          const call = calls.find(({ toolUseId }) => toolUseId === result['toolUseId']);
          return { call: call && heardCall(call), text: wordsOf(result['content']) };
        }),
      proofs: blocks
        .filter((block) => 'reasoningContent' in block)
        .map((block) => String(member(member(block, 'reasoningContent'), 'reasoningText')['signature'])),
    };
  },
};

function heardCall({ name, input }: Record<string, unknown>): HeardCall {
  return { name: String(name), input };
}
