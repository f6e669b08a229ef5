import type { Json, JsonObject } from '../../ir/json.ts';
import { isObject } from '../read.ts';

interface NumberedCall {
  readonly choice: number;
  /** As the host numbered it. */
  readonly given: number | undefined;
  readonly id: string;
  readonly index: number;
}

/** What a piece of a call says that it is of; empty where it does not. */
interface Names {
  readonly id: string;
  readonly name: string;
}

interface Found {
  readonly index: number;
  readonly isFirst: boolean;
  readonly isLate: boolean;
}

/** Which tool call has which index, in one stream. */
export class CallNumbers {
  readonly #calls: NumberedCall[] = [];

  /** The index of the call that a piece belongs to, whether the piece is its first, and whether it brings an id to a call that was given one. */
  find(choice: number, given: number | undefined, { id, name }: Names): Found {
    const calls = this.#calls.filter((call) => call.choice === choice);
    const alike = calls.filter((call) => given === undefined || call.given === given);
    const known = id === '' ? (given !== undefined || name === '' ? alike.at(-1) : undefined) : alike.findLast((call) => call.id === id);
    if (known !== undefined) return { index: known.index, isFirst: false, isLate: false };
    const nameless = name === '' ? alike.findLast((call) => call.id === '') : undefined;
    if (nameless !== undefined) return { index: nameless.index, isFirst: false, isLate: true };
    const taken = calls.some((call) => call.index === given);
    const index = given === undefined || taken ? calls.length : given;
    this.#calls.push({ choice, given, id, index });
    return { index, isFirst: true, isLate: false };
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
  if (isObject(answer.tool_calls)) return repairToolCalls({ ...answer, tool_calls: [answer.tool_calls] }, place);
  if (!Array.isArray(answer.tool_calls)) return answer;
  const calls: readonly Json[] = answer.tool_calls;
  const mended = calls.map((call, position) => (isObject(call) ? repairCall(call, place, position) : call));
  return mended.some((call, position) => call !== calls[position]) ? { ...answer, tool_calls: mended } : answer;
}

function repairCall(call: JsonObject, { numbers, seed, choice }: CallPlace, position: number): JsonObject {
  const body = isObject(call.function) ? call.function : {};
  const names = { id: wordOf(call.id), name: wordOf(body.name) };
  const given = typeof call.index === 'number' ? call.index : undefined;
  const { index, isFirst, isLate } = numbers?.find(choice, given, names) ?? { index: position, isFirst: true, isLate: false };
  const changed: JsonObject = {
    ...(numbers !== undefined && given !== index && { index }),
    ...(isFirst && names.name !== '' && missing(call, `call_${seed.replaceAll(/[^\w-]/g, '')}_${choice}_${index}`)),
    ...(typeof body.arguments === 'object' && { function: { ...body, arguments: textOfObject(body.arguments) } }),
  };
  if (isLate) return { ...without(call, 'id'), ...changed };
  return Object.keys(changed).length === 0 ? call : { ...call, ...changed };
}

function textOfObject(value: Json): string {
  return value === null ? '' : JSON.stringify(value);
}

function without(call: JsonObject, member: string): JsonObject {
  return Object.fromEntries(Object.entries(call).filter(([name]) => name !== member));
}

function missing(call: JsonObject, id: string): JsonObject {
  const named = wordOf(call.id) === '' ? { id } : {};
  return call.type === undefined && isObject(call.function) ? { ...named, type: 'function' } : named;
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
