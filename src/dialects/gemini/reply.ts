import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { collectAnswer } from '../answer.ts';
import type { Block, Choice } from '../answer.ts';
import type { ReplyCodec, ReplyContext } from '../dialect.ts';
import { callPart, envelope, finishWord, mediaPart, textPart, thoughtPart } from './answer-parts.ts';
import { encodeCitations } from './citations.ts';
import { error } from './error.ts';
import { encodeLogprobs } from './logprobs.ts';
import { addNotes, isNotes } from './notes.ts';
import { streamDecoder } from './stream-decoder.ts';

/** Whole answers: a stream of one chunk on the way in, a fold of the events on the way out. */
export const reply: ReplyCodec = { decode: decodeReply, encode: encodeReply };

function decodeReply(wire: JsonObject): ChatEvent[] {
  const decoder = streamDecoder();
  return [...decoder.push(wire), ...decoder.end()];
}

function encodeReply(events: readonly ChatEvent[], context: ReplyContext): JsonObject {
  const answer = collectAnswer(events);
  if (answer.error !== undefined) return error.encode(answer.error);
  const { start, usage, choices } = answer;
  const feedback = choices.flatMap(({ blocks }) => ownValues(blocks)).find((value) => 'promptFeedback' in value);
  const candidates = choices.filter(({ blocks }) => feedback === undefined || blocks.some(isSaid)).map(encodeChoice);
  return envelope(
    {
      candidates: candidates.length === 0 && feedback !== undefined ? undefined : candidates,
      promptFeedback: feedback?.['promptFeedback'],
      usage,
      id: start?.id,
      model: start?.model,
    },
    context,
  );
}

/** Whether a block is part of an answer, and not said about or against it. */
function isSaid({ type }: Block): boolean {
  return type !== 'opaque' && type !== 'refusal';
}

function encodeChoice({ index, blocks, finish, logprobs }: Choice): JsonObject {
  const texts = blocks.filter((block) => block.type === 'text');
  const refusal = blocks.map((block) => (block.type === 'refusal' ? block.text : '')).join('');
  const notes = ownValues(blocks).reduce<JsonObject | undefined>(addNotes, undefined);
  return {
    content: { role: 'model', parts: blocks.flatMap(encodeBlock) },
    finishReason: finish === undefined ? undefined : finishWord(finish),
    finishMessage: refusal === '' ? undefined : refusal,
    index,
    groundingMetadata: encodeCitations(texts),
    logprobsResult: logprobs.length === 0 ? undefined : encodeLogprobs(logprobs),
    ...notes,
  };
}

function ownValues(blocks: readonly Block[]): readonly JsonObject[] {
  return blocks.flatMap((block) => (block.type === 'opaque' && block.dialect === 'gemini' ? [block.value] : []));
}

function encodeBlock(block: Block): readonly JsonObject[] {
  const part = partOf(block);
  return part === undefined ? [] : [part];
}

function partOf(block: Block): JsonObject | undefined {
  switch (block.type) {
    case 'text':
      return textPart(block.text, block.signature);
    case 'reasoning':
      return thoughtPart(block);
    case 'tool_call':
      return callPart(block);
    case 'media':
      return mediaPart(block.media);
    case 'opaque':
      return block.dialect === 'gemini' && !isNotes(block.value) ? block.value : undefined;
    case 'refusal':
      return undefined;
  }
}
