import type { Dialect } from '../../dialects/dialect.ts';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Message, Part } from '../../ir/request.ts';
import type { Answer, Outcome } from '../../pipeline/outcome.ts';
import type { Call } from '../../pipeline/step.ts';
import { FRAMINGS } from '../../transport/framing/framings.ts';
import type { Attributes } from './attributes.ts';

/** Characters of an attribute; longer ones are left out, since a cut one would be no JSON. */
const LONGEST = 256 * 1024;

/** What was asked and answered, in the form of the conventions. What cannot be read is left out. */
export function contentOf(call: Call, { answer, isStreamed }: Outcome): Attributes {
  const { endpoint, json } = call;
  if (endpoint.kind !== 'chat' || json === undefined) return {};
  const messages = attempted(() => endpoint.dialect.request.decode(json, endpoint).messages) ?? [];
  const events = answer === undefined ? undefined : attempted(() => eventsOf(answer, endpoint.dialect, isStreamed));
  const system = messages.filter(({ role }) => role === 'system').flatMap(({ parts }) => parts.map(partOf));
  const others = messages.filter(({ role }) => role !== 'system');
  return {
    'gen_ai.system_instructions': jsonOf(system),
    'gen_ai.input.messages': jsonOf(others.map(messageOf)),
    'gen_ai.output.messages': jsonOf(answersOf(events ?? [])),
    'gen_ai.response.finish_reasons': events?.filter((event) => event.type === 'finish').map(({ reason }) => reason),
    'gen_ai.response.id': events?.find((event) => event.type === 'start')?.id,
  };
}

function attempted<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function jsonOf(list: readonly object[]): string | undefined {
  const text = JSON.stringify(list);
  return list.length === 0 || text.length > LONGEST ? undefined : text;
}

function eventsOf(answer: Answer, { reply, stream, framing }: Dialect, isStreamed: boolean): readonly ChatEvent[] {
  if (answer.kind === 'events') return answer.events;
  if (!isStreamed) return reply.decode(JSON.parse(answer.bytes.toString('utf8')) as JsonObject);
  const frames = FRAMINGS[framing].decoder().push(answer.bytes);
  const decoder = stream.decoder();
  return frames.flatMap((frame) => decoder.push(frame));
}

function messageOf({ role, parts }: Message): object {
  return { role, parts: parts.map(partOf) };
}

function partOf(part: Part): object {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', content: part.text };
    case 'reasoning':
      return { type: 'reasoning', content: part.text };
    case 'tool_call':
      return { type: 'tool_call', id: part.id, name: part.name, arguments: part.arguments };
    case 'tool_result':
      return {
        type: 'tool_call_response',
        id: part.id,
        response: part.content.map((item) => (item.type === 'text' ? item.text : item.kind)).join(''),
      };
    case 'media':
      return { type: part.kind };
    case 'opaque':
      return { type: 'opaque' };
  }
}

interface Block {
  readonly choice: number;
  readonly part: Record<string, string>;
}

/** One message for each choice, its blocks put together from their pieces. */
function answersOf(events: readonly ChatEvent[]): readonly object[] {
  const blocks = new Map<string, Block>();
  const reasons = new Map<number, string>();
  for (const event of events) {
    if (event.type === 'finish') reasons.set(event.choice, event.reason);
    else if ('block' in event) addPiece(blocks, event);
  }
  const choices = new Set([...[...blocks.values()].map(({ choice }) => choice), ...reasons.keys()]);
  return [...choices].map((choice) => ({
    role: 'assistant',
    parts: [...blocks.values()].filter((block) => block.choice === choice).map(({ part }) => part),
    ...(reasons.has(choice) ? { finish_reason: reasons.get(choice) } : {}),
  }));
}

function addPiece(blocks: Map<string, Block>, event: Extract<ChatEvent, { readonly block: number }>): void {
  const key = `${event.choice} ${event.block}`;
  const part = grown(event, blocks.get(key)?.part ?? {});
  if (part !== undefined) blocks.set(key, { choice: event.choice, part });
}

/** What a block is with one more piece; undefined for pieces that are not told of. */
function grown(event: Extract<ChatEvent, { readonly block: number }>, known: Record<string, string>): Record<string, string> | undefined {
  switch (event.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', content: (known['content'] ?? '') + event.text };
    case 'reasoning':
      return { type: 'reasoning', content: (known['content'] ?? '') + event.text };
    case 'tool_call':
      return { type: 'tool_call', id: event.id, name: event.name, arguments: event.arguments };
    case 'tool_arguments':
      return { ...known, arguments: (known['arguments'] ?? '') + event.text };
    case 'media':
      return { type: event.kind };
    default:
      return undefined;
  }
}
