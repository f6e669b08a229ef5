import type { Json, JsonObject } from '../../ir/json.ts';

const SNAKE = /(?<=[a-zA-Z0-9])_([a-z0-9])/g;

/**
 * The same object with its own members in camel case: the API takes `inline_data` for `inlineData`. Values are left as they are, so that
 * arguments and schemas below keep their names.
 */
export function camelMembers(source: JsonObject): JsonObject {
  const keys = Object.keys(source);
  if (!keys.some((key) => key.includes('_'))) return source;
  const members = new Map<string, Json | undefined>();
  for (const key of keys) {
    const camel = key.replace(SNAKE, (_, letter: string) => letter.toUpperCase());
    if (camel === key || !members.has(camel)) members.set(camel, source[key]);
  }
  return Object.fromEntries(members);
}
