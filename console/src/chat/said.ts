import { COMMENT, EventCutter } from '../api/event-stream.ts';
import { answerOf, NOTHING, withEvent, type Answer } from './answer.ts';
import { at, listAt, optionalText, parsed, textAt } from './read.ts';

/** A message of a request, in whatever dialect it was sent. */
export interface Said {
  readonly role: string;
  readonly text: string;
  readonly images: readonly string[];
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
}

/** The body as JSON, where it is kept as text. */
export function bodyOf(body: unknown): unknown {
  return typeof body === 'string' ? (parsed(body) ?? body) : body;
}

/** The conversation that a request sent, system prompt first. */
export function saidIn(request: unknown): readonly Said[] {
  const body = bodyOf(request);
  const system = at(body, 'system') ?? at(body, 'instructions') ?? at(body, 'systemInstruction', 'parts');
  const input = at(body, 'messages') ?? at(body, 'contents') ?? at(body, 'input') ?? at(body, 'prompt') ?? [];
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  return [...(system === undefined ? [] : [saidOf({ role: 'system', content: system })]), ...list.map(saidOf)];
}

function saidOf(message: unknown): Said {
  if (typeof message !== 'object') return { role: 'user', text: String(message), images: [], calls: [] };
  const content = at(message, 'content') ?? at(message, 'parts') ?? at(message, 'output') ?? at(message, 'text') ?? '';
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content];
  const type = textAt(message, 'type');
  const calls = type === 'function_call' ? [message] : listAt(message, 'tool_calls');
  return {
    role: optionalText(message, 'role') ?? (type === 'function_call_output' ? 'tool' : 'user'),
    text: parts.map(textOfPart).filter(Boolean).join('\n'),
    images: parts.flatMap(imageOfPart),
    calls: [...calls.map(wireCall), ...parts.flatMap(callOfPart)],
  };
}

function wireCall(call: unknown): Said['calls'][number] {
  const body = at(call, 'function') ?? call;
  return { name: textAt(body, 'name'), arguments: textAt(body, 'arguments') };
}

function textOfPart(part: unknown): string {
  if (typeof part === 'string') return part;
  const text = optionalText(part, 'text');
  if (text !== undefined) return text;
  const result = at(part, 'functionResponse');
  if (result !== undefined) return JSON.stringify(result);
  return optionalText(part, 'content') ?? listAt(part, 'content').map(textOfPart).join('\n');
}

/** Pictures that came with the message itself; addresses elsewhere are not fetched. */
function imageOfPart(part: unknown): string[] {
  const url = optionalText(part, 'image_url') ?? optionalText(part, 'image_url', 'url');
  if (url?.startsWith('data:image/') === true) return [url];
  if (textAt(part, 'source', 'type') === 'base64') return [`data:${textAt(part, 'source', 'media_type')};base64,${textAt(part, 'source', 'data')}`];
  const inline = at(part, 'inlineData');
  return inline === undefined ? [] : [`data:${textAt(inline, 'mimeType')};base64,${textAt(inline, 'data')}`];
}

function callOfPart(part: unknown): Said['calls'] {
  if (textAt(part, 'type') === 'tool_use') return [{ name: textAt(part, 'name'), arguments: JSON.stringify(at(part, 'input') ?? {}) }];
  const call = at(part, 'functionCall');
  return call === undefined ? [] : [{ name: textAt(call, 'name'), arguments: JSON.stringify(at(call, 'args') ?? {}) }];
}

/** The events of a streamed answer that is kept as it was sent; none where it was not streamed. */
export function eventsIn(response: unknown): readonly string[] {
  if (Array.isArray(response) && response.every((one) => typeof one === 'object')) return response.map((one) => JSON.stringify(one));
  if (typeof response !== 'string' || !/^(?:data|event|:)/m.test(response)) return [];
  const cutter = new EventCutter();
  return [...cutter.push(response), ...cutter.end()].flatMap(({ event, data }) => (event === COMMENT ? [] : [data]));
}

/** What a response said, streamed or whole. */
export function answerIn(response: unknown): Answer {
  const events = eventsIn(response);
  if (events.length > 0) return events.reduce(withEvent, NOTHING);
  const body = bodyOf(response);
  return typeof body === 'string' ? { ...NOTHING, text: body } : answerOf(body);
}
