import type { ChatEvent, FinishEvent, Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ReplyContext, Transducer, WireEvent } from '../dialect.ts';
import { objectOf } from '../lenient.ts';
import { finishWord } from '../openai-chat/answer-words.ts';
import { encodeError } from '../openai-chat/error.ts';
import { replyHead } from '../openai-chat/reply-head.ts';
import type { ReplyHead } from '../openai-chat/reply-head.ts';
import { encodeUsage } from '../openai-chat/usage.ts';
import { encodeLogprobs } from './logprobs.ts';

/** Encodes what an answer says as the chunks of a text completion; all else has no place there. */
export class CompletionEncoder implements Transducer<ChatEvent, WireEvent> {
  readonly #context: ReplyContext;
  #head: ReplyHead | undefined;
  #usage: Usage | undefined;
  #failed = false;
  /** Length of the text so far by choice. */
  readonly #lengths = new Map<number, number>();
  readonly #finished = new Set<number>();

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  push(event: ChatEvent): WireEvent[] {
    if (this.#failed) return [];
    switch (event.type) {
      case 'start':
        this.#head = replyHead(event, this.#context, 'text_completion');
        return [];
      case 'text':
      case 'refusal':
        return event.text === '' ? [] : [this.#say(event.choice, event.text)];
      case 'logprobs':
        return [this.#chunk({ ...BLANK, index: event.choice, logprobs: this.#logprobs(event.choice, event.value) })];
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'finish':
        return this.#finish(event);
      case 'error':
        this.#failed = true;
        return [encodeError(event.error)];
      default:
        return [];
    }
  }

  end(): WireEvent[] {
    const complete = this.#finished.size > 0 && [...this.#lengths.keys()].every((choice) => this.#finished.has(choice));
    if (this.#failed || !complete) return [];
    const usage = this.#context.includeUsage && this.#usage !== undefined ? encodeUsage(this.#usage) : undefined;
    return usage === undefined ? ['[DONE]'] : [{ ...this.#opening(), choices: [], usage }, '[DONE]'];
  }

  #say(choice: number, text: string): WireEvent {
    this.#lengths.set(choice, (this.#lengths.get(choice) ?? 0) + text.length);
    return this.#chunk({ ...BLANK, text, index: choice });
  }

  #logprobs(choice: number, value: unknown): JsonObject {
    const content = objectOf(value).content;
    return encodeLogprobs(Array.isArray(content) ? content : [], this.#lengths.get(choice) ?? 0);
  }

  #finish(event: FinishEvent): WireEvent[] {
    if (this.#finished.has(event.choice)) return [];
    this.#finished.add(event.choice);
    return [this.#chunk({ ...BLANK, index: event.choice, finish_reason: finishWord(event, false, this.#context) })];
  }

  #opening(): ReplyHead {
    return (this.#head ??= replyHead(undefined, this.#context, 'text_completion'));
  }

  #chunk(choice: JsonObject): JsonObject {
    return { ...this.#opening(), choices: [choice] };
  }
}

const BLANK = { text: '', index: 0, logprobs: null, finish_reason: null } as const;
