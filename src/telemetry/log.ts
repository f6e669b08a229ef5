import { lineForPeople } from './log-line.ts';
import { redact, redactText } from './redact.ts';

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const;

export type Level = keyof typeof LEVELS;

type Fields = Readonly<Record<string, unknown>>;
type Write = (level: Level, message: string, fields: Fields) => void;

/** Bytes of lines that wait for whoever reads them; beyond that lines are lost, not the process. */
const MOST_WAITING = 8 * 1024 * 1024;

/**
 * Writes a line to standard error: the operator's log. As JSON, or readable where a person watches (`LOG_FORMAT`), from `LOG_LEVEL` on,
 * without credentials. Errors are written with their stacks and causes. `call`: the id of the call that it is about.
 */
export function log(level: Level, message: string, fields: Fields = {}): void {
  if (LEVELS[level] < threshold()) return;
  write(level, redactText(message), redact(fields) as Fields);
}

/** Milliseconds between two lines about the same trouble of calls. */
const RARELY = 10_000;

/**
 * Makes what tells of a trouble that every call may have: one line in ten seconds at most, which says what it was called with last, and
 * for how many calls it stands. `now`: milliseconds on a clock that only goes forward.
 */
export function troubleOfCalls(message: string, now = (): number => performance.now()): (fields: Fields, calls?: number) => void {
  let untold = 0;
  let toldAt = -Infinity;
  return (fields, calls = 1) => {
    untold += calls;
    const time = now();
    if (time - toldAt < RARELY) return;
    log('warn', message, { ...fields, calls: untold });
    toldAt = time;
    untold = 0;
  };
}

/** Writes a line for a person to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Whether the log is read by a person: in a terminal, outside production, unless `LOG_FORMAT` says otherwise. */
export function isForPeople(): boolean {
  const { LOG_FORMAT: format, NODE_ENV: environment } = process.env;
  if (format === 'json' || format === 'text') return format === 'text';
  return process.stderr.isTTY && environment !== 'production';
}

function threshold(): number {
  const name = process.env['LOG_LEVEL']?.toLowerCase() ?? '';
  if (name === 'silent' || name === 'off') return Number.POSITIVE_INFINITY;
  return name in LEVELS ? LEVELS[name as Level] : LEVELS.info;
}

/** The first lines are written at once; they have pino loaded, which writes without making anybody wait. */
let write: Write = (level, message, fields) => {
  if (isForPeople()) write = writeForPeople;
  else {
    write = writeJson;
    void loadPino();
  }
  write(level, message, fields);
};

function writeForPeople(level: Level, message: string, fields: Fields): void {
  process.stderr.write(
    `${lineForPeople({ at: new Date(), level, message, fields }, process.stderr.isTTY && process.env['NO_COLOR'] === undefined)}\n`,
  );
}

function writeJson(level: Level, message: string, fields: Fields): void {
  process.stderr.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...fields, message })}\n`);
}

async function loadPino(): Promise<void> {
  const { default: pino } = await import('pino');
  const destination = pino.destination({ fd: 2, sync: false, maxLength: MOST_WAITING });
  process.on('exit', () => destination.flushSync());
  const logger = pino(
    {
      level: 'debug',
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  write = (level, message, fields) => logger[level](fields, message);
}
