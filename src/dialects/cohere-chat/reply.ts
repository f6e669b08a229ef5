import type { ChatEvent, FinishEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import { collectAnswer, type Block, type Choice } from '../answer.ts';
import type { ReplyCodec, ReplyContext, WireEvent } from '../dialect.ts';
import { objectOf, objectsOf } from '../lenient.ts';
import { packSignature } from '../signature.ts';
import { encodeCitation } from './citations.ts';
import { error } from './error.ts';
import { encodeLogprobs } from './logprobs.ts';
import { streamDecoder } from './stream-decoder.ts';
import { encodeUsage } from './usage.ts';
import { FINISH_WORDS, OWN } from './vocabulary.ts';
import type { WireCitation, WireContent, WireToolCall } from './wire.ts';

/** Whole replies; decoded as the stream that would have said the same. */
export const reply: ReplyCodec = { decode: decodeReply, encode: encodeReply };

function decodeReply(wire: JsonObject): ChatEvent[] {
  const decoder = streamDecoder();
  return [...asStream(wire).flatMap((event) => decoder.push(event)), ...decoder.end()];
}

function asStream(wire: JsonObject): WireEvent[] {
  if (typeof wire.message === 'string') return [{ type: 'error', message: wire.message }];
  const { id, message: said, logprobs, finish_reason, error: failure, usage } = wire;
  const message = objectOf(said);
  const content = typeof message.content === 'string' ? [{ text: message.content }] : objectsOf(message.content);
  const part = (type: string, index: number, members: JsonObject): WireEvent => ({ type, index, delta: { message: members } });
  return [
    { type: 'message-start', id },
    part('tool-plan-delta', 0, { tool_plan: message.tool_plan }),
    ...content.map((block, index) => part('content-start', index, { content: block })),
    ...objectsOf(message.tool_calls).map((call, index) => part('tool-call-start', index, { tool_calls: call })),
    part('citation-start', 0, { citations: message.citations }),
    ...objectsOf(logprobs).map((item): WireEvent => ({ type: 'content-delta', logprobs: item })),
    { type: 'message-end', delta: { finish_reason, error: failure, usage } },
  ];
}

function encodeReply(events: readonly ChatEvent[], context: ReplyContext): JsonObject {
  const { start, choices, usage, error: failure } = collectAnswer(events);
  const choice = choices.find(({ index }) => index === 0);
  if (failure !== undefined && choice === undefined) return error.encode(failure);
  const logprobs = encodeLogprobs(choice?.logprobs);
  const { blocks, refusal } = withoutRefusal(choice);
  return {
    id: start?.id ?? context.id,
    finish_reason: finishWord(choice?.finish),
    error: refusal,
    message: { role: 'assistant', ...encodeBlocks(blocks, context) },
    usage: encodeUsage(usage),
    logprobs: logprobs.length === 0 ? undefined : logprobs,
  };
}

/** The blocks of an answer, and what was said against giving one, if that is no part of it. */
function withoutRefusal({ blocks, finish }: Pick<Choice, 'blocks' | 'finish'> = { blocks: [], finish: undefined }): {
  readonly blocks: readonly Block[];
  readonly refusal: string | undefined;
} {
  if (!isRefused(finish)) return { blocks, refusal: undefined };
  const refusal = blocks.map((block) => (block.type === 'refusal' ? block.text : '')).join('');
  return { blocks: blocks.filter(({ type }) => type !== 'refusal'), refusal: refusal || undefined };
}

function encodeBlocks(blocks: readonly Block[], context: ReplyContext): JsonObject {
  const content: WireContent[] = [];
  const calls: WireToolCall[] = [];
  const citations: WireCitation[] = [];
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'text') citations.push(...block.citations.map((citation) => encodeCitation(citation, content.length)));
    if (block.type === 'tool_call' && !block.custom) calls.push(encodeCall(block, callId({ ...block, block: index }, context)));
    else content.push(...encodeContent(block));
  }
  return { content: orNone(content), tool_calls: orNone(calls), citations: orNone(citations) };
}

function encodeContent(block: Block): WireContent[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: block.text, ...signed(block) }];
    case 'refusal':
      return [{ type: 'text', text: block.text }];
    case 'reasoning':
      return [{ type: 'thinking', thinking: block.text, redacted: block.redacted, ...signed(block) }];
    default:
      return [];
  }
}

function encodeCall(call: Extract<Block, { type: 'tool_call' }>, id: string): WireToolCall {
  return { id, type: 'function', function: { name: call.name, arguments: call.arguments === '' ? '{}' : call.arguments }, ...signed(call) };
}

function orNone(list: readonly object[]): readonly JsonObject[] | undefined {
  return list.length === 0 ? undefined : (list as readonly JsonObject[]);
}

/** The id of a tool call, made up where the upstream gave none, because clients refer to calls by it. */
export function callId(call: { readonly id: string; readonly name: string; readonly block: number }, context: ReplyContext): string {
  return call.id === '' ? `${call.name}_${context.id}${call.block}` : call.id;
}

/** Why the answer ended, in the provider's own word where it spoke this dialect. */
export function finishWord(finish: FinishEvent | undefined): string {
  return finish?.native?.dialect === OWN ? finish.native.value : FINISH_WORDS[finish?.reason ?? 'stop'];
}

/** Whether the answer was kept back, so that what was said against it is no part of it. */
export function isRefused(finish: FinishEvent | undefined): boolean {
  return finish?.reason === 'refusal' || finish?.reason === 'content_filter';
}

/** The gateway's own member that carries a signature through a client. */
export function signed({ signature }: { readonly signature?: Signature | undefined }): { readonly signature?: string } {
  return signature === undefined ? {} : { signature: packSignature(signature, OWN) };
}
