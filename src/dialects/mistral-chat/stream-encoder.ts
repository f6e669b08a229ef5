import type { ChatEvent, FinishEvent, ToolArgumentsEvent, ToolCallEvent, Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { JsonText } from '../../ir/json-text.ts';
import type { EncodedEvent, ReplyContext, Transducer, WireEvent } from '../dialect.ts';
import { objectOf, objectsOf } from '../lenient.ts';
import { StreamEncoder as OpenaiEncoder } from '../openai-chat/stream-encoder.ts';
import { encodeUsage } from '../openai-chat/usage.ts';
import { toChunks } from './thoughts.ts';
import { mapChoices } from './reply.ts';

/**
 * Encodes events as Mistral's chunks. Its clients rely on calls of tools that come whole: they come with the reason to finish, and the very
 * last chunk says what was used, whether or not that was asked for.
 */
export class StreamEncoder implements Transducer<ChatEvent, EncodedEvent> {
  readonly #encoder: OpenaiEncoder;
  readonly #calls: ToolCallEvent[] = [];
  #usage: Usage | undefined;
  /** Chunks with which choices finish, held back until it is known what was used. */
  #last: JsonObject[] = [];

  constructor(context: ReplyContext) {
    this.#encoder = new OpenaiEncoder({ ...context, strict: true, includeUsage: false });
  }

  push(event: ChatEvent): EncodedEvent[] {
    switch (event.type) {
      case 'tool_call':
        this.#calls.push(event);
        return [];
      case 'tool_arguments':
        return this.#addArguments(event);
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'finish':
        return this.#finish(event);
      case 'error':
        this.#last = [];
        return this.#encoder.push(event);
      default:
        return this.#encoder.push(event).map(toMistral);
    }
  }

  end(): EncodedEvent[] {
    const done = this.#encoder.end();
    const last = this.#last.splice(0);
    const usage = this.#usage === undefined ? undefined : encodeUsage(this.#usage);
    return [...last.map((chunk, index) => (index === last.length - 1 ? { ...chunk, usage } : chunk)), ...done];
  }

  #addArguments(event: ToolArgumentsEvent): WireEvent[] {
    const index = this.#calls.findIndex(({ choice, block }) => choice === event.choice && block === event.block);
    const call = this.#calls[index] ?? { ...event, type: 'tool_call', id: '', name: '', arguments: '' };
    this.#calls[index === -1 ? this.#calls.length : index] = { ...call, arguments: call.arguments + event.text };
    return [];
  }

  #finish(event: FinishEvent): EncodedEvent[] {
    const calls = this.#calls.filter(({ choice }) => choice === event.choice).flatMap((call) => this.#encoder.push(call));
    const tools = calls.flatMap((wire) => objectsOf(deltaOf(wire as WireEvent)['tool_calls']));
    const wires = this.#encoder.push(event);
    const last = wires.pop();
    if (last !== undefined)
      this.#last.push(mapChoices(last as JsonObject, 'delta', () => toChunks({ content: '', tool_calls: tools.length > 0 ? tools : undefined })));
    return wires.map(toMistral);
  }
}

/** Details repeat the thoughts that came before them; what is written already is a piece of text, which both write alike. */
function toMistral(wire: EncodedEvent): EncodedEvent {
  if (wire === '[DONE]' || wire instanceof JsonText) return wire;
  return mapChoices(wire, 'delta', ({ reasoning_details: details, ...delta }) =>
    toChunks({ ...delta, reasoning_details: objectsOf(details).map((detail) => ({ ...detail, text: undefined })) }),
  );
}

function deltaOf(wire: WireEvent): JsonObject {
  return wire === '[DONE]' ? {} : objectOf(objectsOf(wire['choices'])[0]?.['delta']);
}
