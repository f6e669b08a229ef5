import type { Json, JsonObject } from '../../ir/json.ts';
import { isObject } from '../read.ts';

interface NumberedCall {
  readonly choice: number;
  /** As the host numbered it. */
  readonly given: number | undefined;
  readonly id: string;
  readonly index: number;
}

/** Which tool call has which index, in one stream. */
export class CallNumbers {
  readonly #calls: NumberedCall[] = [];

  /** The index of the call that a piece belongs to, and whether the piece is its first. */
  find(choice: number, given: number | undefined, { id, name }: { readonly id: string; readonly name: string }): { index: number; isFirst: boolean } {
    const calls = this.#calls.filter((call) => call.choice === choice);
    const known = calls.findLast((call) => {
      if (given !== undefined && call.given !== given) return false;
      return id === '' ? given !== undefined || name === '' : call.id === id;
    });
    if (known !== undefined) return { index: known.index, isFirst: false };
    const taken = calls.some((call) => call.index === given);
    const index = given === undefined || taken ? calls.length : given;
    this.#calls.push({ choice, given, id, index });
    return { index, isFirst: true };
  }
}

/** Where in an answer a tool call stands. */
export interface CallPlace {
  /** Undefined in a whole message, where every entry is a call and none has an index. */
  readonly numbers: CallNumbers | undefined;
  /** What the ids of tool calls are made from where the host gives none. */
  readonly seed: string;
  readonly choice: number;
}

/** Gives every tool call of a stream an index of its own, its first piece an id and a type, and arguments the form of text. */
export function repairToolCalls(answer: JsonObject, place: CallPlace): JsonObject {
  if (!Array.isArray(answer.tool_calls)) return answer;
  const calls: readonly Json[] = answer.tool_calls;
  const mended = calls.map((call, position) => (isObject(call) ? repairCall(call, place, position) : call));
  return mended.some((call, position) => call !== calls[position]) ? { ...answer, tool_calls: mended } : answer;
}

function repairCall(call: JsonObject, { numbers, seed, choice }: CallPlace, position: number): JsonObject {
  const body = isObject(call.function) ? call.function : {};
  const id = wordOf(call.id);
  const name = wordOf(body.name);
  const given = typeof call.index === 'number' ? call.index : undefined;
  const { index, isFirst } = numbers?.find(choice, given, { id, name }) ?? { index: position, isFirst: true };
  const changed: Record<string, Json | undefined> = {};
  if (numbers !== undefined && given !== index) changed.index = index;
  if (isFirst && name !== '') Object.assign(changed, missing(call, `call_${seed.replaceAll(/[^\w-]/g, '')}_${choice}_${index}`));
  if (typeof body.arguments === 'object') changed.function = { ...body, arguments: body.arguments === null ? '' : JSON.stringify(body.arguments) };
  return Object.keys(changed).length === 0 ? call : { ...call, ...changed };
}

function missing(call: JsonObject, id: string): JsonObject {
  const named = wordOf(call.id) === '' ? { id } : {};
  return call.type === undefined && isObject(call.function) ? { ...named, type: 'function' } : named;
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
