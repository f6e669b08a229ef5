import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { collectAnswer, type Block } from '../answer.ts';
import type { ReplyCodec, ReplyContext, WireEvent } from '../dialect.ts';
import { objectOf, objectsOf } from '../lenient.ts';
import { toolInput } from '../tool-input.ts';
import { imageBlock, isRefused, stopMembers, toolUseId } from './answer-parts.ts';
import { piecesOf } from './blocks.ts';
import { encodeCitation } from './citations.ts';
import { error } from './error.ts';
import { carrierBlock, reasoningBlock, redactedBlock } from './reasoning.ts';
import { streamDecoder } from './stream-decoder.ts';
import { encodeUsage } from './usage.ts';
import { OWN } from './vocabulary.ts';

/** Whole replies; decoded as the stream that would have said the same. */
export const reply: ReplyCodec = { decode: decodeReply, encode: encodeReply };

function decodeReply(wire: JsonObject): ChatEvent[] {
  const decoder = streamDecoder();
  return [...asStream(wire).flatMap((event) => decoder.push(event)), ...decoder.end()];
}

function asStream(wire: JsonObject): WireEvent[] {
  const { output, stopReason: reason, additionalModelResponseFields, usage, message } = wire;
  if (output === undefined && typeof message === 'string') return [{ unknownException: wire }];
  const { content, role } = objectOf(objectOf(output).message);
  return [
    { messageStart: { role } },
    ...objectsOf(content).flatMap((block, index) => blockEvents(block, index)),
    { messageStop: { stopReason: reason, additionalModelResponseFields } },
    { metadata: { usage } },
  ];
}

function blockEvents(block: JsonObject, contentBlockIndex: number): WireEvent[] {
  const { start, deltas } = piecesOf(block);
  return [
    ...(start === undefined ? [] : [{ contentBlockStart: { start, contentBlockIndex } }]),
    ...deltas.map((delta) => ({ contentBlockDelta: { delta, contentBlockIndex } })),
    { contentBlockStop: { contentBlockIndex } },
  ];
}

function encodeReply(events: readonly ChatEvent[], context: ReplyContext): JsonObject {
  const { choices, usage, error: failure } = collectAnswer(events);
  const choice = choices.find(({ index }) => index === 0);
  if (failure !== undefined && choice === undefined) return error.encode(failure);
  const blocks = choice?.blocks ?? [];
  const refusal = blocks.map((block) => (block.type === 'refusal' ? block.text : '')).join('');
  const spoken = isRefused(choice?.finish) ? blocks.filter(({ type }) => type !== 'refusal') : blocks;
  const content = spoken.flatMap((block, index) => encodeBlock(block, toolUseId({ ...block, block: index }, context)));
  return {
    output: { message: { role: 'assistant', content } },
    ...stopMembers(choice?.finish, refusal),
    usage: usage === undefined ? undefined : encodeUsage(usage),
    // Clients of the API demand the member; how long the provider took is not known here.
    metrics: { latencyMs: 0 },
  };
}

/** One canonical block as the blocks of a message; a signature that the dialect has no place for goes in a block of its own. */
function encodeBlock(block: Block, toolId: string): JsonObject[] {
  switch (block.type) {
    case 'text': {
      const signature = block.signature === undefined ? [] : [carrierBlock(block.signature, 'text')];
      return [...encodeText(block), ...signature];
    }
    case 'refusal':
      return [{ text: block.text }];
    case 'reasoning':
      return [block.redacted === undefined ? reasoningBlock(block.text, block.signature) : redactedBlock(block.redacted, block.signature)];
    case 'tool_call': {
      if (block.custom) return [];
      const call = { toolUse: { toolUseId: toolId, name: block.name, input: toolInput(block) } };
      return block.signature === undefined ? [call] : [carrierBlock(block.signature, 'tool'), call];
    }
    case 'media':
      return imageBlock(block.media);
    case 'opaque':
      return block.dialect === OWN ? [block.value] : [];
  }
}

function encodeText({ text, citations }: Extract<Block, { type: 'text' }>): JsonObject[] {
  if (citations.length > 0) return [{ citationsContent: { content: [{ text }], citations: citations.map(encodeCitation) } }];
  return text === '' ? [] : [{ text }];
}
