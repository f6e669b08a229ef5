import type { Json, JsonObject } from '../../api/types.ts';

/** A schema, as far as forms need it. */
export interface Schema {
  readonly type?: string;
  readonly const?: Json;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** How a value is edited. */
export type Editor = 'text' | 'number' | 'flag' | 'choice' | 'choices' | 'texts' | 'numbers' | 'object' | 'json';

const BY_TYPE: Readonly<Record<string, Editor>> = { string: 'text', number: 'number', integer: 'number', boolean: 'flag' };

/** How a value of a schema is edited; what has no form is edited as JSON. */
export function editorOf(schema: Schema): Editor {
  if (schema.enum !== undefined) return 'choice';
  if (schema.type === 'array') return listEditor(schema.items ?? {});
  if (schema.type === 'object') return schema.properties === undefined ? 'json' : 'object';
  if (schema.anyOf?.every(({ type }) => type === 'string') === true) return 'text';
  return BY_TYPE[schema.type ?? ''] ?? 'json';
}

function listEditor(items: Schema): Editor {
  if (items.enum !== undefined) return 'choices';
  if (items.type === 'string') return 'texts';
  return items.type === 'integer' || items.type === 'number' ? 'numbers' : 'json';
}

/** What a member begins with when it is added. */
export function beginningOf(schema: Schema): Json {
  const editor = editorOf(schema);
  const beginnings: Readonly<Record<Editor, Json>> = {
    text: '',
    number: schema.minimum ?? 0,
    flag: true,
    choice: schema.enum?.[0] ?? '',
    choices: [],
    texts: [],
    numbers: [],
    object: {},
    json: {},
  };
  return schema.type === 'array' ? [] : beginnings[editor];
}

/** The schema of a strategy in the mode that it has. */
export function strategySchema(root: Schema, mode: string): Schema | undefined {
  return root.properties?.['strategy']?.oneOf?.find(({ properties }) => properties?.['mode']?.const === mode);
}

/** The modes of a strategy, with their words. */
export function modesOf(root: Schema): readonly { readonly mode: string; readonly description: string }[] {
  return (root.properties?.['strategy']?.oneOf ?? []).map(({ properties, description }) => ({
    mode: String(properties?.['mode']?.const),
    description: description ?? '',
  }));
}

/** `override_params` as people read it. */
export function titleOf(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replace(/\bcb\b/, 'circuit breaker')
    .replace(/\bparams\b/, 'parameters');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Members that are written in another way than by the list of members, or that say nothing. */
const ELSEWHERE: ReadonlySet<string> = new Set(['targets', 'strategy', 'id', 'on_status_codes', 'on_errors', 'provider', 'virtual_key']);
const FIRST = ['name', 'api_key', 'weight', 'override_params', 'retry', 'request_timeout', 'cache', 'fault'];

/** Members that a node may still be given, the usual ones first. */
export function addable(schema: Schema, value: JsonObject): readonly string[] {
  const names = Object.keys(schema.properties ?? {}).filter((name) => !ELSEWHERE.has(name) && !(name in value));
  return [...FIRST.filter((name) => names.includes(name)), ...names.filter((name) => !FIRST.includes(name))];
}

/** Members that a node has and the form shows. */
export function shownMembers(value: JsonObject): readonly string[] {
  return Object.keys(value).filter((name) => !ELSEWHERE.has(name));
}
