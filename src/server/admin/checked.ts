import * as z from 'zod/mini';
import { issueMessage } from '../../config/issues.ts';
import { GatewayError } from '../../errors.ts';

/** A value as its schema has it; throws 400 that names each wrong member. `what`: `body` or `query`. */
export function checked<Schema extends z.core.$ZodType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  const result = z.safeParse(schema, value, { error: issueMessage });
  if (result.success) return result.data;
  throw problemsIn(
    result.error.issues.map(({ path, message }) => ({ path: path as (string | number)[], message })),
    what,
  );
}

/** A 400 for members that are wrong. */
export function problemsIn(
  problems: readonly { readonly path: readonly (string | number)[]; readonly message: string }[],
  what: string,
): GatewayError {
  const lines = problems.slice(0, 20).map(({ path, message }) => `${spelled(path, what)}: ${message}`);
  return new GatewayError('invalid_request', lines[0] ?? 'Invalid request', { param: spelled(problems[0]?.path ?? [], what), details: lines });
}

function spelled(path: readonly (string | number)[], what: string): string {
  const text = path.reduce<string>((before, step) => (typeof step === 'number' ? `${before}[${step}]` : `${before}.${step}`), '');
  return text === '' ? what : text.replace(/^\./, '');
}
