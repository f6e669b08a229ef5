import type { Json, JsonObject, JsonSchema } from '../../ir/json.ts';
import { isObject } from '../read.ts';

/** A schema in Gemini's own `Schema` form, and the keywords of the JSON schema that the form cannot say. */
export interface GeminiSchema {
  readonly schema: JsonObject;
  readonly lost: readonly string[];
}

/** What may be said in a `Schema` under the same name: https://ai.google.dev/api/caching#Schema */
const KEPT = new Set([
  'title',
  'description',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'pattern',
  'propertyOrdering',
]);

/** Keywords that say nothing which a model could go by, or that a `Schema` implies: it has no properties but the declared ones. */
const WITHOUT_MEANING = new Set(['$schema', '$id', '$comment', '$anchor', 'default', 'examples', 'example', 'readOnly', 'writeOnly', 'deprecated']);

const FORMATS = new Set(['enum', 'date-time', 'float', 'double', 'int32', 'int64']);

/** A JSON schema without references as Gemini's `Schema`: types in upper case, null as `nullable`, `const` as `enum`, `oneOf` as `anyOf`. */
export function toGeminiSchema(schema: JsonSchema): GeminiSchema {
  const lost = new Set<string>();
  return { schema: convert(schema, lost), lost: [...lost] };
}

type Handler = (value: Json, target: Record<string, Json | undefined>, lost: Set<string>) => void;

const HANDLERS: Readonly<Record<string, Handler>> = {
  type: convertType,
  nullable: (value, target) => void (target['nullable'] = value === true ? true : target['nullable']),
  format: (value, target, lost) => (FORMATS.has(String(value)) ? void (target['format'] = value) : void lost.add('format')),
  enum: convertEnum,
  const: (value, target, lost) => convertEnum([value], target, lost),
  properties: convertProperties,
  required: (value, target) => void (target['required'] = Array.isArray(value) && value.length > 0 ? value : undefined),
  items: (value, target, lost) => (isObject(value) ? void (target['items'] = convert(value, lost)) : void lost.add('items')),
  anyOf: convertUnion,
  oneOf: convertUnion,
  additionalProperties: (value, _target, lost) => (typeof value === 'boolean' ? undefined : void lost.add('additionalProperties')),
};

function convert(schema: JsonSchema, lost: Set<string>): JsonObject {
  const source = flattened(schema);
  const target: Record<string, Json | undefined> = {};
  for (const [key, value] of Object.entries(source)) {
    if (value === undefined || WITHOUT_MEANING.has(key)) continue;
    if (KEPT.has(key)) target[key] = value;
    else if (Object.hasOwn(HANDLERS, key)) HANDLERS[key]?.(value, target, lost);
    else lost.add(key);
  }
  complete(target, lost);
  return target;
}

/**
 * A Schema must state its type, an object its properties, a list its items; only declared properties may be required, and a union stands
 * alone: Vertex AI refuses other members beside `anyOf` (https://github.com/anomalyco/opencode/issues/15795).
 */
function complete(target: Record<string, Json | undefined>, lost: Set<string>): void {
  const { properties, required } = target;
  if (properties !== undefined) target['type'] ??= 'OBJECT';
  if (Array.isArray(required)) target['required'] = required.filter((name: Json) => isObject(properties) && Object.hasOwn(properties, String(name)));
  const missing = missingMember(target);
  if (missing !== undefined) lost.add(missing);
}

function missingMember(target: Record<string, Json | undefined>): string | undefined {
  const { type, anyOf, properties, items } = target;
  if (anyOf !== undefined) return Object.keys(target).length > 1 ? 'anyOf' : undefined;
  if (type === undefined) return 'type';
  if (type === 'OBJECT' && properties === undefined) return 'properties';
  if (type === 'ARRAY' && items === undefined) return 'items';
  return type !== 'STRING' && target['enum'] !== undefined ? 'enum' : undefined;
}

