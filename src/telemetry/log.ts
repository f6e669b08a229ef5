export type Level = 'info' | 'warn' | 'error';

/** Writes one line of JSON to standard error: the operator's log. Errors are written with their stack and causes. */
export function log(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  const record = { time: new Date().toISOString(), level, message, ...fields };
  process.stderr.write(`${JSON.stringify(record, (_, value: unknown) => (value instanceof Error ? describe(value) : value))}\n`);
}

/** Writes a line for a person to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function describe(error: Error): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  return { name: error.name, message: error.message, code, stack: error.stack, cause: error.cause };
}
