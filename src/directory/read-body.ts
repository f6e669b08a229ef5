import type { JsonObject } from '../ir/json.ts';

/** Text of a member; undefined where there is none. */
export function textOf(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}

/** A list of texts; undefined where there is none. */
export function textsOf(body: JsonObject, name: string): readonly string[] | undefined {
  const value = body[name];
  return Array.isArray(value) ? (value as readonly unknown[]).filter((item) => typeof item === 'string') : undefined;
}

/** A list of objects; empty where there is none. */
export function objectsOf(body: JsonObject, name: string): readonly JsonObject[] {
  const value = body[name];
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

/** A time in milliseconds since the epoch; undefined where there is none. */
export function timeOf(body: JsonObject, name: string): number | undefined {
  const text = textOf(body, name);
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** Something that is over at a time: at that moment it is. */
export function isOver(until: number | undefined, now: number): boolean {
  return until !== undefined && now >= until;
}