/** Folds a single `allOf`, and a union of one schema and null, into the schema around it. */
function flattened(schema: JsonSchema): JsonSchema {
  const { allOf, ...rest } = schema;
  if (Array.isArray(allOf) && allOf.length === 1 && isObject(allOf[0])) return flattened({ ...allOf[0], ...rest });
  for (const key of ['anyOf', 'oneOf']) {
    const members = schema[key];
    if (!Array.isArray(members)) continue;
    const others = members.filter((member) => !isNull(member));
    const [only] = others;
    if (others.length !== 1 || !isObject(only)) continue;
    const { [key]: _union, ...around } = schema;
    return flattened({ ...around, ...only, ...(members.length > 1 ? { nullable: true } : {}) });
  }
  return schema;
}

function isNull(schema: unknown): boolean {
  return isObject(schema) && (schema['type'] === 'null' || schema['type'] === 'NULL');
}

function convertType(value: Json, target: Record<string, Json | undefined>, lost: Set<string>): void {
  const types = (Array.isArray(value) ? value : [value]).map((type) => String(type).toUpperCase());
  const named = types.filter((type) => type !== 'NULL');
  if (named.length < types.length && named.length > 0) target['nullable'] = true;
  if (named.length > 1) lost.add('type');
  else target['type'] = named[0] ?? 'NULL';
}

/** Only strings may be enumerated; a null among them makes the value nullable. */
function convertEnum(value: Json, target: Record<string, Json | undefined>, lost: Set<string>): void {
  const values: readonly Json[] = Array.isArray(value) ? value : [];
  const named = values.filter((item) => item !== null);
  if (named.length < values.length) target['nullable'] = true;
  target['enum'] = named;
  if (named.length === 0 || !named.every((item) => typeof item === 'string' && item !== '')) lost.add('enum');
}

function convertProperties(value: Json, target: Record<string, Json | undefined>, lost: Set<string>): void {
  const entries = isObject(value) ? Object.entries(value) : [];
  if (entries.length === 0) return;
  target['properties'] = Object.fromEntries(entries.map(([name, property]) => [name, convert(isObject(property) ? property : {}, lost)]));
}

function convertUnion(value: Json, target: Record<string, Json | undefined>, lost: Set<string>): void {
  const members = Array.isArray(value) ? value : [];
  const others = members.filter((member) => !isNull(member));
  if (others.length < members.length) target['nullable'] = true;
  if (target['anyOf'] === undefined) target['anyOf'] = others.map((member) => convert(isObject(member) ? member : {}, lost));
  else lost.add('oneOf');
}

const UPPER_CASE_TYPES = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']);
const COUNTS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'];

/** A Gemini `Schema` as a JSON schema: types in lower case, `nullable` as a type, counts that were written as text as numbers. */
export function fromGeminiSchema(schema: JsonObject): JsonSchema {
  const result: Record<string, Json | undefined> = { ...schema };
  const { type, nullable } = schema;
  if (typeof type === 'string') result['type'] = UPPER_CASE_TYPES.has(type) ? type.toLowerCase() : type === 'TYPE_UNSPECIFIED' ? undefined : type;
  for (const key of COUNTS) if (typeof schema[key] === 'string') result[key] = Number(schema[key]);
  if (isObject(schema['items'])) result['items'] = fromGeminiSchema(schema['items']);
  if (isObject(schema['properties'])) {
    result['properties'] = Object.fromEntries(
      Object.entries(schema['properties']).map(([name, property]) => [name, isObject(property) ? fromGeminiSchema(property) : property]),
    );
  }
  if (Array.isArray(schema['anyOf'])) result['anyOf'] = schema['anyOf'].map((member) => (isObject(member) ? fromGeminiSchema(member) : member));
  delete result['nullable'];
  return nullable === true ? withNull(result) : result;
}

function withNull(schema: Record<string, Json | undefined>): JsonSchema {
  if (Array.isArray(schema['anyOf'])) return { ...schema, anyOf: [...schema['anyOf'], { type: 'null' }] };
  if (Array.isArray(schema['enum'])) schema['enum'] = [...(schema['enum'] as readonly Json[]), null];
  return typeof schema['type'] === 'string' ? { ...schema, type: [schema['type'], 'null'] } : schema;
}
