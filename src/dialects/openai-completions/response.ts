import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { collectAnswer } from '../answer.ts';
import type { Choice } from '../answer.ts';
import type { ReplyCodec, ReplyContext } from '../dialect.ts';
import { finishWord } from '../openai-chat/answer-words.ts';
import { decodeError, encodeError } from '../openai-chat/error.ts';
import { replyHead } from '../openai-chat/reply-head.ts';
import { encodeUsage } from '../openai-chat/usage.ts';
import { encodeLogprobs } from './logprobs.ts';
import { CompletionDecoder } from './stream-decoder.ts';

/** Whole text completions. */
export const completionsReply = { decode: decodeReply, encode: encodeReply } as const satisfies ReplyCodec;

function decodeReply(wire: JsonObject): ChatEvent[] {
  if (!Array.isArray(wire.choices)) return [{ type: 'error', error: decodeError(502, wire) }];
  const decoder = new CompletionDecoder(true);
  return [...decoder.push(wire), ...decoder.push('[DONE]'), ...decoder.end()];
}

function encodeReply(events: readonly ChatEvent[], context: ReplyContext): JsonObject {
  const answer = collectAnswer(events);
  if (answer.error !== undefined) return encodeError(answer.error);
  return {
    ...replyHead(answer.start, context, 'text_completion'),
    choices: answer.choices.map((choice) => encodeChoice(choice, context)),
    usage: answer.usage === undefined ? undefined : encodeUsage(answer.usage),
  };
}

function encodeChoice(choice: Choice, context: ReplyContext): JsonObject {
  return {
    text: choice.blocks.map((block) => (block.type === 'text' || block.type === 'refusal' ? block.text : '')).join(''),
    index: choice.index,
    logprobs: choice.logprobs.length > 0 ? encodeLogprobs(choice.logprobs, 0) : null,
    finish_reason: choice.finish === undefined ? null : finishWord(choice.finish, false, context),
  };
}
