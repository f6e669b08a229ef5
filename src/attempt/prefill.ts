import { isObject } from '../dialects/read.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { ChatRequest } from '../ir/request.ts';
import type { Prefill } from '../providers/provider.ts';

/**
 * What of a broken answer a target is asked to go on from; undefined where it cannot, and is asked anew. Hosts refuse a beginning that
 * ends with white space, and one of an answer that is to be thought about, or kept to a schema, first.
 */
export function beginningOf(delivered: string, prefill: Prefill, { model, reasoning, format }: ChatRequest): string | undefined {
  if (prefill.models?.test(model) === false || format !== undefined) return undefined;
  const isToThink = reasoning !== undefined && reasoning.mode !== 'disabled' && reasoning.effort !== 'none';
  const beginning = delivered.trimEnd();
  return isToThink || beginning === '' ? undefined : beginning;
}

/** The request with the beginning of its answer at the end of the conversation. */
export function goingOnFrom(request: ChatRequest, beginning: string): ChatRequest {
  return { ...request, messages: [...request.messages, { role: 'assistant', parts: [{ type: 'text', text: beginning }] }] };
}

/** The wire request with what the host calls the last message of such a conversation. */
export function withMark(wire: JsonObject, mark: JsonObject | undefined): JsonObject {
  const messages = wire['messages'];
  if (mark === undefined || !Array.isArray(messages)) return wire;
  return {
    ...wire,
    messages: messages.map((message: Json, i) => (i === messages.length - 1 && isObject(message) ? { ...message, ...mark } : message)),
  };
}
