import type { Usage } from '../api/types.ts';
import { at, contentText, listAt, optionalText, parsed, textAt } from './read.ts';
import { anthropicUsage, geminiChunk, openaiChunk, READERS, wholeResponse } from './events.ts';

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

/** Puts one event of a stream to what came before it, whatever dialect it is in; events that say nothing change nothing. */
export function withEvent(answer: Answer, data: string): Answer {
  const event = parsed(data);
  if (typeof event !== 'object' || event === null) return answer;
  const error = errorIn(event) ?? (textAt(event, 'type') === 'error' ? (optionalText(event, 'message') ?? data) : undefined);
  if (error !== undefined) return { ...answer, error };
  for (const read of READERS) {
    const next = read(answer, event);
    if (next !== undefined) return next;
  }
  return answer;
}

/** A whole answer, in whatever dialect. */
export function answerOf(body: unknown): Answer {
  const error = errorIn(body);
  if (error !== undefined) return { ...NOTHING, error };
  for (const read of WHOLE) {
    const answer = read(body);
    if (answer !== undefined) return answer;
  }
  return NOTHING;
}

function errorIn(body: unknown): string | undefined {
  const error = at(body, 'error');
  if (error === undefined) return undefined;
  return optionalText(error, 'message') ?? optionalText(error) ?? JSON.stringify(error);
}

const WHOLE: readonly ((body: unknown) => Answer | undefined)[] = [
  (body) => openaiChunk(NOTHING, body),
  wholeAnthropic,
  (body) => (Array.isArray(at(body, 'output')) ? { ...NOTHING, ...wholeResponse(body) } : undefined),
  (body) => geminiChunk(NOTHING, body),
  wholeOther,
];

function wholeAnthropic(body: unknown): Answer | undefined {
  if (textAt(body, 'type') !== 'message') return undefined;
  const blocks = listAt(body, 'content');
  return {
    text: contentText(blocks),
    reasoning: blocks.map((block) => textAt(block, 'thinking')).join(''),
    tools: blocks
      .filter((block) => textAt(block, 'type') === 'tool_use')
      .map((block) => ({ id: textAt(block, 'id'), name: textAt(block, 'name'), arguments: JSON.stringify(at(block, 'input') ?? {}) })),
    finish: optionalText(body, 'stop_reason'),
    model: optionalText(body, 'model'),
    usage: anthropicUsage(at(body, 'usage')),
  };
}

/** Cohere's, Bedrock's: a message with content. */
function wholeOther(body: unknown): Answer | undefined {
  const message = at(body, 'message') ?? at(body, 'output', 'message');
  return message === undefined ? undefined : { ...NOTHING, text: contentText(at(message, 'content')) };
}

/** The beginning of an answer, as if no more than a share of it had come: thoughts first, then text, then tool calls. */
export function beginningOf(answer: Answer, share: number): Answer {
  if (share >= 1) return answer;
  const { reasoning, text, tools } = answer;
  const lengths = [reasoning, text, ...tools.map(({ arguments: given }) => given)].map(({ length }) => length);
  let left = Math.ceil(lengths.reduce((sum, length) => sum + length, 0) * share);
  const take = (piece: string): string => {
    const taken = piece.slice(0, Math.max(0, left));
    left -= piece.length;
    return taken;
  };
  return {
    ...answer,
    reasoning: take(reasoning),
    text: take(text),
    tools: tools.flatMap((tool) => (left <= 0 ? [] : [{ ...tool, arguments: take(tool.arguments) }])),
    error: undefined,
  };
}

/** The JSON of a tool call's arguments, for people; as written where it is none. */
export function prettyArguments(text: string): string {
  const value = parsed(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}
