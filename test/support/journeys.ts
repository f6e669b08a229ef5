import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { translate } from '../../src/attempt/translate.ts';
import { afterLosses, type DialectLosses } from '../../src/dialects/contract/losses.ts';
import { answerMeaning, requestMeaning, type AnswerMeaning } from '../../src/dialects/contract/meaning.ts';
import { inOwnWords, type Rewording } from '../../src/dialects/contract/rewordings.ts';
import type { Dialect, Encoded } from '../../src/dialects/dialect.ts';
import { CHAT_DIALECTS } from '../../src/dialects/index.ts';
import { GatewayError } from '../../src/errors.ts';
import type { DialectId } from '../../src/ir/dialect-id.ts';
import type { ChatEvent } from '../../src/ir/events.ts';
import type { JsonObject } from '../../src/ir/json.ts';
import type { ChatRequest, Message, Part } from '../../src/ir/request.ts';
import { overWire, readStream, writeStream, writeWhole } from './wire.ts';

/** Dialects of conversations. Prompts of the older completions are only continued; that dialect's own suite is enough for it. */
export const CONVERSING: readonly Dialect[] = CHAT_DIALECTS.map(({ dialect }) => dialect).filter(({ id }) => id !== 'openai-completions');

const LOSES_NOTHING: DialectLosses = { answers: {}, finishes: {}, requests: {} };

const LOSSES = new Map<DialectId, DialectLosses>();
for (const { id } of CONVERSING) {
  const file = new URL(`../../src/dialects/${id}/losses.ts`, import.meta.url);
  const { losses } = existsSync(file) ? ((await import(file.href)) as { losses: DialectLosses }) : { losses: LOSES_NOTHING };
  LOSSES.set(id, losses);
}

export interface Pair {
  readonly client: Dialect;
  readonly upstream: Dialect;
}

export function lossesOf({ id }: Dialect): DialectLosses {
  return LOSSES.get(id) as DialectLosses;
}

/** Where an answer goes through: from the provider to its client, whole. */
export function arriveWhole(events: readonly ChatEvent[], { client, upstream }: Pair): ChatEvent[] {
  return client.reply.decode(writeWhole(client, upstream.reply.decode(writeWhole(upstream, events))));
}

/** The same streamed, in pieces of these sizes. */
export function arriveStreamed(events: readonly ChatEvent[], sizes: readonly number[], { client, upstream }: Pair): ChatEvent[] {
  return readStream(client, writeStream(client, readStream(upstream, writeStream(upstream, events), sizes)), sizes);
}

/** An answer as the provider meant it, as it arrives whole, and as it arrives streamed in pieces of these sizes. */
export function journey(events: readonly ChatEvent[], sizes: readonly number[], pair: Pair) {
  const expected = expectedAfter(events, pair);
  const arrived = (decoded: readonly ChatEvent[]): AnswerMeaning => {
    const meaning = meaningFor(pair.client, decoded);
    // Where the provider names neither the answer nor the model, clients are told names of the gateway's.
    return { ...meaning, id: expected.id && meaning.id, model: expected.model && meaning.model };
  };
  return { expected, whole: arrived(arriveWhole(events, pair)), streamed: arrived(arriveStreamed(events, sizes, pair)) };
}

/** What a client may expect of an answer that its provider gave. */
export function expectedAfter(events: readonly ChatEvent[], { client, upstream }: Pair): AnswerMeaning {
  const expected = comparable(afterLosses(afterLosses(meaningFor(upstream, events), lossesOf(upstream)), lossesOf(client)));
  return { ...expected, id: expected.id, model: expected.model };
}

/** What an answer means to those who speak the dialect. To finish for calls that are lost is to stop; which of two texts is cited first is all the same. */
export function meaningFor({ id }: Dialect, events: readonly ChatEvent[]): AnswerMeaning {
  return comparable(answerMeaning(events, { own: id, keepsToolIds: true, keepsIdentity: true }));
}

function comparable(answer: AnswerMeaning): AnswerMeaning {
  const choices = answer.choices.map((choice) => ({
    ...choice,
    finish: choice.finish === 'tool_calls' && choice.calls.length === 0 ? ('stop' as const) : choice.finish,
    citations: choice.citations.toSorted((a, b) => (`${a.url}${a.title}` < `${b.url}${b.title}` ? -1 : 1)),
  }));
  return { ...answer, choices };
}

/** A request on its way through the gateway. */
export interface Crossing {
  /** As the client says it. */
  readonly asked: ChatRequest;
  /** As the provider is sent it; undefined where it is refused. */
  readonly sent: Encoded | undefined;
}

/** Sends a request from a client to a provider; undefined where the client has no words for it. `more`: members of the client's body. */
export function cross(request: ChatRequest, { client, upstream }: Pair, more: JsonObject = {}): Crossing | undefined {
  const said = unlessRefused(() => client.request.encode(request));
  if (said === undefined) return undefined;
  const wire = overWire({ ...said.wire, ...more });
  const { model, stream } = request;
  const sent = unlessRefused(() => translate(wire, { client, upstream, model, stream, provider: 'the provider' }));
  return { asked: client.request.decode(wire, { model, stream }), sent };
}

