import type { Usage } from '../api/types.ts';
import type { Answer, ToolCall } from './answer.ts';
import { canonicalEvent } from './canonical.ts';
import { at, contentText, listAt, numberAt, optionalNumber, optionalText, textAt } from './read.ts';

type EventReader = (answer: Answer, event: unknown) => Answer | undefined;

/** What of a stream each dialect says; a reader answers undefined to what is not its own. */
export const READERS: readonly EventReader[] = [openaiChunk, anthropicEvent, responsesEvent, geminiChunk, canonicalEvent];

/** A chunk of OpenAI's chat completions, or a whole one. */
export function openaiChunk(answer: Answer, event: unknown): Answer | undefined {
  if (!Array.isArray(at(event, 'choices'))) return undefined;
  const choice = listAt(event, 'choices').find((one) => numberAt(one, 'index') === 0);
  const delta = at(choice, 'delta') ?? at(choice, 'message');
  const usage = at(event, 'usage');
  return {
    ...answer,
    model: optionalText(event, 'model') ?? answer.model,
    text: answer.text + contentText(at(delta, 'content') ?? at(choice, 'text')),
    reasoning: answer.reasoning + (optionalText(delta, 'reasoning_content') ?? textAt(delta, 'reasoning')),
    tools: listAt(delta, 'tool_calls').reduce<readonly ToolCall[]>(withToolDelta, answer.tools),
    finish: optionalText(choice, 'finish_reason') ?? answer.finish,
    ...(usage === undefined ? {} : { usage: openaiUsage(usage), cost: optionalNumber(usage, 'cost') ?? answer.cost }),
  };
}

function withToolDelta(tools: readonly ToolCall[], delta: unknown, i: number): readonly ToolCall[] {
  const place = optionalNumber(delta, 'index') ?? i;
  const old = tools[place] ?? { id: '', name: '', arguments: '' };
  const next = {
    id: optionalText(delta, 'id') ?? old.id,
    name: old.name + textAt(delta, 'function', 'name'),
    arguments: old.arguments + textAt(delta, 'function', 'arguments'),
  };
  return place < tools.length ? tools.with(place, next) : [...tools, next];
}

function openaiUsage(usage: unknown): Usage {
  const cached = numberAt(usage, 'prompt_tokens_details', 'cached_tokens');
  const prompt = numberAt(usage, 'prompt_tokens');
  const output = numberAt(usage, 'completion_tokens');
  return {
    input: prompt - cached,
    cache_read: cached,
    output,
    reasoning: numberAt(usage, 'completion_tokens_details', 'reasoning_tokens'),
    total: optionalNumber(usage, 'total_tokens') ?? prompt + output,
  };
}

/** Usage as Anthropic counts it, and OpenAI in its responses; what is not said stays as it was. */
export function anthropicUsage(usage: unknown, old: Usage = {}): Usage {
  const input = optionalNumber(usage, 'input_tokens') ?? old.input ?? 0;
  const output = optionalNumber(usage, 'output_tokens') ?? old.output ?? 0;
  const read = optionalNumber(usage, 'cache_read_input_tokens') ?? old.cache_read ?? 0;
  const write = optionalNumber(usage, 'cache_creation_input_tokens') ?? old.cache_write ?? 0;
  return { input, output, cache_read: read, cache_write: write, total: input + output + read + write };
}

const ANTHROPIC: Readonly<Record<string, (answer: Answer, event: unknown) => Answer>> = {
  message_start: (answer, event) => ({
    ...answer,
    model: optionalText(event, 'message', 'model'),
    usage: anthropicUsage(at(event, 'message', 'usage')),
  }),
  content_block_start: (answer, event) => {
    const block = at(event, 'content_block');
    if (textAt(block, 'type') !== 'tool_use') return answer;
    return { ...answer, tools: [...answer.tools, { id: textAt(block, 'id'), name: textAt(block, 'name'), arguments: '' }] };
  },
  content_block_delta: (answer, event) => ({
    ...answer,
    text: answer.text + textAt(event, 'delta', 'text'),
    reasoning: answer.reasoning + textAt(event, 'delta', 'thinking'),
    tools: withArguments(answer.tools, textAt(event, 'delta', 'partial_json')),
  }),
  message_delta: (answer, event) => ({
    ...answer,
    finish: optionalText(event, 'delta', 'stop_reason') ?? answer.finish,
    usage: anthropicUsage(at(event, 'usage'), answer.usage),
  }),
};

