import { COMMENT, EventCutter } from '../api/event-stream.ts';
import { answerOf, NOTHING, withEvent, type Answer } from './answer.ts';

/** A message of a request, in whatever dialect it was sent. */
export interface Said {
  readonly role: string;
  readonly text: string;
  readonly images: readonly string[];
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
}

type Any = { readonly [name: string]: any };

/** The body as JSON, where it is kept as text. */
export function bodyOf(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** The conversation that a request sent, system prompt first. */
export function saidIn(request: unknown): readonly Said[] {
  const body = bodyOf(request) as Any | null;
  if (typeof body !== 'object' || body === null) return [];
  const system = body['system'] ?? body['instructions'] ?? body['systemInstruction']?.['parts'];
  const input = body['messages'] ?? body['contents'] ?? body['input'] ?? body['prompt'] ?? [];
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  return [...(system === undefined ? [] : [saidOf({ role: 'system', content: system })]), ...list.map(saidOf)];
}

function saidOf(given: unknown): Said {
  if (typeof given !== 'object' || given === null) return { role: 'user', text: String(given), images: [], calls: [] };
  const message = given as Any;
  const content = message['content'] ?? message['parts'] ?? message['output'] ?? message['text'] ?? '';
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content];
  const wireCalls: readonly Any[] = message['tool_calls'] ?? (message['type'] === 'function_call' ? [message] : []);
  const calls = wireCalls.map((call) => ({ name: call['function']?.['name'] ?? call['name'] ?? '', arguments: call['function']?.['arguments'] ?? call['arguments'] ?? '' }));
  return {
    role: message['role'] ?? (message['type'] === 'function_call_output' ? 'tool' : 'user'),
    text: parts.map(textOfPart).filter(Boolean).join('\n'),
    images: parts.flatMap(imageOfPart),
    calls: [...calls, ...parts.flatMap(callOfPart)],
  };
}

function textOfPart(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part !== 'object' || part === null) return '';
  const { text, content, functionResponse } = part as Any;
  if (typeof text === 'string') return text;
  if (functionResponse !== undefined) return JSON.stringify(functionResponse);
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map(textOfPart).join('\n') : '';
}

/** Pictures that came with the message itself; addresses elsewhere are not fetched. */
function imageOfPart(part: unknown): string[] {
  const { image_url: image, source, inlineData } = (typeof part === 'object' && part !== null ? part : {}) as Any;
  const url: unknown = typeof image === 'string' ? image : image?.['url'];
  if (typeof url === 'string' && url.startsWith('data:image/')) return [url];
  if (source?.['type'] === 'base64') return [`data:${source['media_type']};base64,${source['data']}`];
  return inlineData === undefined ? [] : [`data:${inlineData['mimeType']};base64,${inlineData['data']}`];
}

function callOfPart(part: unknown): { readonly name: string; readonly arguments: string }[] {
  const { type, name, input, functionCall } = (typeof part === 'object' && part !== null ? part : {}) as Any;
  if (type === 'tool_use') return [{ name, arguments: JSON.stringify(input) }];
  return functionCall === undefined ? [] : [{ name: functionCall['name'], arguments: JSON.stringify(functionCall['args'] ?? {}) }];
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
