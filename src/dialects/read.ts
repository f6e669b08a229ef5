import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';

/** True for a JSON object: not null, not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The error for a field that is not what the dialect says it is. `path` as in `messages[2].content`. */
export function unexpected(path: string, expected: string, value: unknown): GatewayError {
  return new GatewayError('invalid_request', `${path}: expected ${expected}, got ${describe(value)}`, { param: path });
}

export function requireObject(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw unexpected(path, 'an object', value);
  return value;
}

export function requireArray(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unexpected(path, 'a list', value);
  return value;
}

export function requireString(value: unknown, path: string): string {
  if (typeof value !== 'string') throw unexpected(path, 'a string', value);
  return value;
}

/** Undefined for an absent or null member, else a string or an error. */
export function optionalString(value: unknown, path: string): string | undefined {
  return value === undefined || value === null ? undefined : requireString(value, path);
}

/** Undefined for an absent or null member, else a finite number or an error. */
export function optionalNumber(value: unknown, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unexpected(path, 'a number', value);
  return value;
}

/** Undefined for an absent or null member, else a boolean or an error. */
export function optionalBoolean(value: unknown, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw unexpected(path, 'true or false', value);
  return value;
}

/** Empty for an absent or null member, else a list or an error. */
export function optionalArray(value: unknown, path: string): readonly unknown[] {
  return value === undefined || value === null ? [] : requireArray(value, path);
}

/** The members of `source` whose names are not in `known`, without absent ones. */
export function remainder(source: JsonObject, known: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(source).filter(([key, value]) => value !== undefined && !known.has(key)));
}

/** Parses JSON text leniently: undefined where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : typeof value === 'object' ? 'an object' : String(value);
}

/** Whether a value has more levels than that: what follows it all the way down would run out of stack. */
export function depthExceeds(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((member) => depthExceeds(member, limit - 1));
}
