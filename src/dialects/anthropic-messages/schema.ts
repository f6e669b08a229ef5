import type { Json, JsonSchema } from '../../ir/json.ts';
import { isObject } from '../read.ts';

/** Keywords that hold schemas by a name of the user's, a list of schemas, or one schema. */
const MAPS = ['properties', '$defs', 'definitions'];
const LISTS = ['anyOf', 'oneOf', 'prefixItems'];
const SINGLES = ['items'];

/** The schema with every object closed: the API refuses objects that do not say that they have no further members. */
export function closedSchema(schema: JsonSchema): JsonSchema {
  const inner: Record<string, Json | undefined> = { ...schema };
  for (const key of MAPS)
    if (isObject(inner[key])) inner[key] = Object.fromEntries(Object.entries(inner[key]).map(([name, value]) => [name, closed(value)]));
  for (const key of LISTS)
    if (Array.isArray(inner[key])) inner[key] = inner[key].map((entry: Json) => (isObject(entry) ? closedSchema(entry) : entry));
  for (const key of SINGLES) inner[key] &&= closed(inner[key]);
  if ((inner.type === 'object' || isObject(inner.properties)) && inner.additionalProperties === undefined) inner.additionalProperties = false;
  return inner;
}

function closed(value: Json | undefined): Json | undefined {
  return isObject(value) ? closedSchema(value) : value;
}