/** What a provider understands of a request that was sent to it. */
export function heardBy(upstream: Dialect, { wire }: Pick<Encoded, 'wire'>, { model, stream }: Pick<ChatRequest, 'model' | 'stream'>): ChatRequest {
  return upstream.request.decode(overWire(wire), { model, stream });
}

/** The words that a dialect has of its own. */
export function rewordingsOf(dialect: Dialect): Rewording[] {
  const own = Object.keys(lossesOf(dialect).requests) as Rewording[];
  return dialect.customTools === true ? own : ['customToolsAsFunctions', ...own];
}

/** Undefined where the dialect refuses a request, which the client is told. */
function unlessRefused<T>(write: () => T): T | undefined {
  try {
    return write();
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'unsupported_content') return undefined;
    throw error;
  }
}

/** What a name among the dropped members takes from a request. */
const REPORTED: Readonly<Record<string, (request: ChatRequest) => ChatRequest>> = {
  n: withoutSampling('choices'),
  seed: withoutSampling('seed'),
  stop: withoutSampling('stop'),
  top_k: withoutSampling('topK'),
  top_p: withoutSampling('topP'),
  temperature: withoutSampling('temperature'),
  presence_penalty: withoutSampling('presencePenalty'),
  frequency_penalty: withoutSampling('frequencyPenalty'),
  response_format: without('format'),
  reasoning: without('reasoning'),
  reasoning_effort: without('reasoning'),
  thinking: without('reasoning'),
  parallel_tool_calls: without('parallelToolCalls'),
  tool_choice: without('toolChoice'),
  user: without('user'),
  service_tier: without('serviceTier'),
  logprobs: withoutSampling('logprobs'),
  name: (request) => ({ ...request, messages: request.messages.map((message) => ({ ...message, name: undefined })) }),
  cache_control: inParts((part) => ('cache' in part ? { ...part, cache: undefined } : part)),
  citations: inParts((part) => (part.type === 'media' ? { ...part, citable: undefined } : part)),
  context: inParts((part) => (part.type === 'media' ? { ...part, context: undefined } : part)),
  detail: inParts((part) => (part.type === 'media' ? { ...part, detail: undefined } : part)),
  strict: (request) => ({ ...request, tools: request.tools?.map((tool) => (tool.type === 'function' ? { ...tool, strict: undefined } : tool)) }),
  is_error: inParts((part) => (part.type === 'tool_result' ? { ...part, isError: undefined } : part)),
};

function without(name: keyof ChatRequest): (request: ChatRequest) => ChatRequest {
  return (request) => ({ ...request, [name]: undefined });
}

function withoutSampling(name: keyof ChatRequest['sampling']): (request: ChatRequest) => ChatRequest {
  return (request) => ({ ...request, sampling: { ...request.sampling, [name]: undefined } });
}

/** A change of all parts, those in the results of tools among them. */
function inParts(change: (part: Part) => Part): (request: ChatRequest) => ChatRequest {
  const deeply = (part: Part): Part => change(part.type === 'tool_result' ? ({ ...part, content: part.content.map(change) } as Part) : part);
  return (request) => ({ ...request, messages: request.messages.map((message) => ({ ...message, parts: message.parts.map(deeply) }) as Message) });
}

/** What may be missing from a request. */
export interface Allowance {
  /** What was reported. */
  readonly dropped: readonly string[];
  /** What is said in other words. */
  readonly rewordings: readonly Rewording[];
}

/** Nothing that was asked is missing from what is heard, unless it was reported or said in other words. */
export function assertKept(asked: ChatRequest, heard: ChatRequest, { dropped, rewordings }: Allowance): void {
  const reduce = (request: ChatRequest): unknown => {
    const rest = dropped.reduce((left, name) => REPORTED[name]?.(left) ?? left, request);
    return requestMeaning(inOwnWords(rest, rewordings), true);
  };
  assert.deepEqual(common(reduce(heard), reduce(asked)), reduce(asked), `dropped: ${dropped.join()}`);
}

/** The members of `value` that `model` has too: what was added on the way is no loss. */
export function common(value: unknown, model: unknown): unknown {
  if (typeof value !== 'object' || value === null || typeof model !== 'object' || model === null) return value;
  if (Array.isArray(value)) return Array.isArray(model) ? value.map((item, index) => common(item, model[index])) : value;
  return Object.fromEntries(
    Object.entries(model).map(([name, member]) => [name, common((value as Readonly<Record<string, unknown>>)[name], member)]),
  );
}

/** A provider is never sent the proof that another dialect's provider gave for its model's thoughts. */
export function assertNoForeignProof(wire: JsonObject, asked: ChatRequest, upstream: Dialect): void {
  const text = JSON.stringify(wire);
  for (const { parts } of asked.messages) {
    for (const part of parts) {
      if (!('signature' in part) || part.signature === undefined) continue;
      if (signersOf(upstream).includes(part.signature.origin ?? upstream.id)) continue;
      assert.ok(!text.includes(part.signature.value), `${upstream.id} was sent a proof of ${part.signature.origin}`);
    }
  }
}

/** Claude signs alike wherever it runs. */
function signersOf({ id }: Dialect): readonly DialectId[] {
  return id === 'bedrock-converse' ? [id, 'anthropic-messages'] : [id];
}
