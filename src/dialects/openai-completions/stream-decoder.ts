import type { ChatEvent } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { Transducer, WireEvent } from '../dialect.ts';
import { StreamDecoder } from '../openai-chat/stream-decoder.ts';
import { isObject } from '../read.ts';
import { decodeLogprobs } from './logprobs.ts';

/** Decodes completions as the chat chunks that they would be: a choice's `text` is what its delta, or its message, says. */
export class CompletionDecoder implements Transducer<WireEvent, ChatEvent> {
  readonly #whole: boolean;
  readonly #chat: StreamDecoder;

  constructor(whole = false) {
    this.#whole = whole;
    this.#chat = new StreamDecoder(whole);
  }

  push(chunk: WireEvent): ChatEvent[] {
    if (chunk === '[DONE]' || !Array.isArray(chunk.choices)) return this.#chat.push(chunk);
    const member = this.#whole ? 'message' : 'delta';
    return this.#chat.push({ ...chunk, choices: chunk.choices.map((choice: Json) => (isObject(choice) ? asChat(choice, member) : choice)) });
  }

  end(): ChatEvent[] {
    return this.#chat.end();
  }
}

function asChat(choice: JsonObject, member: 'message' | 'delta'): JsonObject {
  const { index, text, finish_reason: finish, logprobs } = choice;
  return { index, [member]: { content: text }, finish_reason: finish, logprobs: isObject(logprobs) ? decodeLogprobs(logprobs) : undefined };
}
