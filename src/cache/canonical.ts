import type { Json, JsonObject } from '../ir/json.ts';

/** JSON text that is the same for equal values, whatever the order of their members. */
export function canonicalJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  return membersOf(value as JsonObject, NONE);
}

/** The same of an object without some of its members. */
export function canonicalWithout(object: JsonObject, omitted: ReadonlySet<string>): string {
  return membersOf(object, omitted);
}

const NONE: ReadonlySet<string> = new Set();

function membersOf(object: JsonObject, omitted: ReadonlySet<string>): string {
  let text = '';
  for (const name of Object.keys(object).sort()) {
    const value = object[name];
    if (value === undefined || omitted.has(name)) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(value)}`;
  }
  return `{${text}}`;
}
