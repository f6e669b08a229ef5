import type { ChatEvent, FinishEvent, StartEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { collectAnswer, type Block } from '../answer.ts';
import type { ReplyCodec, ReplyContext, WireEvent } from '../dialect.ts';
import { isObject, parseJson } from '../read.ts';
import { encodeCitation } from './citations.ts';
import { error } from './error.ts';
import { streamDecoder } from './stream-decoder.ts';
import { carrierBlock, redactedBlock, thinkingBlock } from './thinking.ts';
import { encodeUsage } from './usage.ts';
import { OWN, STOP_REASONS } from './vocabulary.ts';
import type { WireBlock, WireMessage, WireStop } from './wire.ts';

/** Whole replies; decoded as the stream that would have said the same. */
export const reply: ReplyCodec = { decode: decodeReply, encode: encodeReply };

function decodeReply(wire: JsonObject): ChatEvent[] {
  const decoder = streamDecoder();
  return [...asStream(wire).flatMap((event) => decoder.push(event)), ...decoder.end()];
}

function asStream(wire: JsonObject): WireEvent[] {
  if (!isObject(wire)) return [];
  if (wire.type === 'error' || isObject(wire.error)) return [{ ...wire, type: 'error' }];
  const { stop_reason, stop_sequence, stop_details, ...message } = wire;
  const delta = { stop_reason, stop_sequence, stop_details };
  return [{ type: 'message_start', message }, { type: 'message_delta', delta }, { type: 'message_stop' }];
}

function encodeReply(events: readonly ChatEvent[], context: ReplyContext): JsonObject {
  const { start, choices, usage, error: failure } = collectAnswer(events);
  const choice = choices.find(({ index }) => index === 0);
  if (failure !== undefined && choice === undefined) return error.encode(failure);
  const blocks = choice?.blocks ?? [];
  const stop = stopMembers(choice?.finish, blocks.map((block) => (block.type === 'refusal' ? block.text : '')).join(''));
  const content = stop.stop_details === undefined ? blocks : blocks.filter((block) => block.type !== 'refusal');
  const message: WireMessage = {
    ...messageHead(start, context),
    content: content.flatMap((block, index) => encodeBlock(block, fallbackToolId(context, index))),
    ...stop,
    usage: encodeUsage(usage),
  };
  return message;
}

/** The members that open a message, whole or streamed. */
export function messageHead(start: StartEvent | undefined, context: ReplyContext): Pick<WireMessage, 'id' | 'type' | 'role' | 'model'> {
  return { id: start?.id ?? `msg_${context.id}`, type: 'message', role: 'assistant', model: start?.model ?? context.model };
}

/** An id for a tool call that came without one; clients refer to calls by it. */
export function fallbackToolId(context: ReplyContext, block: number): string {
  return `toolu_${context.id}_${block}`;
}

/** Why the message ended, in the provider's own word where it spoke this dialect. What was said on refusing goes with a refusal only. */
export function stopMembers(finish: FinishEvent | undefined, refusal: string): WireStop {
  const native = finish?.native?.dialect === OWN ? finish.native.value : undefined;
  const reason = native ?? STOP_REASONS[finish?.reason ?? 'stop'];
  const details = refusal !== '' && reason === STOP_REASONS.refusal ? { type: 'refusal', category: null, explanation: refusal } : undefined;
  return { stop_reason: reason, stop_sequence: finish?.stopSequence ?? null, stop_details: details };
}

type Encoders = { readonly [type in Block['type']]: (block: Extract<Block, { type: type }>, toolId: string) => WireBlock[] };

/** Canonical blocks as blocks of a message; a signature that the dialect has no place for goes in a block of its own. */
const BLOCKS: Encoders = {
  text({ text, citations, signature }) {
    const cited = citations.map(encodeCitation).filter((wire) => wire !== undefined);
    const blocks: WireBlock[] = [];
    if (text !== '' || cited.length > 0) blocks.push({ type: 'text', text, citations: cited.length === 0 ? undefined : cited });
    if (signature !== undefined) blocks.push(carrierBlock(signature, 'text'));
    return blocks;
  },
  refusal: ({ text }) => [{ type: 'text', text }],
  reasoning: ({ text, signature, redacted }) => [
    redacted === undefined ? thinkingBlock(text, signature) : redactedBlock(redacted, signature?.origin),
  ],
  tool_call(call, toolId) {
    // No client of this dialect can have offered a tool that takes free text.
    if (call.custom) return [];
    const block: WireBlock = { type: 'tool_use', id: call.id || toolId, name: call.name, input: toolInput(call) };
    return call.signature === undefined ? [block] : [carrierBlock(call.signature, 'tool'), block];
  },
  opaque: ({ dialect, value }) => (dialect === OWN ? [value] : []),
  media: () => [],
};

function encodeBlock<T extends Block['type']>(block: Extract<Block, { type: T }>, toolId: string): WireBlock[] {
  return BLOCKS[block.type](block, toolId);
}

/** A tool call's arguments as the object that `input` must be; what is no JSON object is wrapped rather than lost. */
export function toolInput(call: { readonly arguments: string; readonly custom?: boolean | undefined }): JsonObject {
  if (call.custom === true) return { input: call.arguments };
  const input = parseJson(call.arguments);
  if (isObject(input)) return input;
  return call.arguments.trim() === '' || input === null ? {} : { arguments: call.arguments };
}
