import type { ChatEvent, FinishEvent } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { collectAnswer, textOf } from '../answer.ts';
import type { Block, Choice } from '../answer.ts';
import type { ReplyCodec, ReplyContext } from '../dialect.ts';
import { isObject } from '../read.ts';
import { blockSignature, callId, encodeAudio, encodeImage, finishWord } from './answer-words.ts';
import { encodeAnnotation } from './citation.ts';
import { decodeErrorMember, encodeError } from './error.ts';
import { encodeRedacted, encodeSigned, encodeTextSignature } from './reasoning-detail.ts';
import { replyHead } from './reply-head.ts';
import { StreamDecoder } from './stream-decoder.ts';
import { encodeToolSignature } from './tool-signature.ts';
import { encodeUsage } from './usage.ts';
import type { WireAnswer, WireReasoningDetail, WireToolCall } from './wire.ts';

/** Whole replies: `chat.completion`. */
export const openaiReply = { decode: decodeReply, encode: encodeReply } as const satisfies ReplyCodec;

type BlockOf<Type extends Block['type']> = Extract<Block, { type: Type }>;

function decodeReply(wire: JsonObject): ChatEvent[] {
  if (!Array.isArray(wire.choices) && !isObject(wire.error)) return [{ type: 'error', error: decodeErrorMember(wire) }];
  const decoder = new StreamDecoder(true);
  return [...decoder.push(wire), ...decoder.push('[DONE]'), ...decoder.end()];
}

function encodeReply(events: readonly ChatEvent[], context: ReplyContext): JsonObject {
  const answer = collectAnswer(events);
  if (answer.error !== undefined) return encodeError(answer.error);
  return {
    ...replyHead(answer.start, context, 'chat.completion'),
    choices: answer.choices.map((choice) => encodeChoice(choice, context)),
    usage: answer.usage === undefined ? undefined : encodeUsage(answer.usage),
  };
}

function encodeChoice(choice: Choice, context: ReplyContext): JsonObject {
  const calls = blocksOf(choice, 'tool_call');
  const logprobs: Json | undefined = choice.logprobs.length > 0 ? { content: choice.logprobs } : undefined;
  return { index: choice.index, message: encodeMessage(choice, context), logprobs, finish_reason: wordOf(choice.finish, calls.length > 0, context) };
}

function wordOf(finish: FinishEvent | undefined, hasToolCalls: boolean, context: ReplyContext): string | null {
  return finish === undefined ? null : finishWord(finish, hasToolCalls, context);
}

function encodeMessage(choice: Choice, context: ReplyContext): WireAnswer {
  const refusal = blocksOf(choice, 'refusal').map((block) => block.text);
  const media = blocksOf(choice, 'media').map((block) => block.media);
  const images = media.filter((item) => item.kind === 'image');
  const audio = media.find((item) => item.kind === 'audio');
  const calls = encodeCalls(choice, context);
  const citations = blocksOf(choice, 'text').flatMap((block) => block.citations);
  const isSilent = calls.length > 0 || refusal.length > 0 || audio !== undefined;
  return {
    role: 'assistant',
    content: textOf(choice) || (isSilent ? null : ''),
    refusal: refusal.length > 0 ? refusal.join('') : null,
    reasoning_content: reasoningText(choice),
    reasoning_details: filled(encodeDetails(choice)),
    tool_calls: filled(calls),
    annotations: filled(citations.map(encodeAnnotation)),
    images: filled(images.map((image) => encodeImage(image))),
    audio: audio === undefined ? undefined : encodeAudio(audio, context),
    content_blocks: context.strict ? undefined : filled(encodeBlocks(choice)),
  };
}

function blocksOf<Type extends Block['type']>(choice: Choice, type: Type): BlockOf<Type>[] {
  return choice.blocks.filter((block): block is BlockOf<Type> => block.type === type);
}

function filled<Item>(list: readonly Item[]): readonly Item[] | undefined {
  return list.length > 0 ? list : undefined;
}

function reasoningText(choice: Choice): string | undefined {
  const text = blocksOf(choice, 'reasoning')
    .map((block) => block.text)
    .join('');
  return text === '' ? undefined : text;
}

/** One entry a block of reasoning as soon as one of them is signed, so that a replay tells the blocks apart. */
function encodeDetails(choice: Choice): WireReasoningDetail[] {
  const isSigned = choice.blocks.some((block) => block.type === 'reasoning' && (block.signature ?? block.redacted) !== undefined);
  return choice.blocks.flatMap((block, index) => {
    if (block.type === 'text') return block.signature === undefined ? [] : [encodeTextSignature(block.signature, index)];
    return block.type === 'reasoning' && isSigned ? [encodeDetail(block, index)] : [];
  });
}

function encodeDetail(block: BlockOf<'reasoning'>, index: number): WireReasoningDetail {
  if (block.redacted !== undefined) return encodeRedacted(block.redacted, index);
  return block.signature === undefined ? { type: 'reasoning.text', text: block.text, index } : encodeSigned(block.text, block.signature, index);
}

function encodeCalls(choice: Choice, context: ReplyContext): WireToolCall[] {
  return choice.blocks.flatMap((block, index): WireToolCall[] => {
    if (block.type !== 'tool_call') return [];
    const id = block.id === '' ? callId(context, { choice: choice.index, block: index }) : block.id;
    if (block.custom) return [{ id, type: 'custom', custom: { name: block.name, input: block.arguments } }];
    const { inFunction, extra } = encodeToolSignature(block.signature);
    const call = { name: block.name, arguments: block.arguments, thought_signature: inFunction };
    return [{ id, type: 'function', function: call, extra_content: extra }];
  });
}

/** Everything but tool calls, in order: what a client sends back to continue a conversation with signed reasoning. */
function encodeBlocks(choice: Choice): JsonObject[] {
  return choice.blocks.flatMap((block): JsonObject[] => {
    switch (block.type) {
      case 'text':
        return [{ type: 'text', text: block.text }];
      case 'reasoning':
        return [encodeThinking(block)];
      case 'media':
        return block.media.kind === 'image' ? [encodeImage(block.media)] : [];
      case 'opaque':
        return block.dialect === 'anthropic-messages' ? [block.value] : [];
      default:
        return [];
    }
  });
}

function encodeThinking(block: BlockOf<'reasoning'>): JsonObject {
  if (block.redacted !== undefined) return { type: 'redacted_thinking', data: block.redacted };
  return { type: 'thinking', thinking: block.text, signature: block.signature === undefined ? undefined : blockSignature(block.signature) };
}