function anthropicEvent(answer: Answer, event: unknown): Answer | undefined {
  return ANTHROPIC[textAt(event, 'type')]?.(answer, event);
}

/** Tool calls with a piece put to the arguments of the last one. */
function withArguments(tools: readonly ToolCall[], piece: string): readonly ToolCall[] {
  const last = tools.at(-1);
  return last === undefined || piece === '' ? tools : [...tools.slice(0, -1), { ...last, arguments: last.arguments + piece }];
}

function withReasoning(answer: Answer, event: unknown): Answer {
  return { ...answer, reasoning: answer.reasoning + textAt(event, 'delta') };
}

function withResponse(answer: Answer, event: unknown): Answer {
  return { ...answer, ...wholeResponse(at(event, 'response')) };
}

const RESPONSES: Readonly<Record<string, (answer: Answer, event: unknown) => Answer>> = {
  'response.output_text.delta': (answer, event) => ({ ...answer, text: answer.text + textAt(event, 'delta') }),
  'response.reasoning_summary_text.delta': withReasoning,
  'response.reasoning_text.delta': withReasoning,
  'response.completed': withResponse,
  'response.incomplete': withResponse,
  'response.failed': withResponse,
};

function responsesEvent(answer: Answer, event: unknown): Answer | undefined {
  return RESPONSES[textAt(event, 'type')]?.(answer, event);
}

/** A response of OpenAI's Responses API. */
export function wholeResponse(body: unknown): Partial<Answer> {
  const items = listAt(body, 'output');
  const usage = at(body, 'usage');
  const error = optionalText(body, 'error', 'message');
  return {
    text: items.map((item) => (textAt(item, 'type') === 'message' ? contentText(at(item, 'content')) : '')).join(''),
    tools: items
      .filter((item) => textAt(item, 'type') === 'function_call')
      .map((item) => ({ id: textAt(item, 'call_id'), name: textAt(item, 'name'), arguments: textAt(item, 'arguments') })),
    finish: optionalText(body, 'status'),
    model: optionalText(body, 'model'),
    ...(usage === undefined ? {} : { usage: anthropicUsage(usage) }),
    ...(error === undefined ? {} : { error }),
  };
}

/** A chunk of Gemini's, or a whole answer. */
export function geminiChunk(answer: Answer, event: unknown): Answer | undefined {
  const usage = at(event, 'usageMetadata');
  if (!Array.isArray(at(event, 'candidates')) && usage === undefined) return undefined;
  const candidate = at(event, 'candidates', 0);
  const parts = listAt(candidate, 'content', 'parts');
  const join = (isThought: boolean): string => contentText(parts.filter((part) => (at(part, 'thought') === true) === isThought));
  const calls = parts.flatMap((part) => at(part, 'functionCall') ?? []);
  return {
    ...answer,
    model: optionalText(event, 'modelVersion') ?? answer.model,
    text: answer.text + join(false),
    reasoning: answer.reasoning + join(true),
    tools: [
      ...answer.tools,
      ...calls.map((call) => ({ id: textAt(call, 'id'), name: textAt(call, 'name'), arguments: JSON.stringify(at(call, 'args') ?? {}) })),
    ],
    finish: optionalText(candidate, 'finishReason') ?? answer.finish,
    ...(usage === undefined ? {} : { usage: geminiUsage(usage) }),
  };
}

function geminiUsage(usage: unknown): Usage {
  return { input: numberAt(usage, 'promptTokenCount'), output: numberAt(usage, 'candidatesTokenCount'), total: numberAt(usage, 'totalTokenCount') };
}
