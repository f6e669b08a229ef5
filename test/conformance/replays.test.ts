import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { translate } from '../../src/attempt/translate.ts';
import { collectAnswer } from '../../src/dialects/answer.ts';
import { REQUEST_SAMPLES } from '../../src/dialects/contract/requests.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import type { ChatEvent } from '../../src/ir/events.ts';
import type { JsonObject } from '../../src/ir/json.ts';
import type { ChatRequest, Part } from '../../src/ir/request.ts';
import { CONVERSING, type Pair } from '../support/journeys.ts';
import { REPLAYS } from '../support/replay.ts';
import { overWire, writeWhole } from '../support/wire.ts';

const QUESTION = REQUEST_SAMPLES.find(({ name }) => name === 'tools')?.request as ChatRequest;
const PROOF = 'cHJvb2Ygb2YgdGhvdWdodA==';

/** An answer with a proof where the dialect's provider puts it: on the thoughts, or on the first call. */
function answerOf({ id }: Dialect): readonly ChatEvent[] {
  const signature = { value: PROOF, origin: id === 'bedrock-converse' ? 'anthropic-messages' : id } as const;
  const onCall = id === 'gemini' ? { signature } : {};
  return [
    { type: 'start', id: 'up-1', model: 'up-model' },
    { type: 'reasoning', choice: 0, block: 0, text: 'Both are in Europe.' },
    ...(id === 'gemini' ? [] : [{ type: 'reasoning' as const, choice: 0, block: 0, text: '', signature }]),
    { type: 'text', choice: 0, block: 1, text: 'I will look.' },
    { type: 'tool_call', choice: 0, block: 2, id: 'call_1', name: 'get_weather', arguments: '{"place":"Bern"}', ...onCall },
    { type: 'tool_call', choice: 0, block: 3, id: 'call_2', name: 'get_weather', arguments: '{"place":"Rome"}' },
    { type: 'finish', choice: 0, reason: 'tool_calls' },
  ];
}

/** The client's second request, with the answer as it came and the results of the calls in it. */
function secondRequest({ client, upstream }: Pair): JsonObject {
  const reply = writeWhole(client, upstream.reply.decode(writeWhole(upstream, answerOf(upstream))));
  const [choice] = collectAnswer(client.reply.decode(reply)).choices;
  const calls = (choice?.blocks ?? []).flatMap((block) => (block.type === 'tool_call' ? [{ id: block.id, name: block.name }] : []));
  assert.equal(calls.length, 2);
  const replay = REPLAYS[client.id];
  assert.ok(replay !== undefined, `test/support/replay.ts does not say how clients of ${client.id} go on`);
  return replay(overWire(client.request.encode(QUESTION).wire), reply, calls);
}

function sentTo(upstream: Dialect, client: Dialect, wire: JsonObject): JsonObject {
  return overWire(translate(wire, { client, upstream, model: QUESTION.model, stream: false, provider: 'the provider' }).wire);
}

/** Providers that demand the proofs of their models' thoughts back. */
const DEMANDING = new Set(['openai-responses', 'anthropic-messages', 'gemini', 'bedrock-converse']);

/** Whose proofs a dialect's providers take: Claude signs alike wherever it runs, and Mistral's format has OpenAI's place for proofs. */
const SIGNERS: Readonly<Record<string, string>> = { 'bedrock-converse': 'anthropic-messages', 'mistral-chat': 'openai-chat' };

function signerOf({ id }: Dialect): string {
  return SIGNERS[id] ?? id;
}

describe('a tool loop', () => {
  for (const upstream of CONVERSING) {
    const strangers = CONVERSING.filter((other) => signerOf(other) !== signerOf(upstream));
    for (const client of CONVERSING) {
      const pair = { client, upstream };
      it(`of a client of ${client.id} brings everything back to a provider of ${upstream.id}`, () => assertBroughtBack(pair));
      it(`of a client of ${client.id} shows no other provider a proof of ${upstream.id}`, () => {
        for (const other of strangers) assert.ok(!JSON.stringify(sentTo(other, client, secondRequest(pair))).includes(PROOF), other.id);
      });
    }
  }
});

function assertBroughtBack({ client, upstream }: Pair): void {
  const sent = sentTo(upstream, client, secondRequest({ client, upstream }));
  const { messages } = upstream.request.decode(sent, { model: QUESTION.model, stream: false });
  const parts = messages.flatMap((message): readonly Part[] => message.parts);
  const calls = parts.filter((part) => part.type === 'tool_call');
  const results = parts.filter((part) => part.type === 'tool_result');
  assert.deepEqual(
    calls.map(({ name, arguments: text }) => `${name} ${text}`),
    ['get_weather {"place":"Bern"}', 'get_weather {"place":"Rome"}'],
  );
  assert.deepEqual(
    results.map(({ id }) => id),
    calls.map(({ id }) => id),
  );
  assert.ok(parts.some((part) => part.type === 'text' && part.text === 'I will look.'));
  if (DEMANDING.has(upstream.id)) assert.ok(JSON.stringify(sent).includes(PROOF), 'the proof is lost');
}
