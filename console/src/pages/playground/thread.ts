import type { Json, JsonObject } from '../../api/types.ts';
import type { Answer } from '../../chat/answer.ts';

/** How an attempt at an answer went. */
export interface Run {
  readonly answer: Answer;
  readonly status?: number | undefined;
  readonly isOver: boolean;
  /** Milliseconds to the first content, and in all. */
  readonly firstMs?: number | undefined;
  readonly ms?: number | undefined;
  readonly callId?: string | undefined;
  readonly provider?: string | undefined;
  readonly cache?: string | undefined;
  readonly cost?: number | null | undefined;
}

/** One turn of a conversation. */
export type Turn =
  | { readonly role: 'user'; readonly text: string; readonly images: readonly string[] }
  | { readonly role: 'tool'; readonly results: readonly { readonly id: string; readonly text: string }[] }
  | { readonly role: 'assistant'; readonly run: Run };

/** What all columns are asked with. */
export interface Settings {
  readonly system: string;
  readonly temperature: string;
  readonly maxTokens: string;
  readonly topP: string;
  readonly effort: string;
  readonly isStreamed: boolean;
  /** A JSON list of tools, or nothing. */
  readonly tools: string;
  /** A JSON schema of the answer, or nothing. */
  readonly schema: string;
}

export const DEFAULTS: Settings = { system: '', temperature: '', maxTokens: '', topP: '', effort: '', isStreamed: true, tools: '', schema: '' };

/** Where a column sends: a saved config (`pc-…`), a saved provider (`@slug`), or a provider by its name; and the model. */
export interface Column {
  readonly target: string;
  readonly model: string;
}

/** `target~model`, as the address holds it. */
export function columnText({ target, model }: Column): string {
  return `${target}~${model}`;
}

/** The column that a text stands for. */
export function columnOf(text: string): Column {
  const at = text.indexOf('~');
  return at < 0 ? { target: text, model: '' } : { target: text.slice(0, at), model: text.slice(at + 1) };
}

/** Headers that say where a call goes. */
export function headersFor({ target }: Column): Record<string, string> {
  if (target === '') return {};
  return target.startsWith('pc-') ? { 'x-sluice-config': target } : { 'x-sluice-provider': target };
}

/** The conversation in the words of OpenAI's chat format. */
export function messagesFor(system: string, turns: readonly Turn[]): JsonObject[] {
  const messages = turns.flatMap(messagesOf);
  return system.trim() === '' ? messages : [{ role: 'system', content: system }, ...messages];
}

function messagesOf(turn: Turn): JsonObject[] {
  if (turn.role === 'tool') return turn.results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text }));
  if (turn.role === 'user') return [{ role: 'user', content: userContent(turn.text, turn.images) }];
  const { text, tools } = turn.run.answer;
  if (tools.length === 0) return text === '' ? [] : [{ role: 'assistant', content: text }];
  const calls = tools.map((tool) => ({ id: tool.id, type: 'function', function: { name: tool.name, arguments: tool.arguments } }));
  return [{ role: 'assistant', content: text === '' ? null : text, tool_calls: calls }];
}

function userContent(text: string, images: readonly string[]): Json {
  if (images.length === 0) return text;
  return [...(text === '' ? [] : [{ type: 'text', text }]), ...images.map((url) => ({ type: 'image_url', image_url: { url } }))];
}

/** The body of a call; throws where the tools or the schema are no JSON. */
export function bodyFor({ model }: Column, settings: Settings, turns: readonly Turn[]): JsonObject {
  const tools = readPart('Tools', settings.tools);
  const schema = readPart('Schema', settings.schema);
  return {
    model: model === '' ? 'any' : model,
    messages: messagesFor(settings.system, turns),
    ...numberPart('temperature', settings.temperature),
    ...numberPart('top_p', settings.topP),
    ...numberPart('max_tokens', settings.maxTokens),
    ...(settings.effort === '' ? {} : { reasoning_effort: settings.effort }),
    ...(tools === undefined ? {} : { tools }),
    ...(schema === undefined ? {} : { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } }),
    ...(settings.isStreamed ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

function numberPart(name: string, text: string): JsonObject {
  return text.trim() === '' || Number.isNaN(Number(text)) ? {} : { [name]: Number(text) };
}

function readPart(name: string, text: string): Json | undefined {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : 'no JSON'}`, { cause: error });
  }
}
