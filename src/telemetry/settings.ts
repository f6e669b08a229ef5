import { readExtraLabels, type ExtraLabel } from './extra-labels.ts';
import { readOtlpSettings, type OtlpSettings } from './otlp/settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says about telling what the gateway does. */
export interface TelemetrySettings {
  /** Who may read `/metrics`: nobody, the machine itself and whoever has the admin key, or everybody. */
  readonly metrics: 'off' | 'private' | 'public';
  /** A port that serves nothing but `/metrics`, to everybody; undefined: they are at the gateway's own. */
  readonly metricsPort: number | undefined;
  /** How many models have series of their own. */
  readonly models: number;
  readonly labels: readonly ExtraLabel[];
  /** Which calls have a line in the operator's log. */
  readonly logCalls: LoggedCalls;
  /** Undefined: nothing is pushed. */
  readonly otlp: OtlpSettings | undefined;
}

export type LoggedCalls = (typeof LOGGED_CALLS)[number];

const METRICS_ACCESS = ['off', 'private', 'public'] as const;
const LOGGED_CALLS = ['none', 'errors', 'all'] as const;
/** What `log.ts` reads. */
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent', 'off'] as const;
const LOG_FORMATS = ['json', 'text'] as const;
const MOST_MODELS = 2_000;

/** Reads the settings; a value that is out of range is an error that names its variable. `isTerminal`: a person watches. */
export function readTelemetrySettings(env: Environment, isTerminal: boolean): TelemetrySettings {
  const port = number(env, 'METRICS_PORT', { min: 0, max: 65_535 });
  // The log reads them line by line, and cannot refuse them.
  oneOf(env, 'LOG_LEVEL', LOG_LEVELS);
  oneOf(env, 'LOG_FORMAT', LOG_FORMATS);
  return {
    metrics: oneOf(env, 'METRICS', METRICS_ACCESS) ?? 'private',
    metricsPort: port,
    models: number(env, 'METRICS_MODELS', { min: 0, max: MOST_MODELS }) ?? 200,
    labels: readExtraLabels(env['METRICS_LABELS'] ?? ''),
    logCalls: oneOf(env, 'LOG_CALLS', LOGGED_CALLS) ?? (isTerminal ? 'all' : 'none'),
    otlp: readOtlpSettings(env),
  };
}

function oneOf<Word extends string>(env: Environment, name: string, words: readonly Word[]): Word | undefined {
  const text = env[name]?.toLowerCase() ?? '';
  if (text === '') return undefined;
  const word = words.find((known) => known === text);
  if (word === undefined) throw new Error(`${name}: expected ${words.join(', ')}, got ${JSON.stringify(env[name])}`);
  return word;
}

function number(env: Environment, name: string, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
  const text = env[name] ?? '';
  if (text === '') return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${name}: expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`);
}
