import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ReplyCodec, Transducer, WireEvent } from '../dialect.ts';
import { objectOf, objectsOf } from '../lenient.ts';
import { openaiReply } from '../openai-chat/response.ts';
import { StreamDecoder as OpenaiDecoder } from '../openai-chat/stream-decoder.ts';
import { fromChunks, toChunks } from './thoughts.ts';

/** Whole replies: OpenAI's, with thoughts among the content. */
export const mistralReply = {
  decode: (wire) => openaiReply.decode(mapChoices(wire, 'message', fromChunks)),
  encode: (events, context) => mapChoices(openaiReply.encode(events, { ...context, strict: true }), 'message', toChunks),
} as const satisfies ReplyCodec;

/** Decodes Mistral's chunks. */
export class StreamDecoder implements Transducer<WireEvent, ChatEvent> {
  readonly #decoder = new OpenaiDecoder();

  push(wire: WireEvent): ChatEvent[] {
    return this.#decoder.push(wire === '[DONE]' ? wire : mapChoices(wire, 'delta', fromChunks));
  }

  end(): ChatEvent[] {
    return this.#decoder.end();
  }
}

/** Changes the message, or the delta, of every choice that has one. */
export function mapChoices(wire: JsonObject, member: 'message' | 'delta', change: (message: JsonObject) => JsonObject): JsonObject {
  if (!Array.isArray(wire['choices'])) return wire;
  const choices = objectsOf(wire['choices']).map((choice) => (member in choice ? { ...choice, [member]: change(objectOf(choice[member])) } : choice));
  return { ...wire, choices };
}
