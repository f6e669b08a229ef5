import type * as z from 'zod/mini';
import type { Problem } from './problems.ts';
import { nearest } from './suggest.ts';

type RawIssue = z.core.$ZodRawIssue;

/** Zod's finished issues as problems of the config. */
export function problemsOf(error: z.core.$ZodError): Problem[] {
  return error.issues.map(({ path, message }) => ({ path: path as (string | number)[], message }));
}

/** What an issue says, in the words that clients of Portkey know. */
export function issueMessage(issue: RawIssue): string {
  return MESSAGES[issue.code]?.(issue) ?? 'Invalid input';
}

const MESSAGES: Readonly<Partial<Record<RawIssue['code'], (issue: RawIssue) => string>>> = {
  invalid_type: (issue) => expected(issue.code === 'invalid_type' ? issue.expected : '', issue.input),
  invalid_value: (issue) => expected('string', issue.input),
  invalid_union: (issue) => (issue.code === 'invalid_union' ? discriminator(issue) : ''),
  invalid_key: (issue) => (issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? 'Invalid name') : ''),
  too_small: (issue) => (issue.code === 'too_small' ? bound(issue.origin, 'greater', issue.minimum) : ''),
  too_big: (issue) => (issue.code === 'too_big' ? bound(issue.origin, 'less', issue.maximum) : ''),
  unrecognized_keys: (issue) => (issue.code === 'unrecognized_keys' ? unknownKeys(issue) : ''),
};

const TYPES: Readonly<Record<string, string>> = { record: 'object', int: 'integer' };

/** What a value of a wrong type is answered with. */
export function expected(type: string, input: unknown): string {
  if (input === undefined) return 'Required';
  const wanted = TYPES[type] ?? type;
  return `Expected ${wanted}, received ${wanted === 'integer' && typeof input === 'number' ? 'float' : typeName(input)}`;
}

function typeName(input: unknown): string {
  if (input === null) return 'null';
  if (Number.isNaN(input)) return 'nan';
  return Array.isArray(input) ? 'array' : typeof input;
}

function discriminator(issue: Extract<RawIssue, { code: 'invalid_union' }>): string {
  const { discriminator: name, options, input } = issue;
  if (typeof name !== 'string' || !Array.isArray(options)) return 'Invalid input';
  const value = (input as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? `Invalid '${name}' value. Must be one of: ${options.join(', ')}` : expected('string', value);
}

function bound(origin: string, comparison: 'greater' | 'less', limit: number | bigint): string {
  const amount = `${comparison === 'greater' ? 'at least' : 'at most'} ${limit}`;
  if (origin === 'array') return `Array must contain ${amount} element(s)`;
  if (origin === 'string') return `String must contain ${amount} character(s)`;
  return `Number must be ${comparison} than or equal to ${limit}`;
}

function unknownKeys(issue: Extract<RawIssue, { code: 'unrecognized_keys' }>): string {
  const known = Object.keys((issue.inst as z.ZodMiniObject | undefined)?.def.shape ?? {});
  const keys = issue.keys.map((key) => key.slice(0, 100));
  const meant = keys.flatMap((key) => nearest(key, known) ?? []);
  const hint = meant.length === 0 ? '' : `. Did you mean ${meant.map((key) => `'${key}'`).join(', ')}?`;
  return `Unrecognized key(s) in object: ${keys.map((key) => `'${key}'`).join(', ')}${hint}`;
}
