import { wholeNumberIn, wordIn, type Environment } from '../environment.ts';
import { readExtraLabels, type ExtraLabel } from './extra-labels.ts';
import { readOtlpSettings, type OtlpSettings } from './otlp/settings.ts';

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
  // The log reads them line by line, and cannot refuse them.
  wordIn(env, 'LOG_LEVEL', LOG_LEVELS);
  wordIn(env, 'LOG_FORMAT', LOG_FORMATS);
  return {
    metrics: wordIn(env, 'METRICS', METRICS_ACCESS) ?? 'private',
    metricsPort: wholeNumberIn(env, 'METRICS_PORT', { min: 0, max: 65_535 }),
    models: wholeNumberIn(env, 'METRICS_MODELS', { min: 0, max: MOST_MODELS }) ?? 200,
    labels: readExtraLabels(env['METRICS_LABELS'] ?? ''),
    logCalls: wordIn(env, 'LOG_CALLS', LOGGED_CALLS) ?? (isTerminal ? 'all' : 'none'),
    otlp: readOtlpSettings(env),
  };
}
