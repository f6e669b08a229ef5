import * as z from 'zod/mini';
import { ERROR_CLASSES } from '../error-class.ts';

/** A copy with the sentence that the JSON Schema and the reference show. */
export function described<T extends z.core.$ZodType>(description: string, schema: T): T {
  const copy = z.clone(schema);
  z.globalRegistry.add(copy, { description });
  return copy;
}

/** An optional member with its description. */
export function member<T extends z.core.$ZodType>(description: string, schema: T): z.ZodMiniOptional<T> {
  return described(description, z.optional(schema));
}

/** One of a few words; other text is answered with the list of them. */
export function oneOf<const T extends readonly string[]>(name: string, words: T) {
  const message = `Invalid '${name}' value. Must be one of: ${words.join(', ')}`;
  return z.enum(words, { error: (issue) => (typeof issue.input === 'string' ? message : undefined) });
}

/** The longest time that timers can measure. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

/** Text that is not empty. */
export const text = z.string().check(z.minLength(1));
/** True or false. */
export const flag = z.boolean();
/** A number, 0 or more. */
export const amount = z.number().check(z.gte(0));
/** Sums of weights must stay finite. */
export const weight = z.number().check(z.gte(0), z.lte(1e9));
/** A time that timers can measure. */
export const milliseconds = z.number().check(z.gte(0), z.lte(MAX_MILLISECONDS));
/** A whole number, 0 or more. */
export const count = z.int().check(z.gte(0));
/** From 0 to 100. */
export const percentage = z.number().check(z.gte(0), z.lte(100));
/** From 0 to 1. */
export const share = z.number().check(z.gte(0), z.lte(1));
/** HTTP statuses. */
export const statusCodes = z.array(z.int().check(z.gte(100), z.lte(999)));
/** An object whose keys are not the gateway's own. */
export const parameters = z.record(z.string(), z.unknown());
/** What can stand in a header: keys with line breaks or typographic quotes would fail on the way to the provider. */
export const headerText = z.string().check(z.regex(/^[\t\x20-\x7e\x80-\xff]*$/, { error: 'Must be printable text without line breaks' }));

/** Classes of errors, as `on_errors` lists them. */
export const errorClasses = z.array(oneOf('on_errors', ERROR_CLASSES));
