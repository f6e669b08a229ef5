import type { JsonObject } from '../ir/json.ts';
import { isObject, parseJson } from './read.ts';

/** A tool call's arguments as the object that some dialects demand; what is no JSON object is wrapped rather than lost. */
export function toolInput(call: { readonly arguments: string; readonly custom?: boolean | undefined }): JsonObject {
  if (call.custom === true) return { input: call.arguments };
  const input = parseJson(call.arguments);
  if (isObject(input)) return input;
  return call.arguments.trim() === '' || input === null ? {} : { arguments: call.arguments };
}

/** Brings tool call ids to letters, digits, `_` and `-`, at most 64 of them: each always to the same one and no two to one. */
export function safeToolIds(): (id: string) => string {
  const safe = new Map<string, string>();
  const taken = new Set<string>();
  return (id) => {
    let name = safe.get(id);
    if (name !== undefined) return name;
    const base = id.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 60) || 'call';
    name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
    safe.set(id, name);
    taken.add(name);
    return name;
  };
}
