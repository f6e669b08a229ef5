import type { JsonObject, Usage } from '../api/types.ts';
import { canonicalEvent } from './canonical.ts';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

/** What has come of an answer so far. */
export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  readonly tools: readonly ToolCall[];
  readonly finish?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly cost?: number | undefined;
  readonly model?: string | undefined;
  readonly error?: string | undefined;
}

export const NOTHING: Answer = { text: '', reasoning: '', tools: [] };

type Any = { readonly [name: string]: any };

/** Puts one event of a stream to what came before it, whatever dialect it is in; events that say nothing change nothing. */
export function withEvent(answer: Answer, data: string): Answer {
  const event = parsed(data);
  if (event === undefined) return answer;
  const error = event['error'] ?? (event['type'] === 'error' ? event : undefined);
  if (error !== undefined && error !== null) return { ...answer, error: String((error as Any)['message'] ?? data) };
  for (const read of READERS) {
    const next = read(answer, event);
    if (next !== undefined) return next;
  }
  return answer;
}

/** A whole answer, in whatever dialect. */
export function answerOf(body: unknown): Answer {
  if (typeof body !== 'object' || body === null) return NOTHING;
  const event = body as Any;
  const error = event['error'];
  if (error !== undefined && error !== null) return { ...NOTHING, error: String((error as Any)['message'] ?? JSON.stringify(error)) };
  for (const read of WHOLE) {
    const answer = read(event);
    if (answer !== undefined) return answer;
  }
  return NOTHING;
}

function parsed(data: string): Any | undefined {
  if (data === '[DONE]') return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? (value as Any) : undefined;
  } catch {
    return undefined;
  }
}

const READERS: readonly ((answer: Answer, event: Any) => Answer | undefined)[] = [openaiChunk, anthropicEvent, responsesEvent, geminiChunk, canonicalEvent];

function openaiChunk(answer: Answer, event: Any): Answer | undefined {
  if (!Array.isArray(event['choices'])) return undefined;
  const choice: Any | undefined = event['choices'].find((one: Any) => (one['index'] ?? 0) === 0);
  const delta: Any = choice?.['delta'] ?? choice?.['message'] ?? {};
  return {
    ...answer,
    model: event['model'] ?? answer.model,
    text: answer.text + textOf(delta['content'] ?? choice?.['text']),
    reasoning: answer.reasoning + textOf(delta['reasoning_content'] ?? delta['reasoning']),
    tools: (delta['tool_calls'] ?? []).reduce(withToolDelta, answer.tools),
    finish: choice?.['finish_reason'] ?? answer.finish,
    ...(event['usage'] == null ? {} : { usage: openaiUsage(event['usage']), cost: event['usage']['cost'] ?? answer.cost }),
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: Any) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
}

function withToolDelta(tools: readonly ToolCall[], delta: Any, i: number): readonly ToolCall[] {
  const at: number = delta['index'] ?? i;
  const old = tools[at] ?? { id: '', name: '', arguments: '' };
  const next = { ...old, id: delta['id'] ?? old.id, name: old.name + (delta['function']?.['name'] ?? ''), arguments: old.arguments + (delta['function']?.['arguments'] ?? '') };
  return at < tools.length ? tools.with(at, next) : [...tools, next];
}

