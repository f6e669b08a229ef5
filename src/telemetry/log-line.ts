/** A line of the log, or of a list of calls, for a person. */
export interface Line {
  readonly at: Date;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const COLOURS: Readonly<Record<string, number>> = { debug: 90, info: 36, warn: 33, error: 31 };
const GREY = 90;

/** A text in a colour of the terminal, by its number. */
export function coloured(text: string, colour: number, isColoured: boolean): string {
  return isColoured ? `\u001B[${colour}m${text}\u001B[39m` : text;
}

/** The time of day in the machine's own zone, with milliseconds. */
export function timeOfDay(at: Date): string {
  return `${at.toTimeString().slice(0, 8)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** Time, level, message, and the fields as `name=value`; stacks go below. */
export function lineForPeople({ at, level, message, fields }: Line, isColoured: boolean): string {
  const members = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  const stacks = members.flatMap(([, value]) => stackOf(value));
  const texts = members.map(([name, value]) => `${coloured(`${name}=`, GREY, isColoured)}${textOf(value)}`);
  const head = `${coloured(timeOfDay(at), GREY, isColoured)} ${coloured(level.padEnd(5), COLOURS[level] ?? GREY, isColoured)} ${printable(message)}`;
  return [[head, ...texts].join('  '), ...stacks.map((stack) => coloured(stack.replaceAll(/^/gm, '    '), GREY, isColoured))].join('\n');
}

/** A text that cannot move the cursor or begin a line of its own. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? ' ' : ''));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return printable(/\s/.test(value) ? JSON.stringify(value) : value);
  if (isError(value)) return printable(JSON.stringify(`${value.name}: ${value.message}`));
  return printable(JSON.stringify(value) ?? '');
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

function isError(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null && 'name' in value && 'message' in value;
}

function stackOf(value: unknown): readonly string[] {
  if (!isError(value)) return [];
  const own = typeof value.stack === 'string' ? [value.stack] : [];
  return isError(value.cause) ? [...own, ...stackOf(value.cause).map((stack) => `caused by ${stack}`)] : own;
}
