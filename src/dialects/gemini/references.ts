import type { Json, JsonSchema } from '../../ir/json.ts';
import { isObject } from '../read.ts';

/** So many schemas are copied in from references; behind that a schema could grow without bound, and references stay. */
const MOST_COPIED = 20_000;

interface Inlining {
  readonly root: JsonSchema;
  /** The references that stay, with the names of their definitions. */
  readonly kept: Map<string, string>;
  copied: number;
}

/** Keywords that hold a schema or a list of schemas. */
const SCHEMA_KEYWORDS = new Set(
  'items prefixItems additionalItems contains additionalProperties propertyNames anyOf oneOf allOf not if then else unevaluatedItems unevaluatedProperties'.split(
    ' ',
  ),
);

/** Keywords that hold schemas by name. */
const MAP_KEYWORDS = new Set(['properties', 'patternProperties', 'dependentSchemas']);

/** Where definitions are kept; they are not copied, only what refers to them is. */
const DEFINITIONS = new Set(['$defs', 'definitions']);

/**
 * A JSON schema with its local references written out, and tuples in today's words (`prefixItems`). Only references that lead back to
 * themselves stay, to definitions gathered under `$defs`; those that lead nowhere or outside become schemas that allow anything.
 */
export function inlineReferences(schema: JsonSchema): JsonSchema {
  const state: Inlining = { root: schema, kept: new Map(), copied: 0 };
  const result = inlineSchema(schema, [], state);
  if (state.kept.size === 0) return result;
  if (keepsToDefinitions(schema)) return schema;
  const definitions: [string, JsonSchema][] = [];
  for (const [pointer, name] of state.kept) definitions.push([name, inlineSchema(lookUp(pointer, schema), [pointer], state)]);
  return { ...result, $defs: Object.fromEntries(definitions) };
}

/**
 * Whether a schema, which cannot do without references, may stay as its author wrote it: they all lead to definitions under `$defs`, and
 * nothing stands beside them, which Gemini refuses.
 */
function keepsToDefinitions({ $defs, $ref, ...rest }: JsonSchema): boolean {
  if ($ref !== undefined || !isObject($defs)) return false;
  const text = JSON.stringify([rest, $defs]);
  const names = [...text.matchAll(/\{"\$ref":"#\/\$defs\/([\w.-]+)"\}/g)].map(([, name = '']) => name);
  const references = text.split('"$ref":').length - 1;
  return names.length === references && names.every((name) => Object.hasOwn($defs, name)) && !/"(?:definitions"|items":\[)/.test(text);
}

/** `via`: the references that are being written out around this schema. */
function inlineSchema(schema: JsonSchema, via: readonly string[], state: Inlining): JsonSchema {
  if (via.length > 0) state.copied += 1;
  const { $ref } = schema;
  if (typeof $ref === 'string') return follow(schema, via, state);
  const entries: [string, Json | undefined][] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (DEFINITIONS.has(key)) continue;
    const tuple = key === 'items' && Array.isArray(value);
    entries.push([
      tuple ? 'prefixItems' : key,
      value === undefined ? undefined : inlineMember(key, value, (member) => inlineValue(member, via, state)),
    ]);
  }
  return Object.fromEntries(entries);
}

function inlineMember(key: string, value: Json, inline: (value: Json) => Json): Json {
  if (SCHEMA_KEYWORDS.has(key)) return Array.isArray(value) ? value.map((member: Json) => inline(member)) : inline(value);
  if (!MAP_KEYWORDS.has(key) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, member === undefined ? undefined : inline(member)]));
}

function inlineValue(value: Json, via: readonly string[], state: Inlining): Json {
  return isObject(value) ? inlineSchema(value, via, state) : value;
}

function follow(schema: JsonSchema, via: readonly string[], state: Inlining): JsonSchema {
  const { $ref, ...siblings } = schema;
  const reference = String($ref);
  if (!via.includes(reference) && state.copied < MOST_COPIED) {
    return inlineSchema({ ...lookUp(reference, state.root), ...siblings }, [...via, reference], state);
  }
  const name = state.kept.get(reference) ?? nameOf(reference, state.kept);
  state.kept.set(reference, name);
  return { $ref: `#/$defs/${name}` };
}

function nameOf(reference: string, kept: ReadonlyMap<string, string>): string {
  const name =
    reference
      .split('/')
      .at(-1)
      ?.replaceAll(/[^\w-]/g, '') ?? '';
  return name !== '' && ![...kept.values()].includes(name) ? name : `definition${kept.size}`;
}

/** What a local reference points to; a schema that allows anything where that is nothing. */
function lookUp(reference: string, root: JsonSchema): JsonSchema {
  if (!reference.startsWith('#')) return {};
  let value: Json | undefined = root;
  for (const step of reference.split('/').slice(1)) value = memberOf(value, step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return isObject(value) ? value : {};
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(name)] as Json | undefined;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
