import assert from 'node:assert/strict';

/** An object of unknown members. */
export type Members = Readonly<Record<string, unknown>>;

/** The value, which must be an object. */
export function object(value: unknown, what: string): Members {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is no object: ${JSON.stringify(value)}`);
  return value as Members;
}

/** The value, which must be a list of objects. */
export function objects(value: unknown, what: string): readonly Members[] {
  assert.ok(Array.isArray(value), `${what} is no list: ${JSON.stringify(value)}`);
  return value.map((item, index) => object(item, `${what}[${index}]`));
}

/** The value, which must be a text. */
export function text(value: unknown, what: string): string {
  assert.ok(typeof value === 'string', `${what} is no text: ${JSON.stringify(value)}`);
  return value;
}

/** The value, which must be a text that is not empty. */
export function word(value: unknown, what: string): string {
  assert.notEqual(value, '', `${what} is empty`);
  return text(value, what);
}

/** The value, which must be a whole number from 0. */
export function count(value: unknown, what: string): number {
  assert.ok(typeof value === 'number' && Number.isInteger(value) && value >= 0, `${what} is no count: ${JSON.stringify(value)}`);
  return value;
}

/** Asserts that a text is a JSON object, or empty: the arguments of a call of a function. */
export function assertArguments(value: string): void {
  if (value !== '') object(JSON.parse(value), 'arguments');
}