function openaiUsage(usage: Any): Usage {
  const cached: number = usage['prompt_tokens_details']?.['cached_tokens'] ?? 0;
  const prompt: number = usage['prompt_tokens'] ?? 0;
  const reasoning: number | undefined = usage['completion_tokens_details']?.['reasoning_tokens'];
  return {
    input: prompt - cached,
    cache_read: cached,
    output: usage['completion_tokens'] ?? 0,
    total: usage['total_tokens'] ?? prompt + (usage['completion_tokens'] ?? 0),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

function anthropicUsage(usage: Any, old: Usage = {}): Usage {
  const input: number = usage['input_tokens'] ?? old.input ?? 0;
  const output: number = usage['output_tokens'] ?? old.output ?? 0;
  const read: number = usage['cache_read_input_tokens'] ?? old.cache_read ?? 0;
  const write: number = usage['cache_creation_input_tokens'] ?? old.cache_write ?? 0;
  return { input, output, cache_read: read, cache_write: write, total: input + output + read + write };
}

function anthropicEvent(answer: Answer, event: Any): Answer | undefined {
  switch (event['type']) {
    case 'message_start':
      return { ...answer, model: event['message']?.['model'], usage: anthropicUsage(event['message']?.['usage'] ?? {}) };
    case 'content_block_start':
      return event['content_block']?.['type'] === 'tool_use'
        ? { ...answer, tools: [...answer.tools, { id: event['content_block']['id'], name: event['content_block']['name'], arguments: '' }] }
        : answer;
    case 'content_block_delta':
      return anthropicDelta(answer, event['delta'] ?? {});
    case 'message_delta':
      return { ...answer, finish: event['delta']?.['stop_reason'] ?? answer.finish, usage: anthropicUsage(event['usage'] ?? {}, answer.usage) };
    default:
      return undefined;
  }
}

function anthropicDelta(answer: Answer, delta: Any): Answer {
  const last = answer.tools.at(-1);
  const json: string = delta['partial_json'] ?? '';
  return {
    ...answer,
    text: answer.text + (delta['text'] ?? ''),
    reasoning: answer.reasoning + (delta['thinking'] ?? ''),
    tools: last === undefined || json === '' ? answer.tools : answer.tools.with(-1, { ...last, arguments: last.arguments + json }),
  };
}

function responsesEvent(answer: Answer, event: Any): Answer | undefined {
  const delta: string = typeof event['delta'] === 'string' ? event['delta'] : '';
  switch (event['type']) {
    case 'response.output_text.delta':
      return { ...answer, text: answer.text + delta };
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return { ...answer, reasoning: answer.reasoning + delta };
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
      return { ...answer, ...wholeResponse(event['response'] ?? {}) };
    default:
      return undefined;
  }
}

function geminiChunk(answer: Answer, event: Any): Answer | undefined {
  if (!Array.isArray(event['candidates']) && event['usageMetadata'] === undefined) return undefined;
  const candidate: Any = event['candidates']?.[0] ?? {};
  const parts: readonly Any[] = candidate['content']?.['parts'] ?? [];
  const join = (isThought: boolean): string => parts.filter((part) => (part['thought'] === true) === isThought).map((part) => part['text'] ?? '').join('');
  const calls = parts.flatMap((part) => (part['functionCall'] === undefined ? [] : [part['functionCall'] as Any]));
  const usage: Any | undefined = event['usageMetadata'];
  return {
    ...answer,
    model: event['modelVersion'] ?? answer.model,
    text: answer.text + join(false),
    reasoning: answer.reasoning + join(true),
    tools: [...answer.tools, ...calls.map((call) => ({ id: call['id'] ?? '', name: call['name'] ?? '', arguments: JSON.stringify(call['args'] ?? {}) }))],
    finish: candidate['finishReason'] ?? answer.finish,
    ...(usage === undefined ? {} : { usage: { input: usage['promptTokenCount'] ?? 0, output: usage['candidatesTokenCount'] ?? 0, total: usage['totalTokenCount'] ?? 0 } }),
  };
}

const WHOLE: readonly ((body: Any) => Answer | undefined)[] = [
  (body) => openaiChunk(NOTHING, body),
  wholeAnthropic,
  (body) => (Array.isArray(body['output']) ? { ...NOTHING, ...wholeResponse(body) } : undefined),
  (body) => geminiChunk(NOTHING, body),
  wholeOther,
];

function wholeAnthropic(body: Any): Answer | undefined {
  if (body['type'] !== 'message' || !Array.isArray(body['content'])) return undefined;
  const blocks: readonly Any[] = body['content'];
  return {
    text: blocks.map((block) => (block['type'] === 'text' ? block['text'] : '')).join(''),
    reasoning: blocks.map((block) => block['thinking'] ?? '').join(''),
    tools: blocks.flatMap((block) => (block['type'] === 'tool_use' ? [{ id: block['id'], name: block['name'], arguments: JSON.stringify(block['input']) }] : [])),
    finish: body['stop_reason'],
    model: body['model'],
    usage: anthropicUsage(body['usage'] ?? {}),
  };
}

function wholeResponse(body: Any): Partial<Answer> {
  const items: readonly Any[] = body['output'] ?? [];
  const usage: Any | undefined = body['usage'] ?? undefined;
  const error: Any | undefined = body['error'] ?? undefined;
  return {
    text: items.map((item) => (item['type'] === 'message' ? textOf(item['content']) : '')).join(''),
    tools: items.flatMap((item) => (item['type'] === 'function_call' ? [{ id: item['call_id'] ?? '', name: item['name'] ?? '', arguments: item['arguments'] ?? '' }] : [])),
    finish: body['status'],
    model: body['model'],
    ...(usage === undefined ? {} : { usage: anthropicUsage(usage) }),
    ...(error === undefined ? {} : { error: String(error['message']) }),
  };
}

/** Cohere's, Bedrock's: a message with content. */
function wholeOther(body: Any): Answer | undefined {
  const message: Any | undefined = body['message'] ?? body['output']?.['message'];
  return message === undefined ? undefined : { ...NOTHING, text: textOf(message['content']) };
}

/** The JSON of a tool call's arguments, for people; as written where it is none. */
export function prettyArguments(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text) as JsonObject, null, 2);
  } catch {
    return text;
  }
}
